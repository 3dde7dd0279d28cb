/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/text.h"

#include <stdlib.h>

#define TEXT_SIZE_MIN 4096

/* Two digits per division. */
static const char digit_pairs[] = "00010203040506070809"
				  "10111213141516171819"
				  "20212223242526272829"
				  "30313233343536373839"
				  "40414243444546474849"
				  "50515253545556575859"
				  "60616263646566676869"
				  "70717273747576777879"
				  "80818283848586878889"
				  "90919293949596979899";

void text_reset(struct text *t)
{
	t->len = 0;
	t->failed = false;
}

void text_fit(struct text *t)
{
	char *bytes = t->len ? realloc(t->bytes, t->len) : NULL;

	if (!bytes)
		return; /* the old memory stays */
	t->bytes = bytes;
	t->size = t->len;
}

void text_done(struct text *t)
{
	free(t->bytes);
	*t = (struct text){ 0 };
}

/* Grows by half, so that at most a third of a large text is unused. */
static bool grow(struct text *t, size_t need)
{
	size_t size = t->size + t->size / 2;
	char *bytes;

	if (size < need)
		size = need;
	if (size < TEXT_SIZE_MIN)
		size = TEXT_SIZE_MIN;
	bytes = realloc(t->bytes, size);
	if (!bytes) {
		t->failed = true;
		return false;
	}
	t->bytes = bytes;
	t->size = size;
	return true;
}

char *text_reserve(struct text *t, size_t n)
{
	if (t->failed)
		return NULL;
	if (t->size - t->len < n && !grow(t, t->len + n))
		return NULL;
	return t->bytes + t->len;
}

size_t text_format_u64(char *dst, uint64_t v)
{
	char digits[TEXT_U64_MAX];
	char *p = digits + sizeof(digits);
	size_t n;

	while (v >= 100) {
		p -= 2;
		memcpy(p, digit_pairs + 2 * (v % 100), 2);
		v /= 100;
	}
	if (v >= 10) {
		p -= 2;
		memcpy(p, digit_pairs + 2 * v, 2);
	} else {
		*--p = (char)('0' + v);
	}
	n = (size_t)(digits + sizeof(digits) - p);
	memcpy(dst, p, n);
	return n;
}

void text_u64(struct text *t, uint64_t v)
{
	char *p = text_reserve(t, TEXT_U64_MAX);

	if (p)
		t->len += text_format_u64(p, v);
}
