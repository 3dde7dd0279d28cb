/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/*
 * Regular files, which include those in /proc.
 */

#include <stddef.h>
#include <sys/types.h>

#include "base/err.h"

/**
 * file_open() - open a regular file for reading
 * @path: the file; anything else (a FIFO, a device) is refused without waiting for it
 * @err: filled on failure, without @path
 *
 * Return: the descriptor; a negative errno, -EINVAL if it is not a regular file. Thread: any.
 */
int file_open(const char *path, struct err *err);

/**
 * file_read() - read a file up to its end
 * @fd: the file
 * @buf: where to
 * @size: bytes at @buf; a file that fills them may be longer
 *
 * Return: how many bytes there were, or a negative errno. Thread: any.
 */
ssize_t file_read(int fd, void *buf, size_t size);
