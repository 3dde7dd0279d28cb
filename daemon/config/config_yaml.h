/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/*
 * YAML text to a tree.
 */

#include <stddef.h>

#include "config/config_problems.h"
#include "config/config_tree.h"

/**
 * config_yaml_read() - parse a text
 * @text: YAML
 * @len: bytes at @text
 * @ret: the tree, all zero before; free it in any case
 * @problems: problems are added here
 *
 * Thread: any; pure.
 */
void config_yaml_read(const char *text, size_t len, struct config_tree *ret,
		      struct config_problems *problems);

/** config_yaml_free() - free the nodes of a tree; all zero is fine. Thread: any. */
void config_yaml_free(struct config_tree *tree);
