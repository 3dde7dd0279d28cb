/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/log.h"

#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* The one variable at file scope: what is worth printing is a property of the whole program. */
static _Atomic int log_level = LOG_LEVEL_INFO;

static const char *const level_names[] = { "error", "warning", "info", "debug" };
static const int level_priority[] = { 3, 4, 6, 7 }; /* syslog(3) */

void log_set_level(enum log_level level)
{
	/* relaxed: nothing is ordered by it */
	atomic_store_explicit(&log_level, (int)level, memory_order_relaxed);
}

bool log_level_parse(const char *text, enum log_level *ret)
{
	for (size_t i = 0; i < sizeof(level_names) / sizeof(level_names[0]); i++) {
		if (strcmp(text, level_names[i]) == 0) {
			*ret = (enum log_level)i;
			return true;
		}
	}
	return false;
}

/* sd-daemon(3): JOURNAL_STREAM is set when stderr goes to the journal. */
static int line_prefix(char *buf, size_t size, enum log_level level)
{
	if (getenv("JOURNAL_STREAM"))
		return snprintf(buf, size, "<%d>", level_priority[level]);
	return snprintf(buf, size, "dropwatchd: %s: ", level_names[level]);
}

/* One line of at most size - 1 bytes into buf, cut at the end if need be. */
static size_t line_format(char *buf, size_t size, enum log_level level, const char *text,
			  size_t len)
{
	size_t n = (size_t)line_prefix(buf, size, level);

	if (len > size - n - 1)
		len = size - n - 1;
	memcpy(buf + n, text, len);
	buf[n + len] = '\n';
	return n + len + 1;
}

void log_line(enum log_level level, const char *fmt, ...)
{
	char text[4096], line[sizeof(text) + 64];
	va_list ap;

	if ((int)level > atomic_load_explicit(&log_level, memory_order_relaxed))
		return;
	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	/* A text of several lines: each gets the prefix, or the journal would misfile the rest. */
	for (const char *from = text; from; ) {
		const char *end = strchrnul(from, '\n');
		size_t n = line_format(line, sizeof(line), level, from, (size_t)(end - from));

		if (write(STDERR_FILENO, line, n) < 0)
			return; /* stderr is gone: nobody is left to tell */
		from = *end && end[1] ? end + 1 : NULL;
	}
}

bool log_limit_ok(struct log_limit *limit, uint64_t now_ns)
{
	if (now_ns >= limit->next_ns) {
		limit->next_ns = now_ns + 60ull * 1000000000ull;
		limit->used = 0;
	}
	if (limit->used >= (limit->burst ? limit->burst : 1))
		return false;
	limit->used++;
	return true;
}
