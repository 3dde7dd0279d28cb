/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/*
 * The tree of a file, checked against the table of keys, into a struct config.
 */

#include "config/config.h"
#include "config/config_problems.h"
#include "config/config_yaml.h"

/**
 * config_apply() - apply a file to a config
 * @root: the tree; NULL for an empty file
 * @c: private; keys that are not in the file keep their values; unusable after problems
 * @problems: problems are added here
 *
 * Thread: any; pure.
 */
void config_apply(const struct config_node *root, struct config *c,
		  struct config_problems *problems);
