/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/*
 * /proc/kallsyms or a System.map to a table of symbols. The parser is fed bytes, so that a file can
 * be read a little at a time between other work, and be fuzzed.
 */

#include <stddef.h>

#include "aggregate/symbols.h"
#include "base/cleanup.h"

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
 * Return: 0, what symbols_parser_finish() returns, -EFBIG past 64 MiB, or the errno of read.
 * Thread: any.
 */
int symbols_read(int fd, const char *name, struct symbols **ret, struct err *err);

DEFINE_CLEANUP(struct symbols_parser *, symbols_parser_free);
