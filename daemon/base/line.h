/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/*
 * A text that is put together in a buffer of fixed size. What does not fit is cut.
 */

#include <stddef.h>

struct line {
	char *text; /* terminated */
	size_t size;
	size_t len;
};

/**
 * line_init() - an empty text
 * @line: the text
 * @buf: where it is written
 * @size: bytes at @buf, at least 1
 *
 * Thread: any; pure.
 */
void line_init(struct line *line, char *buf, size_t size);

/**
 * line_add() - append to the text
 * @line: the text
 * @fmt: printf format
 *
 * Thread: any; pure.
 */
void line_add(struct line *line, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
