/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/*
 * The whole program as one object: it builds the path from source to scrape,
 * runs the event loop of the main thread, and takes everything down again.
 */

#include "base/cleanup.h"
#include "base/err.h"
#include "config/config.h"
#include "config/config_yaml.h"

/* What the command line said; it overrules the file, on every reload too. */
struct daemon_options {
	const char *config_path; /* NULL: the default path, if that file exists */
	const char *source;      /* NULL: as configured */
	const char *listen;      /* NULL: as configured */
	const char *log_level;   /* NULL: as configured */
};

struct daemon;

/**
 * daemon_load_config() - defaults, then the file, then the command line
 * @options: the command line
 * @ret: a config with one reference; set on success only
 * @errors: filled on failure, all errors at once
 *
 * Return: 0 or a negative errno. Thread: main.
 */
int daemon_load_config(const struct daemon_options *options, struct config **ret,
		       struct config_errors *errors);

/**
 * daemon_new() - open the source, drop privileges, start every thread
 * @options: the command line; kept for reloads, must outlive the daemon
 * @config: becomes the daemon's
 * @ret: the running daemon
 * @err: what could not be opened
 *
 * Return: 0 or a negative errno; then nothing runs. Thread: main.
 */
int daemon_new(const struct daemon_options *options, struct config *config, struct daemon **ret,
	       struct err *err);

/**
 * daemon_run() - serve until SIGTERM or SIGINT, or until the source breaks for good
 * @d: the daemon
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
