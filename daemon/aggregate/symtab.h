/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/*
 * Which symbol table is used, and when it is read again: kallsyms where it can
 * be read, a System.map where it provably fits, and the kernel's own words
 * where there is neither.
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
 * @cfg: where
 * @replay: events come from a recording: a table of the running kernel would be wrong
 * @ret: a symtab, in any case but -ENOMEM: that there is no table shows in symtab_health()
 *
 * Return: 0 or -ENOMEM. Thread: main, while /proc/kallsyms can be opened with CAP_SYSLOG: what it
 * shows depends on who opened it, and it stays open for later.
 */
int symtab_new(const struct config_symbols *cfg, bool replay, struct symtab **ret, struct err *err);

/**
 * symtab_hidden_text() - why kallsyms shows no addresses, for symtab_health()
 * @kptr_restrict: path of that sysctl
 *
 * At 2 it hides them from everybody, whatever the reader may do.
 * Source: kernel/kallsyms.c kallsyms_show_value(), Linux 6.1.
 *
 * Return: a static text. Thread: any.
 */
const char *symtab_hidden_text(const char *kptr_restrict);

/**
 * symtab_name() - the function that a packet was dropped in
 * @t: the table
 * @pc: the return address of the drop; 0 unknown
 * @printed: the symbol as the kernel printed it, if it did; ends at a NUL or after @size bytes
 * @size: bytes at @printed at most
 * @name: set on success only
 *
 * Return: whether there is a name. Thread: aggregator.
 */
bool symtab_name(struct symtab *t, uint64_t pc, const char *printed, size_t size,
		 char name[SYMBOL_NAME_MAX]);

/** symtab_failed() - a drop point stays without a name: count it, once. Thread: aggregator. */
void symtab_failed(struct symtab *t, uint64_t pc);

/**
 * symtab_changed() - a module was loaded or unloaded
 * @t: the table
 *
 * Abandons a table that is being read.
 *
 * Return: whether names that were found up to now may be wrong from now on. Thread: aggregator.
 */
bool symtab_changed(struct symtab *t);

/** symtab_check_modules() - the same, if the list of modules has changed. Thread: aggregator. */
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
 * symtab_read() - begin to read the table again, unless it is being read
 *
 * Return: whether a table is being read: go on with symtab_step(). Thread: aggregator.
 */
bool symtab_read(struct symtab *t);

/** symtab_reading() - is a table being read? Thread: aggregator. */
bool symtab_reading(const struct symtab *t);

/**
 * symtab_step() - read a little more of the table, for about half a millisecond
 *
 * Return: 1 while there is more, 0 when the table is complete or none is being read, negative when
 * it cannot be read. Then the old one stays, and does not name addresses in modules if modules came
 * or went. Thread: aggregator.
 */
int symtab_step(struct symtab *t);

/** symtab_trouble() - why a configured file is not used. Return: a sentence, or "". Thread: any. */
const char *symtab_trouble(const struct symtab *t);

/** symtab_health() - fill in the fields that are about symbols. Thread: aggregator. */
void symtab_health(const struct symtab *t, struct snapshot_health *health);

/** symtab_free() - free; NULL is fine. Return: NULL. Thread: main. */
struct symtab *symtab_free(struct symtab *t);

DEFINE_CLEANUP(struct symtab *, symtab_free);
