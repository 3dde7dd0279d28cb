/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Used by the aggregator thread. Reading /proc/kallsyms takes some 40 ms, during which the ring
 * would fill at a high rate: so it is read again in steps between which the aggregator goes on
 * counting.
 *
 * Every load and unload of a module makes it outdated, since a new module may live where an old one
 * lived. Functions of the kernel itself stay where they are, so only addresses outside of it have
 * to wait, and the table is not read before there is such an address. An address in no function
 * makes it outdated as well, but each only once: the announcement of its module may still be on its
 * way.
 *
 * The kernel announces an unload a moment before it takes the module off the list. If the table was
 * read in that moment, the list of modules tells so (symtab_check_modules()).
 *
 * The addresses in a System.map are those that the kernel was linked for. With KASLR it runs
 * elsewhere, by a distance that is a secret, so the file is used only if that distance is known to
 * be 0: the kernel was told so at boot ("nokaslr"), or a drop whose address and symbol the kernel
 * gave us both (packet mode) agrees with the file. In summary mode there is nothing to compare
 * with, and then no name is better than a wrong one.
 */
#include "aggregate/symtab.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <malloc.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <sys/vfs.h>

#include "base/array.h"
#include "base/hash.h"
#include "base/index.h"
#include "aggregate/symbols_parser.h"

#define KALLSYMS      "/proc/kallsyms"
#define KPTR_RESTRICT "/proc/sys/kernel/kptr_restrict"
#define STEP_BYTES    65536
#define FAILED_MAX    1024 /* distinct drop points without a name */

struct symtab {
	int fd;			       /* of a table that can be read again; -1 */
	bool stale;		       /* modules came or went since it was read */
	struct symbols *table;	       /* NULL while there is none */
	struct symbols *candidate;     /* a System.map that nothing has proven yet */
	struct symbols_parser *parser; /* while reading again */
	struct hash128 modules;	       /* the list of modules when the table was read */
	uint64_t *failed;	       /* drop points without a name, 0: unknown address */
	size_t n_failed, failed_room;
	struct index failed_index; /* address to its number in failed[] */
	struct err trouble;	   /* with the files that were configured */
	bool restricted;     /* kptr_restrict hides addresses: it is said until there is a table */
	const char *source;  /* where the table is from; a static text, as the next one */
	const char *missing; /* why there is none; "" */
};

static void say_source(struct symtab *t, const char *source)
{
	t->source = source;
	t->missing = "";
}

static void say_missing(struct symtab *t, const char *why)
{
	t->source = "none";
	t->missing = why;
}

/* There is a System.map that is not used; but one file to change beats the search for another. */
static void say_unproven(struct symtab *t, const char *why)
{
	if (!t->restricted)
		say_missing(t, why);
}

/* Name, size and address of every module; not the use counts, which change all the time. */
static struct hash128 modules_hash(void)
{
	static const struct hash_key key;
	cleanup(fclosep) FILE *f = fopen("/proc/modules", "re");
	struct {
		struct hash128 so_far;
		char line[256];
	} h = { 0 };
	char line[4096], name[64], size[24], address[24];

	while (f && fgets(line, sizeof(line), f)) {
		if (sscanf(line, "%63s %23s %*s %*s %*s %23s", name, size, address) != 3)
			continue;
		memset(h.line, 0, sizeof(h.line));
		snprintf(h.line, sizeof(h.line), "%s %s %s", name, size, address);
		h.so_far = hash128(key, &h, sizeof(h));
	}
	return h.so_far;
}

static bool booted_without_kaslr(void)
{
	cleanup(fclosep) FILE *f = fopen("/proc/cmdline", "re");
	char line[4096], *save = NULL;

	if (!f || !fgets(line, sizeof(line), f))
		return false;
	for (char *word = strtok_r(line, " \n", &save); word; word = strtok_r(NULL, " \n", &save))
		if (!strcmp(word, "nokaslr"))
			return true;
	return false;
}

/*
 * Whoever opens kallsyms with CAP_SYSLOG may read addresses from it for ever. So the service
 * manager can open it as our standard input, and keep both the capability and the path from us.
 * Source: kernel/kallsyms.c kallsyms_open() (show_value is taken there), Linux 6.1.
 */
static int open_kallsyms(void)
{
	struct statfs fs;
	struct stat st;

	if (fstatfs(STDIN_FILENO, &fs) == 0 && fs.f_type == PROC_SUPER_MAGIC &&
	    fstat(STDIN_FILENO, &st) == 0 && S_ISREG(st.st_mode) &&
	    lseek(STDIN_FILENO, 0, SEEK_SET) == 0)
		return fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 3);
	return open(KALLSYMS, O_RDONLY | O_CLOEXEC);
}

