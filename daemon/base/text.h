/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/*
 * A growable text. A failed allocation is recorded in the text instead of being
 * reported by each call, so that a writer reads like the text it writes.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct text {
	char *bytes; /* no NUL at the end */
	size_t len;
	size_t size; /* allocated */
	bool failed; /* out of memory: the text is incomplete */
};

/* Maximum number of digits of a uint64_t. */
#define TEXT_U64_MAX 20

/**
 * text_reset() - empty the text, but keep its memory
 *
 * Thread: the one that owns @t, here and below.
 */
void text_reset(struct text *t);

/** text_fit() - free the memory that the text does not use. */
void text_fit(struct text *t);

/** text_done() - free the memory; @t is all zero afterwards. */
void text_done(struct text *t);

/**
 * text_reserve() - make room at the end
 * @t: the text
 * @n: bytes
 *
 * Return: where to write them, and the caller then adds to @t->len; NULL if the text has failed.
 */
char *text_reserve(struct text *t, size_t n);

/** text_write() - append bytes. */
static inline void text_write(struct text *t, const void *bytes, size_t n)
{
	char *p = text_reserve(t, n);

	if (!p)
		return;
	memcpy(p, bytes, n);
	t->len += n;
}

/** text_str() - append a string. */
static inline void text_str(struct text *t, const char *s)
{
	text_write(t, s, strlen(s));
}

/** text_u64() - append a number in decimal. */
void text_u64(struct text *t, uint64_t v);

/**
 * text_format_u64() - write a number in decimal
 * @dst: room for TEXT_U64_MAX bytes; not terminated
 *
 * Return: how many bytes were written. Thread: any.
 */
size_t text_format_u64(char *dst, uint64_t v);
