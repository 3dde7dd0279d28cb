/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/*
 * Parses /proc/kallsyms or a System.map. It takes bytes, so that a file can be read in steps
 * between other work, and so that it can be fuzzed.
 */

#include <stddef.h>

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
