/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/*
 * A node of the tree to one value of the config, by the type of its key.
 */

#include "config/config_problems.h"
#include "config/config_schema.h"
#include "config/config_yaml.h"

/* What config_apply() works on. */
struct config_apply {
	struct config *c;
	struct config_problems *problems;
};

/**
 * config_complain() - report "KEY: sentence" at a node, unless the node was reported already
 * @a: the problem goes to its list
 * @key: its path precedes the sentence
 * @fmt: printf format of the sentence
 *
 * Thread: the caller's.
 */
void config_complain(struct config_apply *a, const struct config_key *key,
		     const struct config_node *n, const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));

/**
 * config_scalar() - read a value and write it
 * @a: problems go to its list
 * @key: its type decides how the value is read
 * @at: where to; untouched, or of no further use, after a problem
 *
 * Return: false if this file does not handle keys of this type. Thread: the caller's.
 */
bool config_scalar(struct config_apply *a, const struct config_key *key,
		   const struct config_node *n, void *at);
