/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/* A test's end of the test monitor: a child process that takes commands on a pipe. */

#include <stdint.h>
#include <stdio.h>
#include <sys/types.h>

struct client {
	pid_t pid;
	FILE *in;  /* commands */
	FILE *out; /* what it says */
};

/** client_start() - start the monitor and wait until it listens. Return: 0 or a negative errno. */
int client_start(struct client *c, const char *program);

/** client_do() - one command, printf-like. Return: its "packets=" or 0; -EIO when it says "error".
 */
int64_t client_do(struct client *c, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/** client_get() - one of the monitor's keys. Return: its value, -ENOENT when there is no such key.
 */
int64_t client_get(struct client *c, const char *key);

/** client_stop() - end it and wait for it. */
void client_stop(struct client *c);
