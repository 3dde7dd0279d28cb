/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/*
 * An immutable table: kernel address to function name.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/cleanup.h"

/* Room for the name of a symbol, with its NUL; longer names are cut. KSYM_NAME_LEN is 512, but only
 * mangled names are that long. */
#define SYMBOL_NAME_MAX 192

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
 * @address: any
 * @start: the function's first address, if there is one; may be NULL
 *
 * Return: its name, without the suffixes that compilers add; NULL: there is no function. Valid for
 * as long as @s is. Thread: any.
 */
const char *symbols_lookup(const struct symbols *s, uint64_t address, uint64_t *start);

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
