/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/*
 * The tree of a file, held against the table of keys, into a struct config.
 */

#include "config/config.h"
#include "config/config_problems.h"
#include "config/config_tree.h"

/**
 * config_apply() - write what a file says over a config
 * @root: the tree; NULL for an empty file
 * @c: private; its values remain where the file says nothing; of no use after problems
 * @problems: what is wrong is added here
 *
 * Thread: any; pure.
 */
void config_apply(const struct config_node *root, struct config *c,
		  struct config_problems *problems);
