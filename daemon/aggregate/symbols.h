/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/*
 * Kernel address → function name, from /proc/kallsyms or a System.map. The
 * parser is fed bytes, so that a table can be read a little at a time between
 * other work, and be fuzzed.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/cleanup.h"
#include "base/err.h"

/* Room for a symbol's name, with the NUL; longer ones are cut. The kernel's KSYM_NAME_LEN is 512,
 * which only compilers' and Rust's mangled names ever use. */
#define SYMBOL_NAME_MAX 192

struct symbols;
struct symbols_parser;

/** symbols_parser_new() - begin a table. Return: NULL when out of memory. Thread: any. */
struct symbols_parser *symbols_parser_new(void);

/**
 * symbols_parser_feed() - the next bytes of the file
 * @p: the parser
 * @data: any bytes, cut anywhere
 * @len: how many
 *
 * Lines that are not "ADDRESS TYPE NAME" are passed over.
 *
 * Return: 0, -ENOMEM, or -EFBIG past four million symbols. Thread: any; pure.
 */
int symbols_parser_feed(struct symbols_parser *p, const char *data, size_t len);

/**
 * symbols_parser_finish() - the end of the file
 * @p: the parser; stays the caller's to free
 * @ret: the table
 *
 * Return: 0; -EPERM when every address was 0, as the kernel shows them to whom it does not trust
 * (kptr_restrict, no CAP_SYSLOG); -ENODATA when there was no function; -ENOMEM. Thread: any; pure.
 */
int symbols_parser_finish(struct symbols_parser *p, struct symbols **ret);

/** symbols_parser_free() - free a parser; NULL is fine. Return: NULL. Thread: any. */
struct symbols_parser *symbols_parser_free(struct symbols_parser *p);

/**
 * symbols_read() - read an open file to its end
 * @fd: stays the caller's
 * @name: of the file, for @err
 * @ret: the table
 * @err: what failed
 *
 * Return: 0, what symbols_parser_finish() returns, or the errno of read. Thread: any.
 */
int symbols_read(int fd, const char *name, struct symbols **ret, struct err *err);

/**
 * symbols_load() - read a whole file
 * @path: /proc/kallsyms, a copy of one, a System.map
 * @ret: the table
 * @err: what failed
 *
 * Return: 0, what symbols_parser_finish() returns, or the errno of open and read. Thread: any.
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

/** symbols_count() - functions in the table; NULL has none. Thread: any. */
size_t symbols_count(const struct symbols *s);

/** symbols_free() - free a table; NULL is fine. Return: NULL. Thread: any. */
struct symbols *symbols_free(struct symbols *s);

/**
 * symbol_from_text() - the name in a symbol as the kernel prints it
 * @text: "name+0x1ab/0x2c0 [module]", perhaps cut anywhere; ends at a NUL or after @size bytes
 * @size: bytes at @text at most
 * @name: set on success only; folded like a table's names
 * @offset: bytes from the start of the function, UINT64_MAX when cut off; may be NULL
 *
 * Return: whether there is a name: a bare address, which is what the kernel prints for what it does
 * not know, is none. Thread: any; pure.
 * Source: kernel/kallsyms.c sprint_symbol(), lib/vsprintf.c %pS, Linux 6.1.
 */
bool symbol_from_text(const char *text, size_t size, char name[SYMBOL_NAME_MAX], uint64_t *offset);

DEFINE_CLEANUP(struct symbols_parser *, symbols_parser_free);
DEFINE_CLEANUP(struct symbols *, symbols_free);
