/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Place in the path: the kernel → proc_snmp.c, proc_percpu.c, net_inputs.c → struct reading →
 * balance.c
 *
 * Each input fills a reading of its own, which is merged into the whole one once the input was read
 * to its end. So a file with a line that cannot be read contributes nothing.
 *
 * Thread: the ledger's.
 */
#include "ledger/reader.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/line.h"
#include "ledger/net_inputs.h"
#include "ledger/proc_lines.h"
#include "ledger/proc_percpu.h"
#include "ledger/proc_snmp.h"

#define FILE_BYTES_MAX (2u << 20) /* stat/nf_conntrack has 1.3 MiB with 8192 CPUs */

struct input {
	const char *name;   /* a file in the directory of the reader, or what is asked for */
	proc_parser *parse; /* of the file */
	int (*ask)(struct net_inputs *in, uint64_t deadline_ns, struct reading *r);
	bool optional; /* some kernels do not have the file, or load it as a module */
};

/* In this order: drivers are slow, and most others need the devices. */
static const struct input inputs[] = {
	{ "snmp", proc_snmp_parse },
	{ "netstat", proc_snmp_parse },
	{ "snmp6", proc_snmp6_parse, .optional = true },
	{ "softnet_stat", proc_softnet_parse },
	{ "stat/nf_conntrack", proc_conntrack_parse, .optional = true },
	{ "stat/arp_cache", proc_arp_parse, .optional = true },
	{ "stat/ndisc_cache", proc_ndisc_parse, .optional = true },
	{ "network devices", .ask = net_inputs_links },
	{ "queueing disciplines", .ask = net_inputs_qdiscs },
	{ "queues of network devices", .ask = net_inputs_queues },
	{ "devlink traps", .ask = net_inputs_devlink },
	{ "statistics of drivers", .ask = net_inputs_drivers },
};

#define N_INPUTS (sizeof(inputs) / sizeof(inputs[0]))

enum input_state {
	INPUT_READ,    /* also before the first reading */
	INPUT_ABSENT,  /* this kernel does not have it */
	INPUT_MISSING, /* it could not be read */
};

struct reader {
	const char *net;
	char *buffer; /* pages that no file needs are not resident */
	enum input_state states[N_INPUTS];
	bool cut; /* the latest reading had more values than it can hold */
	struct reader_note notes[N_INPUTS + 1];
	size_t n_notes;
	struct net_inputs net_inputs;
};

struct reader *reader_new(const char *net)
{
	cleanup(reader_freep) struct reader *r = calloc(1, sizeof(*r));

	if (!r)
		return NULL;
	r->net = net;
	r->buffer = malloc(FILE_BYTES_MAX + 1);
	return r->buffer ? take(r) : NULL;
}

struct reader *reader_free(struct reader *r)
{
	if (!r)
		return NULL;
	net_inputs_done(&r->net_inputs);
	free(r->buffer);
	free(r);
	return NULL;
}

const struct reader_note *reader_notes(const struct reader *r, size_t *n)
{
	*n = r->n_notes;
	return r->notes;
}

size_t reader_missing(const struct reader *r)
{
	size_t n = r->cut;

	for (size_t i = 0; i < N_INPUTS; i++)
		n += r->states[i] == INPUT_MISSING;
	return n;
}

/* ---- one input ---- */

/* The path of a file, what is asked for otherwise. */
static const char *name_of(const struct reader *r, const struct input *in, char buf[PATH_MAX])
{
	if (!in->parse)
		return in->name;
	snprintf(buf, PATH_MAX, "%s/%s", r->net, in->name);
	return buf;
}

