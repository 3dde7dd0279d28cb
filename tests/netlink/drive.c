/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "drive.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "netdm_test.h"
#include "source/netdm/netdm_mark.h"

static uint64_t now_ns;

/* The linker puts this in the place of clock_monotonic_ns(). */
uint64_t __wrap_clock_monotonic_ns(void);
uint64_t __wrap_clock_monotonic_ns(void)
{
	return now_ns;
}

int setup(void **state)
{
	struct test *t = calloc(1, sizeof(*t));

	if (!t || client_start(&t->monitor, MONITOR) < 0)
		return -1;
	strcpy(t->mark_dir, "/tmp/netdm-mark.XXXXXX");
	t->cfg.kind = SOURCE_NETDM;
	t->cfg.netdm = (struct config_netdm){
		.alert_mode = ALERT_MODE_PACKET,
		.truncate_bytes = 96,
		.queue_length = 1000,
		.receive_buffer_bytes = 4 << 20,
		.mark_dir = mkdtemp(t->mark_dir),
	};
	snprintf(t->deny, sizeof(t->deny), "/tmp/netdm-deny-join.%d", (int)getpid());
	setenv(DENY_JOIN_ENV, t->deny, 1);
	setenv(SYNC_ENV, "1", 1);
	now_ns = BEGIN;
	*state = t;
	return 0;
}

int teardown(void **state)
{
	struct test *t = *state;

	source_close(t->source);
	client_stop(&t->monitor);
	netdm_mark_write(t->mark_dir, &(struct netdm_mark){ 0 });
	rmdir(t->mark_dir);
	unlink(t->deny);
	unsetenv(NO_MEMINFO_ENV);
	free(t);
	return 0;
}

void open_source(struct test *t)
{
	if (netdm_ops.open(&t->cfg, &t->source, &t->err) < 0)
		fail_msg("open: %s", t->err.text);
}

void assert_refused(struct test *t, int error, const char *words)
{
	assert_int_equal(netdm_ops.open(&t->cfg, &t->source, &t->err), error);
	assert_null(t->source);
	if (!strstr(t->err.text, words))
		fail_msg("\"%s\" does not say \"%s\"", t->err.text, words);
}

void close_source(struct test *t)
{
	t->source = netdm_ops.close(t->source);
}

struct source_stats stats(struct test *t)
{
	struct source_stats s = { 0 };

	netdm_ops.stats(t->source, &s);
	return s;
}

void meddle(struct test *t, const char *keys)
{
	assert_int_equal(client_do(&t->monitor, "set %s", keys), 0);
}

int64_t monitor(struct test *t, const char *key)
{
	return client_get(&t->monitor, key);
}

int read_some(struct test *t, size_t n)
{
	struct drop_event ev[512];
	int r = netdm_ops.read(t->source, ev, n);

	for (int i = 0; i < r; i++) {
		t->packets += ev[i].packets;
		t->out_of_order += ev[i].time_ns <= t->last_time_ns;
		t->last_time_ns = ev[i].time_ns;
	}
	t->events += r > 0 ? (uint64_t)r : 0;
	return r;
}

int read_all(struct test *t)
{
	int r;

	do
		r = read_some(t, 512);
	while (r > 0);
	return r;
}

void pass(uint64_t span_ns)
{
	now_ns += span_ns;
}

int later(struct test *t, uint64_t span_ns)
{
	pass(span_ns);
	return read_all(t);
}

uint64_t accounted(struct test *t)
{
	const struct source_stats s = stats(t);

	assert_int_equal(s.packets, t->packets);
	return s.packets + s.lost[LOST_SOCKET] + s.lost[LOST_PARSE];
}

void deny_joining(struct test *t)
{
	FILE *f = fopen(t->deny, "we");

	assert_non_null(f);
	fclose(f);
}