/* kallsyms gave nothing; @why: what to say if this gives nothing either. */
static void load_system_map(struct symtab *t, const char *configured, const char *why)
{
	char path[PATH_MAX];
	struct utsname uts;

	if (*configured)
		snprintf(path, sizeof(path), "%s", configured);
	else if (uname(&uts) == 0)
		snprintf(path, sizeof(path), "/boot/System.map-%s", uts.release);
	else
		path[0] = '\0';
	say_missing(t, why);
	if (symbols_load(path, &t->candidate, *configured ? &t->trouble : NULL) < 0)
		return;
	if (booted_without_kaslr()) {
		t->table = take(t->candidate);
		say_source(t, "System.map");
		return;
	}
	say_unproven(t, "kallsyms hides addresses, and no drop has yet proven that System.map fits "
			"(KASLR)");
}

const char *symtab_hidden_text(const char *kptr_restrict)
{
	cleanup(fclosep) FILE *f = fopen(kptr_restrict, "re");

	return f && fgetc(f) == '2' ? "kernel.kptr_restrict=2 hides addresses; set it to 1 and "
				      "restart dropwatchd"
				    : "kallsyms hides addresses (CAP_SYSLOG is missing)";
}

/* kallsyms is there, and hides its addresses. */
static void load_hidden(struct symtab *t, const char *system_map, bool own)
{
	const char *why = symtab_hidden_text(own ? KPTR_RESTRICT : "");

	t->restricted = strstr(why, "kptr_restrict");
	load_system_map(t, system_map, why);
}

static void load(struct symtab *t, const struct config_symbols *cfg, bool replay)
{
	const char *path = *cfg->kallsyms ? cfg->kallsyms : KALLSYMS;
	bool own = !strcmp(path, KALLSYMS);
	int r = -ENOENT;

	if (replay && own) {
		say_missing(t, "a recording needs its own symbols.kallsyms");
		return;
	}
	t->modules = modules_hash();
	t->fd = own ? open_kallsyms() : symbols_open(path, &t->trouble);
	if (t->fd >= 0)
		r = symbols_read(t->fd, path, &t->table, own ? NULL : &t->trouble);
	if ((r < 0 || replay) && t->fd >= 0)
		close(take_fd(t->fd));
	if (r == 0) {
		say_source(t, "kallsyms");
	} else if (replay) {
		say_missing(t, "the configured symbols.kallsyms cannot be used");
	} else if (r == -EPERM) {
		load_hidden(t, cfg->system_map, own);
	} else {
		load_system_map(t, cfg->system_map, "there is no kallsyms and no System.map");
	}
	malloc_trim(0); /* what the parser needed is more than what the table needs */
}

int symtab_new(const struct config_symbols *cfg, bool replay, struct symtab **ret, struct err *err)
{
	struct symtab *t = calloc(1, sizeof(*t));

	if (!t)
		return err_set(err, -ENOMEM, "symbols: out of memory");
	t->fd = -1;
	load(t, cfg, replay);
	*ret = t;
	return 0;
}

/*
 * A drop point is a return address. It may lie behind the function's last instruction, so one less
 * is looked up; but where a queue of packets is freed later the kernel passes a function itself
 * (net/core/dev.c net_tx_action()), and no call that returns ends where a function begins.
 */
static bool look_up(const struct symbols *s, uint64_t pc, char name[SYMBOL_NAME_MAX],
		    uint64_t *start)
{
	char at[SYMBOL_NAME_MAX];
	uint64_t begin;

	if (!symbols_lookup(s, pc, at, &begin) || begin != pc)
		return symbols_lookup(s, pc - 1, name, start);
	memcpy(name, at, sizeof(at));
	if (start)
		*start = begin;
	return true;
}

/* The kernel says that pc is printed: then the candidate is right, or wrong for good. */
static void prove(struct symtab *t, uint64_t pc, const char *printed, uint64_t offset)
{
	char name[SYMBOL_NAME_MAX];
	uint64_t start;

	if (offset == UINT64_MAX)
		return;
	if (look_up(t->candidate, pc, name, &start) && !strcmp(name, printed) &&
	    start == pc - offset) {
		t->table = take(t->candidate);
		say_source(t, "System.map");
		return;
	}
	t->candidate = symbols_free(t->candidate);
	say_unproven(t, "System.map does not fit the running kernel (KASLR)");
}

