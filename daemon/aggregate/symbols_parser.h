/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/*
 * Symbols as the kernel writes them: a parser of /proc/kallsyms or a System.map, and of printed
 * symbols. It takes bytes, so that a file can be read in steps between other work, and so that it
 * can be fuzzed.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "aggregate/symbols.h"
#include "base/cleanup.h"

struct symbols_parser;

/** symbols_parser_new() - begin to parse. Return: NULL when out of memory. Thread: any. */
struct symbols_parser *symbols_parser_new(void);

/**
 * symbols_parser_feed() - the next bytes of the file
 * @p: the parser
 * @data: any bytes; need not end with a line
 * @len: how many
 *
 * Skips lines other than "ADDRESS TYPE NAME".
 *
 * Return: 0, -ENOMEM, or -EFBIG past four million symbols. Thread: any; pure.
 */
int symbols_parser_feed(struct symbols_parser *p, const char *data, size_t len);

/**
 * symbols_parser_finish() - the end of the file
 * @p: the parser; stays the caller's to free
 * @ret: the table
 *
 * Return: 0; -EPERM if every address is 0, which is what the kernel shows to readers without
 * CAP_SYSLOG or with kptr_restrict; -ENODATA if there is no function; -ENOMEM. Thread: any; pure.
 */
int symbols_parser_finish(struct symbols_parser *p, struct symbols **ret);

/** symbols_parser_free() - free a parser; NULL is fine. Return: NULL. Thread: any. */
struct symbols_parser *symbols_parser_free(struct symbols_parser *p);

DEFINE_CLEANUP(struct symbols_parser *, symbols_parser_free);

/**
 * symbol_from_text() - the name in a symbol as the kernel prints it
 * @text: "name+0x1ab/0x2c0 [module]", may be cut; ends at a NUL or after @size bytes
 * @size: bytes at @text at most
 * @name: set on success only; without suffixes of compilers
 * @offset: bytes from the start of the function, UINT64_MAX if cut off; may be NULL
 *
 * Return: whether there is a name; an address, which the kernel prints if it knows no symbol, is
 * none. Thread: any; pure.
 * Source: kernel/kallsyms.c sprint_symbol(), lib/vsprintf.c %pS, Linux 6.1.
 */
bool symbol_from_text(const char *text, size_t size, char name[SYMBOL_NAME_MAX], uint64_t *offset);
