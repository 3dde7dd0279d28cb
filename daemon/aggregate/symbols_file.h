/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/*
 * Files with symbols: /proc/kallsyms, a copy of it, a System.map.
 */

#include "aggregate/symbols.h"
#include "base/err.h"

/**
 * symbols_file_open() - open a file for symbols_file_read()
 * @path: a regular file
 * @err: what failed
 *
 * Return: a descriptor, -EINVAL (no regular file), or the errno of open. Thread: any.
 */
int symbols_file_open(const char *path, struct err *err);

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

/**
 * symbols_file_load() - open and read a file
 * @path: a regular file
 * @ret: the table
 * @err: what failed
 *
 * Return: 0 or the error of the two above. Thread: any.
 */
int symbols_file_load(const char *path, struct symbols **ret, struct err *err);
