/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/*
 * The configuration as the daemon wants it, at the start and on each reload: defaults, then the
 * file, then the command line. All errors of a file are reported at once, each as
 * file:line:column: sentence.
 */

#include <stddef.h>

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

/**
 * config_parse() - apply a text to the defaults
 * @name: the name of the file, for the errors
 * @text: YAML
 * @len: bytes at @text; more than 64 KiB are refused
 * @ret: a config with one reference; set on success only
 * @errors: filled on failure
 *
 * Return: 0, -EINVAL with @errors, -ENOMEM. Thread: any; pure.
 */
int config_parse(const char *name, const char *text, size_t len, struct config **ret,
		 struct config_errors *errors);

/**
 * config_load_file() - read a file and parse it
 * @path: a regular file; anything else (a FIFO, a device) is refused without blocking
 * @ret: a config with one reference; set on success only
 * @errors: filled on failure, also when the file cannot be read
 *
 * Return: 0, -EINVAL, -ENOMEM or the errno of open. Thread: main.
 */
int config_load_file(const char *path, struct config **ret, struct config_errors *errors);

/* conf/classes.yaml as it was when the program was built (daemon/embed.cmake). */
extern const unsigned char config_shipped_classes[];
extern const size_t config_shipped_classes_size;
