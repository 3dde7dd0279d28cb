/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/log.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/utf8.h"

#define LINE_MAX_BYTES PIPE_BUF	   /* with prefix and newline */
#define TEXT_MAX_BYTES (17 * 1024) /* all that is wrong with a file: struct config_errors */

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

/*
 * A count must not wait for the reader of the log, so a line that cannot be written now is dropped.
 * A socket, such as the journal's, has a flag for that. A pipe or a terminal is polled first: a
 * pipe that is ready accepts PIPE_BUF bytes without blocking. Nothing is written to a pipe without
 * a reader, since that would only raise a signal.
 */
static void line_write(const char *line, size_t len)
{
	struct pollfd fd = { .fd = STDERR_FILENO, .events = POLLOUT };

	if (send(fd.fd, line, len, MSG_DONTWAIT | MSG_NOSIGNAL) >= 0 || errno != ENOTSOCK)
		return;
	if (poll(&fd, 1, 0) == 1 && fd.revents == POLLOUT && write(fd.fd, line, len) < 0)
		return; /* stderr is gone: nobody is left to tell */
}

/* One line, or as much of it as LINE_MAX_BYTES hold. File names and the like are foreign text.
 * Return: where the rest begins. */
static const char *line_print(enum log_level level, const char *text, const char *end)
{
	char line[LINE_MAX_BYTES];
	size_t len = (size_t)line_prefix(line, sizeof(line), level);

	len += utf8_clean_next(line + len, sizeof(line) - len, &text, end);
	line[len++] = '\n'; /* in the place of the NUL */
	line_write(line, len);
	return text;
}

void log_line(enum log_level level, const char *fmt, ...)
{
	char text[TEXT_MAX_BYTES];
	const char *at = text;
	va_list ap;

	if ((int)level > atomic_load_explicit(&log_level, memory_order_relaxed))
		return;
	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	/* A text of several lines: each gets the prefix, or the journal would misfile the rest. */
	do {
		at = line_print(level, at, at + strcspn(at, "\n"));
		at += *at == '\n';
	} while (*at);
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
