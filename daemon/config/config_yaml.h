/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/*
 * YAML text to a tree, each node with its line and column.
 */

#include <stdbool.h>
#include <stddef.h>

#include "config/config_problems.h"

enum node_kind {
	NODE_TEXT, /* quoted or plain; plain and empty = null */
	NODE_LIST,
	NODE_MAP, /* the children are the keys, each with its value */
	NODE_BAD, /* already reported */
};

struct config_node {
	enum node_kind kind;
	bool plain;		   /* without quotes */
	unsigned int line, column; /* from 1 */
	unsigned int hash;	   /* of text */
	struct config_node *first; /* children, in order */
	struct config_node *last;
	struct config_node *next;  /* sibling */
	struct config_node *value; /* of a key */
	struct config_node *all;   /* every node of the tree, to free them */
	size_t len;
	char text[];
};

struct config_tree {
	struct config_node *root; /* NULL: an empty file, or a syntax error */
	struct config_node *all;
};

/** config_is_null() - is there nothing where a value could be? */
static inline bool config_is_null(const struct config_node *n)
{
	return n->kind == NODE_TEXT && n->plain && n->len == 0;
}

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