static int read_file(struct reader *r, const struct input *in, struct reading *ret, struct err *err)
{
	char path[PATH_MAX];
	cleanup(closep) int fd = file_open(name_of(r, in, path), err);
	ssize_t n;

	if (fd < 0)
		return fd;
	n = file_read(fd, r->buffer, FILE_BYTES_MAX + 1);
	if (n < 0)
		return err_set(err, (int)n, "%m");
	if (n > FILE_BYTES_MAX)
		return err_set(err, -EFBIG, "larger than %u bytes", FILE_BYTES_MAX);
	return in->parse(r->buffer, (size_t)n, ret, err);
}

static int ask_kernel(struct reader *r, const struct input *in, uint64_t deadline_ns,
		      struct reading *ret, struct err *err)
{
	const int code = in->ask(&r->net_inputs, deadline_ns, ret);

	switch (code) {
	case 0:
		return 0;
	case -ENODEV:
		return err_set(err, code, "the network devices could not be read");
	case -EAGAIN:
		return err_set(err, code, "the kernel's list changed while it was read");
	case -ETIMEDOUT:
		return err_set(err, code, "took too long to read");
	default:
		return err_set(err, code, "%m");
	}
}

static int read_in_time(struct reader *r, const struct input *in, uint64_t deadline_ns,
			struct reading *whole, struct err *err)
{
	cleanup(reading_freep) struct reading *found = reading_new();
	int code;

	if (!found)
		return err_set(err, -ENOMEM, "%m");
	if (clock_monotonic_ns() >= deadline_ns)
		return err_set(err, -ETIMEDOUT, "other counters took too long to read");
	code = in->parse ? read_file(r, in, found, err)
			 : ask_kernel(r, in, deadline_ns, found, err);
	if (code == 0)
		reading_merge(whole, found);
	return code;
}

static enum input_state state_of(const struct input *in, int code)
{
	if (code == 0)
		return INPUT_READ;
	if (code == -EOPNOTSUPP || (code == -ENOENT && in->optional))
		return INPUT_ABSENT;
	return INPUT_MISSING;
}

/* ---- what changed ---- */

static void note(struct reader *r, enum log_level level, const char *name, const char *what)
{
	struct reader_note *n = &r->notes[r->n_notes++];
	struct line line;

	n->level = level;
	line_init(&line, n->text, sizeof(n->text));
	line_add(&line, "ledger: %s: %s", name, what);
}

static void note_state(struct reader *r, const struct input *in, enum input_state before,
		       enum input_state state, struct err *err)
{
	char buf[PATH_MAX];
	const char *name = name_of(r, in, buf);

	if (state == INPUT_MISSING) {
		err_remedy(err, err->code, "these counters are left out");
		note(r, LOG_LEVEL_WARNING, name, err->text);
	} else if (state == INPUT_ABSENT) {
		note(r, LOG_LEVEL_DEBUG, name, "not in this kernel");
	} else {
		note(r, before == INPUT_MISSING ? LOG_LEVEL_INFO : LOG_LEVEL_DEBUG, name,
		     "can be read now");
	}
}

static void follow_state(struct reader *r, size_t i, enum input_state state, struct err *err)
{
	const enum input_state before = r->states[i];

	if (state == before)
		return;
	r->states[i] = state;
	note_state(r, &inputs[i], before, state, err);
}

static void follow_cut(struct reader *r, bool cut)
{
	if (cut && !r->cut)
		note(r, LOG_LEVEL_WARNING, "network devices",
		     "they have more counters than the ledger can hold; some are left out");
	r->cut = cut;
}

int reader_read(struct reader *r, uint64_t deadline_ns, struct reading **ret)
{
	cleanup(reading_freep) struct reading *whole = reading_new();

	if (!whole)
		return -ENOMEM;
	r->n_notes = 0;
	for (size_t i = 0; i < N_INPUTS; i++) {
		struct err err = { 0 };
		const int code = read_in_time(r, &inputs[i], deadline_ns, whole, &err);

		follow_state(r, i, state_of(&inputs[i], code), &err);
	}
	follow_cut(r, reading_is_cut(whole));
	*ret = take(whole);
	return 0;
}
