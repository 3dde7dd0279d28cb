/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/*
 * One error with its sentence, on the caller's stack, for the open and load
 * paths. Hot paths return plain negative errno values instead.
 */

#include <stddef.h>

struct err {
	int code;	  /* negative errno, 0 while nothing failed */
	size_t cause_len; /* the part of @text that says what failed, without the remedy */
	char text[2048];  /* a sentence: what failed, on what, and how to fix it */
};

/**
 * err_set() - record what failed
 * @err: where to; may be NULL
 * @code: negative errno, also what %m prints
 * @fmt: printf format of the sentence, without a final full stop or newline
 *
 * Return: @code, so that a caller can say "return err_set(err, -errno, ...)".
 * Thread: any; touches only @err and errno.
 */
int err_set(struct err *err, int code, const char *fmt, ...) __attribute__((format(printf, 3, 4)));

/**
 * err_remedy() - append how to fix it
 * @err: with its sentence; may be NULL
 * @code: of the error, to return
 * @fmt: printf format of the remedy, in the imperative; "; " goes in front of it
 *
 * Return: @code. Thread: any.
 */
int err_remedy(struct err *err, int code, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/**
 * err_prefix() - put "where" in front of a sentence that a callee wrote
 * @err: the callee's error; may be NULL
 * @fmt: printf format of the prefix; ": " is added
 *
 * Return: the error's code. Thread: any.
 */
int err_prefix(struct err *err, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
