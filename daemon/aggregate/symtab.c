/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Used by the aggregator thread. Reading /proc/kallsyms takes about 40 ms. At a high rate of drops
 * the ring would fill up meanwhile, so it is read again in steps, and the aggregator counts between
 * them.
 *
 * The load or unload of any module makes the table outdated, since a new module may be where an old
 * one was. Functions of the kernel itself stay where they are. So only other addresses have to
 * wait, and the table is not read again before there is one. An address in no function makes the
 * table outdated as well, but each address only once: the announcement of its module may still be
 * on its way.
 *
 * The kernel announces an unload shortly before it removes the module from the list. If the table
 * was read in between, the list of modules shows it (symtab_check_modules()).
 *
 * The addresses in a System.map are those that the kernel was linked for. With KASLR the kernel
 * runs at a secret distance from them, so the file is used only if that distance is known to be 0:
 * if the kernel was booted with "nokaslr", or if a drop for which the kernel reports address and
 * symbol (packet mode) agrees with the file. In summary mode nothing can be compared, and no name
 * is better than a wrong one.
 */
#include "aggregate/symtab.h"

#include <errno.h>
#include <malloc.h>
#include <stdio.h>
#include <string.h>

#include "aggregate/kernel_symbols.h"
#include "aggregate/symbols_file.h"
#include "base/hash.h"

#define STEP_BYTES 65536
#define FAILED_MAX 1024 /* distinct drop points without a name */

struct symtab {
	int fd;			       /* of a file that can be read again; -1 */
	bool stale;		       /* modules came or went since the table was read */
	struct symbols *table;	       /* NULL if there is none */
	struct symbols *candidate;     /* a System.map that is not proven yet */
	struct symbols_parser *parser; /* while the file is read again */
	struct hash128 modules;	       /* the list of modules when the table was read */
	uint64_t failed[FAILED_MAX];   /* drop points without a name; 0: unknown address */
	size_t n_failed;
	struct err trouble;  /* with the configured files */
	bool restricted;     /* kptr_restrict hides addresses */
	const char *source;  /* where the table is from; static, as is the next one */
	const char *missing; /* why there is no table; "" */
};

static void set_table_source(struct symtab *t, const char *source)
{
	t->source = source;
	t->missing = "";
}

static void set_missing(struct symtab *t, const char *why)
{
	t->source = "none";
	t->missing = why;
}

/* A System.map is not used. With kptr_restrict the advice to change that remains. */
static void set_unproven(struct symtab *t, const char *why)
{
	if (!t->restricted)
		set_missing(t, why);
}

/* kallsyms cannot be used; @why: what to report if there is no System.map either. */
static void load_system_map(struct symtab *t, const char *configured, const char *why)
{
	struct err *err = *configured ? &t->trouble : NULL;
	cleanup(closep) int fd = -1;
	char path[PATH_MAX];

	if (*configured)
		snprintf(path, sizeof(path), "%s", configured);
	else
		kernel_symbols_map(path);
	set_missing(t, why);
	fd = symbols_file_open(path, err);
	if (fd < 0 || symbols_file_read(fd, path, &t->candidate, err) < 0)
		return;
	if (kernel_symbols_fixed()) {
		t->table = take(t->candidate);
		set_table_source(t, "System.map");
		return;
	}
	set_unproven(t, "kallsyms hides addresses, and no drop has yet proven that System.map fits "
			"(KASLR)");
}

/* kallsyms exists but hides its addresses. */
static void load_hidden(struct symtab *t, const char *system_map, bool own)
{
	t->restricted = own && kernel_symbols_hidden(KERNEL_SYMBOLS_KPTR_RESTRICT);
	load_system_map(t, system_map,
			t->restricted ? "kernel.kptr_restrict=2 hides addresses; set it to 1 and "
					"restart dropwatchd"
				      : "kallsyms hides addresses (CAP_SYSLOG is missing)");
}

static void find_table(struct symtab *t, const struct config_symbols *cfg, bool replay)
{
	const char *path = *cfg->kallsyms ? cfg->kallsyms : KERNEL_SYMBOLS_KALLSYMS;
	bool own = !strcmp(path, KERNEL_SYMBOLS_KALLSYMS);
	int r = -ENOENT;

	if (replay && own) {
		set_missing(t, "a recording needs its own symbols.kallsyms");
		return;
	}
	t->modules = kernel_symbols_modules();
	t->fd = own ? kernel_symbols_open() : symbols_file_open(path, &t->trouble);
	if (t->fd >= 0)
		r = symbols_file_read(t->fd, path, &t->table, own ? NULL : &t->trouble);
	if ((r < 0 || replay) && t->fd >= 0)
		close(take_fd(t->fd));
	if (r == 0) {
		set_table_source(t, "kallsyms");
	} else if (replay) {
		set_missing(t, "the configured symbols.kallsyms cannot be used");
	} else if (r == -EPERM) {
		load_hidden(t, cfg->system_map, own);
	} else {
		load_system_map(t, cfg->system_map, "there is no kallsyms and no System.map");
	}
	malloc_trim(0); /* the parser needed more memory than the table does */
}

