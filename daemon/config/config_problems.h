/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/*
 * The list of what is wrong with a configuration file.
 */

#include <stdbool.h>
#include <stddef.h>

/* Errors of one file, in order of place; past the last that fits, only counted. */
struct config_errors {
	size_t count;	  /* all of them */
	char text[16384]; /* one a line, each ending in a newline */
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
