/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/*
 * Kernel address → function name: a packed, immutable table.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "aggregate/symbol_text.h"
#include "base/cleanup.h"
#include "base/err.h"

struct symbols;

/* What a table is made of, in order of address. */
struct symbols_entry {
	uint64_t address;
	uint32_t name;	     /* where its name begins in the text; SYMBOLS_NO_NAME */
	uint32_t order : 31; /* in the file it came from */
	uint32_t module : 1; /* not part of the kernel itself: it may be unloaded */
};

#define SYMBOLS_NO_NAME UINT32_MAX /* no function begins here, but the one before ends */

/**
 * symbols_new() - a table
 * @entries: by address, no two at the same one
 * @n: how many
 * @text: the names, each with its NUL; all below SYMBOL_NAME_MAX
 * @ret: the table; nothing of the above is needed any more
 *
 * Return: 0, -ENODATA when there is no function, -ENOMEM. Thread: any; pure.
 */
int symbols_new(const struct symbols_entry *entries, size_t n, const char *text,
		struct symbols **ret);

/**
 * symbols_load() - read a whole file
 * @path: /proc/kallsyms, a copy of one, a System.map; a regular file
 * @ret: the table
 * @err: what failed
 *
 * Return: 0, what symbols_parser_finish() returns, -EINVAL (no regular file), -EFBIG, or the errno
 * of open and read. Thread: any.
 */
int symbols_load(const char *path, struct symbols **ret, struct err *err);

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

/**
 * symbols_open() - open a file for symbols_read()
 * @path: a regular file
 * @err: what failed
 *
 * Return: a descriptor, -EINVAL (no regular file), or the errno of open. Thread: any.
 */
int symbols_open(const char *path, struct err *err);

/** symbols_count() - functions in the table; NULL has none. Thread: any. */
size_t symbols_count(const struct symbols *s);

/** symbols_free() - free a table; NULL is fine. Return: NULL. Thread: any. */
struct symbols *symbols_free(struct symbols *s);

DEFINE_CLEANUP(struct symbols *, symbols_free);