/* The name in the table, unless another function may be there now. */
static bool look_up_current(const struct symtab *t, uint64_t pc, char name[SYMBOL_NAME_MAX])
{
	return pc && (!t->stale || symbols_is_core(t->table, pc)) &&
	       look_up(t->table, pc, name, NULL);
}

bool symtab_name(struct symtab *t, uint64_t pc, const char *printed, size_t size,
		 char name[SYMBOL_NAME_MAX])
{
	char text[SYMBOL_NAME_MAX];
	uint64_t offset;
	bool ok = symbol_from_text(printed, size, text, &offset);

	if (t->candidate && pc && ok)
		prove(t, pc, text, offset);
	if (look_up_current(t, pc, name))
		return true;
	if (ok)
		memcpy(name, text, sizeof(text));
	return ok;
}

static uint32_t address_hash(uint64_t pc)
{
	return (uint32_t)(pc * 0x9e3779b97f4a7c15u >> 32);
}

static bool has_failed(const struct symtab *t, uint64_t pc)
{
	struct index_probe probe = index_probe(&t->failed_index, address_hash(pc));

	while (index_next(&t->failed_index, &probe))
		if (t->failed[probe.id] == pc)
			return true;
	return false;
}

/* Counting stops at FAILED_MAX. On a machine whose symbols can be read there are far fewer. */
void symtab_failed(struct symtab *t, uint64_t pc)
{
	uint64_t *failed;

	if (t->n_failed == FAILED_MAX || has_failed(t, pc))
		return;
	failed = array_grow(t->failed, &t->failed_room, t->n_failed + 1, sizeof(*failed));
	if (!failed)
		return;
	t->failed = failed;
	if (index_add(&t->failed_index, address_hash(pc), (uint32_t)t->n_failed) == 0)
		t->failed[t->n_failed++] = pc;
}

bool symtab_changed(struct symtab *t)
{
	bool before = t->stale;

	if (t->fd < 0)
		return false;
	t->parser = symbols_parser_free(t->parser);
	t->stale = true;
	return !before;
}

bool symtab_check_modules(struct symtab *t)
{
	struct hash128 now;

	if (t->fd < 0 || t->stale)
		return false;
	now = modules_hash();
	return memcmp(&now, &t->modules, sizeof(now)) != 0 && symtab_changed(t);
}

bool symtab_outdated(const struct symtab *t, uint64_t pc)
{
	char name[SYMBOL_NAME_MAX];

	if (t->fd < 0 || !pc)
		return false;
	if (t->stale)
		return !symbols_is_core(t->table, pc);
	return !look_up(t->table, pc, name, NULL) && t->n_failed < FAILED_MAX && !has_failed(t, pc);
}

bool symtab_read(struct symtab *t)
{
	if (t->parser)
		return true;
	if (t->fd < 0)
		return false;
	/* The list first: a module that comes in between is then seen as new once more. */
	t->modules = modules_hash();
	if (lseek(t->fd, 0, SEEK_SET) < 0)
		return false;
	t->parser = symbols_parser_new();
	return t->parser;
}

bool symtab_reading(const struct symtab *t)
{
	return t->parser;
}

static int finish(struct symtab *t, int r)
{
	struct symbols *table = NULL;

	if (r == 0)
		r = symbols_parser_finish(t->parser, &table);
	t->parser = symbols_parser_free(t->parser);
	if (r == 0) {
		symbols_free(t->table);
		t->table = table;
		t->stale = false;
	}
	malloc_trim(0);
	return r;
}

int symtab_step(struct symtab *t)
{
	char buf[4096];
	ssize_t n;
	int r = 0;

	if (!t->parser)
		return 0;
	for (size_t done = 0; r == 0 && done < STEP_BYTES; done += (size_t)n) {
		n = read(t->fd, buf, sizeof(buf));
		if (n <= 0)
			return finish(t, n < 0 ? -errno : 0);
		r = symbols_parser_feed(t->parser, buf, (size_t)n);
	}
	return r < 0 ? finish(t, r) : 1;
}

const char *symtab_trouble(const struct symtab *t)
{
	return t->trouble.text;
}

void symtab_health(const struct symtab *t, struct snapshot_health *health)
{
	health->symbols_loaded = symbols_count(t->table);
	health->symbol_lookup_failures = t->n_failed;
	health->symbols_source = t->source;
	health->symbols_missing = t->missing;
}

struct symtab *symtab_free(struct symtab *t)
{
	if (!t)
		return NULL;
	if (t->fd >= 0)
		close(t->fd);
	symbols_free(t->table);
	symbols_free(t->candidate);
	symbols_parser_free(t->parser);
	free(t->failed);
	index_done(&t->failed_index);
	free(t);
	return NULL;
}
