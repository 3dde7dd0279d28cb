/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/*
 * Files with symbols: /proc/kallsyms, a copy of it, a System.map.
 */

#include "aggregate/symbols_parser.h"
#include "base/err.h"

/**
 * symbols_file_open() - open a file for the functions below
 * @path: a regular file
 * @err: what failed
 *
 * Return: a descriptor, -EINVAL (no regular file), or the errno of open. Thread: any.
 */
int symbols_file_open(const char *path, struct err *err);

/**
 * symbols_file_step() - read and parse the next part of an open file
 * @fd: at the end of the part before
 * @p: the parser
 * @bytes: size of the part, rounded up to what one read returns
 *
 * Return: 1 if there may be more, 0 at the end, the error of symbols_parser_feed(), or the errno of
 * read. Thread: any.
 */
int symbols_file_step(int fd, struct symbols_parser *p, size_t bytes);

/**
 * symbols_file_read() - read an open file to its end
 * @fd: stays the caller's
 * @name: name of the file, for @err
 * @ret: the table
 * @err: what failed
 *
 * Return: 0, the error of symbols_parser_finish(), -EFBIG past 64 MiB, or the errno of read.
 * Thread: any.
 */
int symbols_file_read(int fd, const char *name, struct symbols **ret, struct err *err);
