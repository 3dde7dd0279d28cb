/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/*
 * The configuration as the daemon wants it, at the start and on each reload:
 * defaults, then the file, then the command line.
 */

#include "config/config.h"
#include "config/config_problems.h"

/* Options of the command line; they override the file. */
struct config_options {
	const char *path; /* the file to read; NULL: default_path, once there is such a file */
	const char *default_path; /* NULL: built-in defaults only */
	const char *source;	  /* NULL: as configured */
	const char *listen;	  /* NULL: as configured */
	const char *log_level;	  /* NULL: as configured */
};

/**
 * config_load() - defaults, then the file, then the command line
 * @options: the command line; a default file that was found once becomes its path, so that a
 *	reload misses it when it is gone
 * @ret: a config with one reference; set on success only
 * @errors: filled on failure, all errors of the file at once
 *
 * Return: 0 or a negative errno. Thread: main.
 */
int config_load(struct config_options *options, struct config **ret, struct config_errors *errors);

/** config_load_defaults() - the built-in defaults; NULL when out of memory. Thread: any. */
struct config *config_load_defaults(void);
