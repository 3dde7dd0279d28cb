/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/* Controls the test monitor, a child process, through pipes. */

#include <stdint.h>
#include <stdio.h>
#include <sys/types.h>

struct client {
	pid_t pid;
	FILE *in;  /* commands */
	FILE *out; /* answers */
};

/** client_start() - start the monitor and wait until it listens. Return: 0 or a negative errno. */
int client_start(struct client *c, const char *program);

/** client_do() - run a command. Return: "packets=" of its answer, or 0; -EIO if it is "error". */
int64_t client_do(struct client *c, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/** client_get() - read one of the monitor's keys. Return: its value; -ENOENT: no such key. */
int64_t client_get(struct client *c, const char *key);

/** client_stop() - end it and wait for it. */
void client_stop(struct client *c);
