/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/*
 * An immutable table: kernel address to function name.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "aggregate/symbol_text.h"
#include "base/cleanup.h"

struct symbols;

/* A table is made of these, in order of address. */
struct symbols_entry {
	uint64_t address;
	uint32_t name;	     /* where its name begins in the text; SYMBOLS_NO_NAME */
	uint32_t order : 31; /* in the file */
	uint32_t module : 1; /* part of a module, which may be unloaded */
};

#define SYMBOLS_NO_NAME UINT32_MAX /* the function before ends here, and none begins */

/**
 * symbols_new() - make a table
 * @entries: sorted by address, each address once
 * @n: how many
 * @text: the names, each with its NUL and shorter than SYMBOL_NAME_MAX; with less than 4 GiB
 * @ret: the table, which needs none of the above
 *
 * Return: 0, -ENODATA if there is no function, -ENOMEM. Thread: any; pure.
 */
int symbols_new(const struct symbols_entry *entries, size_t n, const char *text,
		struct symbols **ret);

/**
 * symbols_lookup() - the function that an address lies in
 * @s: the table; may be NULL
 * @address: for a return address, one less: a call can be a function's last instruction
 * @name: set on success only; suffixes that compilers add are folded
 * @start: the function's first address; may be NULL
 *
 * Return: whether there is one. Thread: any.
 */
bool symbols_lookup(const struct symbols *s, uint64_t address, char name[SYMBOL_NAME_MAX],
		    uint64_t *start);

/**
 * symbols_is_core() - does an address lie between the first and the last function of the kernel
 * itself? Modules never do.
 *
 * Thread: any.
 */
bool symbols_is_core(const struct symbols *s, uint64_t address);

/** symbols_count() - functions in the table; NULL has none. Thread: any. */
size_t symbols_count(const struct symbols *s);

/** symbols_free() - free a table; NULL is fine. Return: NULL. Thread: any. */
struct symbols *symbols_free(struct symbols *s);

DEFINE_CLEANUP(struct symbols *, symbols_free);
