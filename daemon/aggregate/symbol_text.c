/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "aggregate/symbol_text.h"

#include <ctype.h>
#include <string.h>

/* Compilers split and copy functions and mark the parts with these. */
static const char *const suffixes[] = { "constprop", "isra", "part", "cold", "llvm" };

static bool is_suffix(const char *s, size_t len, bool cut)
{
	for (size_t i = 0; i < sizeof(suffixes) / sizeof(suffixes[0]); i++) {
		size_t n = strlen(suffixes[i]);

		if (len >= n && !memcmp(s, suffixes[i], n) && (len == n || s[n] == '.'))
			return true;
		if (cut && len < n && !memcmp(s, suffixes[i], len))
			return true;
	}
	return false;
}

size_t symbol_folded_len(const char *name, size_t len, bool cut)
{
	for (size_t i = 1; i < len; i++)
		if (name[i] == '.' && is_suffix(name + i + 1, len - i - 1, cut))
			return i;
	return len;
}

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

size_t symbol_parse_hex(const char *text, size_t len, uint64_t *ret)
{
	size_t i;

	*ret = 0;
	for (i = 0; i < len && hex_digit(text[i]) >= 0; i++) {
		if (i == 16)
			return 0;
		*ret = *ret << 4 | (uint64_t)hex_digit(text[i]);
	}
	return i;
}

bool symbol_from_text(const char *text, size_t size, char name[SYMBOL_NAME_MAX], uint64_t *offset)
{
	size_t len = strnlen(text, size), end = 0, digits = 0;
	uint64_t value = 0;
	bool cut;

	while (end < len && text[end] != '+' && text[end] != ' ')
		end++;
	if (end == 0 || isdigit((unsigned char)text[0])) /* "0xffffffff81…" */
		return false;
	cut = end == len;
	if (!cut && len - end > 3 && !memcmp(text + end, "+0x", 3))
		digits = symbol_parse_hex(text + end + 3, len - end - 3, &value);
	/* Digits may be missing at the end of a text that was cut. */
	if (end + 3 + digits >= len || text[end + 3 + digits] != '/')
		digits = 0;
	end = symbol_folded_len(text, end, cut);
	if (end >= SYMBOL_NAME_MAX)
		end = SYMBOL_NAME_MAX - 1;
	memcpy(name, text, end);
	name[end] = '\0';
	if (offset)
		*offset = digits ? value : UINT64_MAX;
	return true;
}