int symtab_new(const struct config_symbols *cfg, bool replay, struct symtab **ret, struct err *err)
{
	struct symtab *t = calloc(1, sizeof(*t));

	if (!t)
		return err_set(err, -ENOMEM, "symbols: out of memory");
	t->fd = -1;
	find_table(t, cfg, replay);
	*ret = t;
	return 0;
}

/*
 * A drop point is a return address, or where packets are freed later from a queue, the address of a
 * function (net/core/dev.c net_tx_action()). If the call is the last instruction of its function,
 * the return address is in no function, but the address before it is. A return address is never the
 * first one of a function.
 */
static const char *find_symbol(const struct symbols *s, uint64_t pc, uint64_t *start)
{
	const char *name = symbols_lookup(s, pc, start);

	return name ? name : symbols_lookup(s, pc - 1, start);
}

/* If the kernel reports pc and its symbol, the candidate is right, or it never will be. */
static void check_candidate(struct symtab *t, uint64_t pc, const char *printed, size_t size)
{
	char name[SYMBOL_NAME_MAX];
	uint64_t offset, start;
	const char *found;

	if (!symbol_from_text(printed, size, name, &offset) || offset == UINT64_MAX)
		return;
	found = find_symbol(t->candidate, pc, &start);
	if (found && !strcmp(found, name) && start == pc - offset) {
		t->table = take(t->candidate);
		set_table_source(t, "System.map");
		return;
	}
	t->candidate = symbols_free(t->candidate);
	set_unproven(t, "System.map does not fit the running kernel (KASLR)");
}

static bool has_failed(const struct symtab *t, uint64_t pc)
{
	for (size_t i = 0; i < t->n_failed; i++)
		if (t->failed[i] == pc)
			return true;
	return false;
}

/* Counting stops at FAILED_MAX. On a machine whose symbols can be read there are far fewer. */
static void note_failed(struct symtab *t, uint64_t pc)
{
	if (t->n_failed < FAILED_MAX && !has_failed(t, pc))
		t->failed[t->n_failed++] = pc;
}

void symtab_name(struct symtab *t, uint64_t pc, const char *printed, size_t size,
		 char name[SYMBOL_NAME_MAX])
{
	const char *found = NULL;

	if (t->candidate && pc)
		check_candidate(t, pc, printed, size);
	/* After modules came or went, another function may be at an address in a module. */
	if (pc && (!t->stale || symbols_is_core(t->table, pc)))
		found = find_symbol(t->table, pc, NULL);
	if (found) {
		memcpy(name, found, strlen(found) + 1);
	} else if (!symbol_from_text(printed, size, name, NULL)) {
		memcpy(name, "unknown", sizeof("unknown"));
		note_failed(t, pc);
	}
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
	now = kernel_symbols_modules();
	return memcmp(&now, &t->modules, sizeof(now)) != 0 && symtab_changed(t);
}

bool symtab_outdated(const struct symtab *t, uint64_t pc)
{
	if (t->fd < 0 || !pc)
		return false;
	if (t->stale)
		return !symbols_is_core(t->table, pc);
	return !find_symbol(t->table, pc, NULL) && t->n_failed < FAILED_MAX && !has_failed(t, pc);
}

bool symtab_read(struct symtab *t)
{
	if (t->parser)
		return true;
	if (t->fd < 0)
		return false;
	/* The list first: a module loaded in between is then reported as new once more. */
	t->modules = kernel_symbols_modules();
	if (lseek(t->fd, 0, SEEK_SET) < 0)
		return false;
	t->parser = symbols_parser_new();
	return t->parser;
}

bool symtab_reading(const struct symtab *t)
{
	return t->parser;
}

static int end_read(struct symtab *t, int r)
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
	int r;

	if (!t->parser)
		return 0;
	r = symbols_file_step(t->fd, t->parser, STEP_BYTES);
	return r > 0 ? r : end_read(t, r);
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
	free(t);
	return NULL;
}
