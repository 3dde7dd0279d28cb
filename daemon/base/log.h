/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/*
 * Lines for the administrator, on stderr. Under systemd each line carries its
 * sd-daemon(3) priority prefix, so that the journal files it rightly. Only
 * main.c, daemon.c and the thread loops log; libraries return errors.
 */

#include <stdbool.h>
#include <stdint.h>

enum log_level { LOG_LEVEL_ERROR, LOG_LEVEL_WARNING, LOG_LEVEL_INFO, LOG_LEVEL_DEBUG };

/**
 * log_set_level() - print this level and the more urgent ones
 * @level: the new level
 *
 * Thread: any (atomic).
 */
void log_set_level(enum log_level level);

/**
 * log_level_parse() - "error", "warning", "info" or "debug" to its level
 * @text: the word
 * @ret: set on success only
 *
 * Return: whether @text is one of the four words.
 */
bool log_level_parse(const char *text, enum log_level *ret);

/**
 * log_line() - one line, if its level is printed
 * @level: how urgent
 * @fmt: printf format, without newline at its end; one within begins another line
 *
 * What utf8_clean() would escape is escaped. A line of more than 4096 bytes becomes two. While
 * nobody reads stderr and its buffer is full, lines are dropped: this never waits.
 *
 * Thread: any; one system call a line, so lines of two threads do not mix.
 */
void log_line(enum log_level level, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

#define log_error(...)	 log_line(LOG_LEVEL_ERROR, __VA_ARGS__)
#define log_warning(...) log_line(LOG_LEVEL_WARNING, __VA_ARGS__)
#define log_info(...)	 log_line(LOG_LEVEL_INFO, __VA_ARGS__)
#define log_debug(...)	 log_line(LOG_LEVEL_DEBUG, __VA_ARGS__)

/* A few lines a minute for what can repeat without end; one per kind of trouble. */
struct log_limit {
	unsigned int burst; /* lines a minute; 0 = one */
	unsigned int used;  /* of this minute; owned by the thread that logs */
	uint64_t next_ns;   /* when the next minute begins; owned by the thread that logs */
};

/**
 * log_limit_ok() - may this trouble be logged now?
 * @limit: the state of this kind of trouble
 * @now_ns: CLOCK_MONOTONIC
 *
 * Return: true at most @limit->burst times in 60 s. Thread: the one that owns @limit.
 */
bool log_limit_ok(struct log_limit *limit, uint64_t now_ns);
