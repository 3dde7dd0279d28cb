/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/log.h"

#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* The one variable at file scope in the program: what is worth printing is a property of all of it. */
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

void log_line(enum log_level level, const char *fmt, ...)
{
	char line[2048];
	va_list ap;
	int n, m;

	if ((int)level > atomic_load_explicit(&log_level, memory_order_relaxed))
		return;
	n = line_prefix(line, sizeof(line) - 1, level);
	va_start(ap, fmt);
	m = vsnprintf(line + n, sizeof(line) - 1 - (size_t)n, fmt, ap);
	va_end(ap);
	if (m < 0)
		return;
	n += m;
	if ((size_t)n > sizeof(line) - 2)
		n = sizeof(line) - 2;
	line[n++] = '\n';
	if (write(STDERR_FILENO, line, (size_t)n) < 0)
		return; /* stderr is gone: nobody is left to tell */
}

bool log_limit_ok(struct log_limit *limit, uint64_t now_ns)
{
	if (now_ns < limit->next_ns)
		return false;
	limit->next_ns = now_ns + 60ull * 1000000000ull;
	return true;
}
