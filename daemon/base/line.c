/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/line.h"

#include <stdarg.h>
#include <stdio.h>

void line_init(struct line *line, char *buf, size_t size)
{
	*line = (struct line){ .text = buf, .size = size };
	buf[0] = '\0';
}

void line_add(struct line *line, const char *fmt, ...)
{
	const size_t room = line->size - line->len;
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(line->text + line->len, room, fmt, ap);
	va_end(ap);
	if (n > 0)
		line->len += (size_t)n < room ? (size_t)n : room - 1;
}
