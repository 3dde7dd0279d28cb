/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/*
 * A configuration file as a tree, each node with its place, and the list of what
 * is wrong with it. Between libyaml, which knows syntax, and config_apply.c,
 * which knows our keys.
 */

#include <stdbool.h>
#include <stddef.h>

#include "config/config_yaml.h"

enum node_kind {
	NODE_TEXT, /* quoted or plain; plain and empty = null */
	NODE_LIST,
	NODE_MAP, /* the children are the keys, each with its value */
	NODE_BAD, /* already reported: say no more of it */
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

#define CONFIG_PROBLEMS_MAX 100

/* One problem; the sentence is allocated. */
struct config_problem {
	unsigned int line, column;
	char *text;
};

struct config_problems {
	struct config_problem list[CONFIG_PROBLEMS_MAX]; /* in order of place */
	size_t n;
	size_t count; /* all, further ones included */
	bool no_memory;
};

/**
 * config_problem() - remember what is wrong at a place
 * @p: the list
 * @line: from 1
 * @column: from 1
 * @fmt: printf format of the sentence, without "file:line:column: "
 *
 * Of more than CONFIG_PROBLEMS_MAX the first in the file are kept and all are counted.
 * Thread: the caller's; pure.
 */
void config_problem(struct config_problems *p, unsigned int line, unsigned int column,
		    const char *fmt, ...) __attribute__((format(printf, 4, 5)));

/**
 * config_problems_print() - into the form that is handed out, and free the list's sentences
 * @p: emptied
 * @name: of the file
 * @ret: filled
 *
 * Thread: the caller's; pure.
 */
void config_problems_print(struct config_problems *p, const char *name, struct config_errors *ret);

/* What is quoted of a file in a sentence about it: this much. */
struct config_quote {
	char text[64];
};

/** config_quote() - the beginning of a text, cut at a character's boundary. Thread: any; pure. */
struct config_quote config_quote(const char *text);

/** config_is_null() - is there nothing where a value could stand? */
static inline bool config_is_null(const struct config_node *n)
{
	return n->kind == NODE_TEXT && n->plain && n->len == 0;
}
