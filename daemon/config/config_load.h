/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/*
 * The configuration as the daemon wants it, at the start and on each reload:
 * defaults, then the file, then the command line.
 */

#include "config/config.h"
#include "config/config_yaml.h"

/* What the command line said; it overrules the file. */
struct config_options {
	const char *path;      /* NULL: the default path, if that file exists */
	const char *source;    /* NULL: as configured */
	const char *listen;    /* NULL: as configured */
	const char *log_level; /* NULL: as configured */
};

/**
 * config_load() - defaults, then the file, then the command line
 * @options: the command line
 * @ret: a config with one reference; set on success only
 * @errors: filled on failure, all errors of the file at once
 *
 * Return: 0 or a negative errno. Thread: main.
 */
int config_load(const struct config_options *options, struct config **ret,
		struct config_errors *errors);
