/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/*
 * A configuration file to struct config. All errors of a file are reported at once, each as
 * file:line:column: sentence.
 */

#include <stddef.h>

#include "config/config.h"
#include "config/config_problems.h"

/**
 * config_file_parse() - apply a text to the defaults
 * @name: the name of the file, for the errors
 * @text: YAML
 * @len: bytes at @text; more than 64 KiB are refused
 * @ret: a config with one reference; set on success only
 * @errors: filled on failure
 *
 * Return: 0, -EINVAL with @errors, -ENOMEM. Thread: any; pure.
 */
int config_file_parse(const char *name, const char *text, size_t len, struct config **ret,
		      struct config_errors *errors);

/**
 * config_file_load() - read a file and parse it
 * @path: a regular file; anything else (a FIFO, a device) is refused without blocking
 * @ret: a config with one reference; set on success only
 * @errors: filled on failure, also when the file cannot be read
 *
 * Return: 0, -EINVAL, -ENOMEM or the errno of open. Thread: main.
 */
int config_file_load(const char *path, struct config **ret, struct config_errors *errors);

/* conf/classes.yaml as it was when the program was built (daemon/embed.cmake). */
extern const unsigned char config_shipped_classes[];
extern const size_t config_shipped_classes_size;

/**
 * config_add_shipped_classes() - append the rules of conf/classes.yaml
 * @c: private
 *
 * Return: 0 or -ENOMEM. Thread: the owner of @c.
 */
int config_add_shipped_classes(struct config *c);
