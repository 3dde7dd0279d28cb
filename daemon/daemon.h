/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/*
 * The whole program as one object: it builds the path from source to scrape,
 * runs the event loop of the main thread, and takes everything down again.
 */

#include "base/cleanup.h"
#include "base/err.h"
#include "config/config.h"
#include "config/config_load.h"

struct daemon;

/**
 * daemon_block_signals() - keep signals pending until daemon_run()
 *
 * Call this before anything else: until then a SIGHUP ends the process. Threads inherit the mask,
 * and the event loop reads the signals from a signalfd.
 *
 * Thread: main, before there are others.
 */
void daemon_block_signals(void);

/**
 * daemon_new() - open the source, drop privileges, start every thread
 * @options: the command line; kept for reloads, must outlive the daemon
 * @config: becomes the daemon's
 * @err: what could not be opened
 *
 * Return: 0 or a negative errno; then nothing runs. Thread: main.
 */
int daemon_new(const struct config_options *options, struct config *config, struct daemon **ret,
	       struct err *err);

/**
 * daemon_run() - serve until SIGTERM or SIGINT, or until the source fails for good
 *
 * Return: the exit code of the process. Thread: main.
 */
int daemon_run(struct daemon *d);

/**
 * daemon_free() - stop the threads upstream first, free everything
 * @d: may be NULL or half-built
 *
 * Return: NULL. Thread: main.
 */
struct daemon *daemon_free(struct daemon *d);

DEFINE_CLEANUP(struct daemon *, daemon_free);
