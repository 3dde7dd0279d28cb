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
 * symtab_reload() - read the table again, if that can help and was not done just now
 * @t: the table
 * @now_ns: CLOCK_MONOTONIC
 *
 * Return: whether a table is being read: go on with symtab_step(). Thread: aggregator.
 */
bool symtab_reload(struct symtab *t, uint64_t now_ns);

/** symtab_check_modules() - the same, if modules came or went since then. Thread: aggregator. */
bool symtab_check_modules(struct symtab *t, uint64_t now_ns);

/** symtab_reading() - is a table being read? Thread: aggregator. */
bool symtab_reading(const struct symtab *t);

/**
 * symtab_step() - read a little more of the table, for about half a millisecond
 *
 * Return: whether that was the end, and names must be looked up anew. Thread: aggregator.
 */
bool symtab_step(struct symtab *t);

/** symtab_trouble() - why a configured file is not used. Return: a sentence, or "". Thread: any. */
const char *symtab_trouble(const struct symtab *t);

/** symtab_health() - fill in the fields that are about symbols. Thread: aggregator. */
void symtab_health(const struct symtab *t, struct snapshot_health *health);

/** symtab_free() - free; NULL is fine. Return: NULL. Thread: main. */
struct symtab *symtab_free(struct symtab *t);

DEFINE_CLEANUP(struct symtab *, symtab_free);
