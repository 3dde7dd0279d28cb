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

size_t utf8_clean(char *dst, size_t size, const char *src, size_t len)
{
	const unsigned char *s = (const unsigned char *)src;
	size_t in = 0, out = 0;

	len = strnlen(src, len);
	while (in < len) {
		size_t n = sequence_len(s + in, len - in);
		char escaped[5];
		const char *from = src + in;
		size_t from_len = n;

		if (n == 0 || (n == 1 && (s[in] < 0x20 || s[in] == 0x7f))) {
			snprintf(escaped, sizeof(escaped), "\\x%02x", s[in]);
			from = escaped;
			from_len = 4;
			n = 1;
		}
		if (out + from_len >= size)
			break;
		memcpy(dst + out, from, from_len);
		out += from_len;
		in += n;
	}
	dst[out] = '\0';
	return out;
}
