/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/*
 * Files of the kernel that consist of lines of words: what the parsers of such files share. They
 * are strict, so that a file in another format has no counters instead of wrong ones.
 */

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "ledger/reading.h"

/* Room for a word, with the NUL. Longer ones are errors: the kernel has no such names. */
#define PROC_WORD_MAX 64

/* A parser of a whole file: adds its counters; 0 or -EBADMSG. */
typedef int proc_parser(const char *text, size_t len, struct reading *ret, struct err *err);

/* Bytes that were not read yet. */
struct proc_rest {
	const char *at, *end;
};

struct proc_lines {
	struct proc_rest rest;
	unsigned int number; /* of the line that was read last; the first is 1 */
};

/** proc_lines() - all lines of a file. Thread: any; pure. */
struct proc_lines proc_lines(const char *text, size_t len);

/**
 * proc_next_line() - the next line
 * @lines: the file; moved on
 * @line: without its newline; set on success only
 * @err: filled on failure
 *
 * Return: 1; 0 at the end of the file; -EBADMSG if the file or the line is empty, or if the last
 * line has no newline, which means that the rest is missing. Thread: any; pure.
 */
int proc_next_line(struct proc_lines *lines, struct proc_rest *line, struct err *err);

/**
 * proc_next_word() - the next word of a line
 * @line: moved on
 * @word: printable ASCII; set on success only
 * @err: filled on failure
 *
 * Return: 1; 0 at the end of the line; -EBADMSG if the word is too long or has other bytes.
 * Thread: any; pure.
 */
int proc_next_word(struct proc_rest *line, char word[PROC_WORD_MAX], struct err *err);

/**
 * proc_number() - a word as a number
 * @word: the word
 * @base: 10 or 16
 * @ret: set on 1 only
 * @err: filled on failure
 *
 * Return: 1; 0 if the number is negative, which no counter is; -EBADMSG if it is no number of 64
 * bits. Thread: any; pure.
 */
int proc_number(const char *word, int base, uint64_t *ret, struct err *err);

/**
 * proc_add_columns() - add the values of a line, whose names another line has in the same order
 * @group: of the counters
 * @names: a name for each value
 * @values: a value for each name
 * @base: of the values, 10 or 16
 * @ret: to which they are added; on failure, only some are
 * @err: filled on failure
 *
 * Return: 0 or -EBADMSG. Thread: any; pure.
 */
int proc_add_columns(const char *group, struct proc_rest names, struct proc_rest values, int base,
		     struct reading *ret, struct err *err);

/**
 * proc_end() - the result of a parser
 * @lines: where the parser has stopped
 * @r: 0, or a negative errno with @err
 * @err: the number of the line is put in front
 *
 * Return: @r. Thread: any; pure.
 */
int proc_end(const struct proc_lines *lines, int r, struct err *err);
