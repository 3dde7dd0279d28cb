/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/utf8.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

static bool is_tail(unsigned char c)
{
	return (c & 0xc0) == 0x80;
}

/* Length of the well-formed sequence at s, 0 if there is none. RFC 3629, section 4: the ABNF. */
static size_t sequence_len(const unsigned char *s, size_t len)
{
	unsigned char low = 0x80, high = 0xbf;
	size_t need;

	if (s[0] < 0x80)
		return 1;
	if (s[0] >= 0xc2 && s[0] <= 0xdf)
		need = 2;
	else if ((s[0] & 0xf0) == 0xe0)
		need = 3;
	else if (s[0] >= 0xf0 && s[0] <= 0xf4)
		need = 4;
	else
		return 0;
	if (len < need)
		return 0;
	if (s[0] == 0xe0)
		low = 0xa0; /* no overlong forms */
	else if (s[0] == 0xed)
		high = 0x9f; /* no surrogates */
	else if (s[0] == 0xf0)
		low = 0x90;
	else if (s[0] == 0xf4)
		high = 0x8f; /* nothing above U+10FFFF */
	if (s[1] < low || s[1] > high)
		return 0;
	for (size_t i = 2; i < need; i++)
		if (!is_tail(s[i]))
			return 0;
	return need;
}

/* A well-formed sequence that must not be seen as what it is: see utf8_clean(). */
static bool is_control(const unsigned char *s, size_t n)
{
	switch (n) {
	case 1:
		return s[0] < 0x20 || s[0] == 0x7f;
	case 2:
		return (s[0] == 0xc2 && s[1] < 0xa0) || (s[0] == 0xd8 && s[1] == 0x9c);
	case 3:
		if (s[0] == 0xe2 && s[1] == 0x80)
			return s[2] == 0x8e || s[2] == 0x8f || (s[2] >= 0xa8 && s[2] <= 0xae);
		return s[0] == 0xe2 && s[1] == 0x81 && s[2] >= 0xa6 && s[2] <= 0xa9;
	default:
		return false;
	}
}

/* How many bytes at s are to be copied as they are; 0: they are to be escaped, @ret_bad of them. */
static size_t clean_len(const unsigned char *s, size_t len, size_t *ret_bad)
{
	const size_t n = sequence_len(s, len);

	*ret_bad = n ? n : 1;
	return n && !is_control(s, n) ? n : 0;
}

size_t utf8_clean_next(char *dst, size_t size, const char **src, const char *end)
{
	size_t out = 0;

	while (*src < end) {
		const unsigned char *s = (const unsigned char *)*src;
		size_t bad, good = clean_len(s, (size_t)(end - *src), &bad);

		if (out + (good ? good : 4 * bad) >= size)
			break;
		if (good)
			memcpy(dst + out, s, good);
		for (size_t i = 0; !good && i < bad; i++)
			snprintf(dst + out + 4 * i, 5, "\\x%02x", s[i]);
		out += good ? good : 4 * bad;
		*src += bad;
	}
	dst[out] = '\0';
	return out;
}

size_t utf8_clean(char *dst, size_t size, const char *src, size_t len)
{
	return utf8_clean_next(dst, size, &src, src + strnlen(src, len));
}

bool utf8_is_clean(const char *text, size_t len)
{
	const unsigned char *s = (const unsigned char *)text;
	size_t n = 1, bad;

	for (size_t i = 0; i < len && n; i += n)
		n = clean_len(s + i, len - i, &bad);
	return n;
}
