/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/*
 * Names of drop points: from kallsyms if it can be read, else from a System.map if that provably
 * fits the kernel, else as the kernel printed them. The table is read again when modules change.
 */

#include <stdbool.h>
#include <stdint.h>

#include "aggregate/snapshot.h"
#include "aggregate/symbols.h"
#include "base/cleanup.h"
#include "config/config.h"

struct symtab;

/**
 * symtab_new() - find and read a table
 * @cfg: the configured files
 * @replay: events come from a recording, so the symbols of the running kernel would be wrong
 * @ret: set unless out of memory; symtab_health() says whether there is a table
 *
 * Return: 0 or -ENOMEM. Thread: main, while it has CAP_SYSLOG: what /proc/kallsyms shows depends on
 * who opened it, and it stays open.
 */
int symtab_new(const struct config_symbols *cfg, bool replay, struct symtab **ret, struct err *err);

/**
 * symtab_name() - the function that a packet was dropped in
 * @t: the table
 * @pc: the return address of the drop; 0 unknown
 * @printed: the symbol as the kernel printed it, if it did; ends at a NUL or after @size bytes
 * @size: bytes at @printed at most
 * @name: "unknown" if there is none; then the drop point is counted, once
 *
 * Thread: aggregator.
 */
void symtab_name(struct symtab *t, uint64_t pc, const char *printed, size_t size,
		 char name[SYMBOL_NAME_MAX]);

/**
 * symtab_changed() - a module was loaded or unloaded
 * @t: the table
 *
 * Stops reading the table if it is being read.
 *
 * Return: whether names found before may be wrong from now on. Thread: aggregator.
 */
bool symtab_changed(struct symtab *t);

/** symtab_check_modules() - symtab_changed() if the list of modules did. Thread: aggregator. */
bool symtab_check_modules(struct symtab *t);

/**
 * symtab_outdated() - must the table be read again before it can name this drop point?
 * @t: the table
 * @pc: as for symtab_name()
 *
 * It must if modules came or went and this is no address of the kernel itself, or if the address is
 * in no function and was not so before.
 *
 * Return: whether reading it again can help. Thread: aggregator.
 */
bool symtab_outdated(const struct symtab *t, uint64_t pc);

/**
 * symtab_read() - start to read the table again, unless it is being read
 *
 * Return: whether it is being read; if so call symtab_step(). Thread: aggregator.
 */
bool symtab_read(struct symtab *t);

/** symtab_reading() - is the table being read? Thread: aggregator. */
bool symtab_reading(const struct symtab *t);

/**
 * symtab_step() - continue to read the table, for about half a millisecond
 *
 * Return: 1 while there is more, 0 if the table is complete or is not being read, negative if it
 * cannot be read. Then the old table stays, and if modules came or went it names no address in a
 * module. Thread: aggregator.
 */
int symtab_step(struct symtab *t);

/** symtab_trouble() - why a configured file is not used: a sentence, or "". Thread: any. */
const char *symtab_trouble(const struct symtab *t);

/** symtab_health() - set the fields about symbols. Thread: aggregator. */
void symtab_health(const struct symtab *t, struct snapshot_health *health);

/** symtab_free() - free; NULL is fine. Return: NULL. Thread: main. */
struct symtab *symtab_free(struct symtab *t);

DEFINE_CLEANUP(struct symtab *, symtab_free);
