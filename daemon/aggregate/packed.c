/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The symbol table's names. Of the 1.4 MB of names in a kernel nine characters in ten are lower
 * case letters and underscores, so those take one code of five bits; digits, dots and capitals take
 * two, and any other byte takes three. Code 0 fills up the last byte.
 */
#include "aggregate/packed.h"

#include <stdbool.h>
#include <string.h>

#define BITS 5
#define MASK 31u

enum {
	CODE_END,
	CODE_A, /* … 26: a to z */
	CODE_UNDERSCORE = CODE_A + 26,
	CODE_DIGIT,   /* the next code: place in digits[] */
	CODE_CAPITAL, /* the next code: 0 to 25 */
	CODE_BYTE,    /* the next two codes: a byte, high bits first */
};

static const char digits[] = "0123456789.$-@:,()<>";

struct codes {
	uint8_t code[3];
	size_t n;
};

static struct codes encode(char c)
{
	const char *digit = c ? strchr(digits, c) : NULL;

	if (c >= 'a' && c <= 'z')
		return (struct codes){ { (uint8_t)(CODE_A + c - 'a') }, 1 };
	if (c == '_')
		return (struct codes){ { CODE_UNDERSCORE }, 1 };
	if (digit)
		return (struct codes){ { CODE_DIGIT, (uint8_t)(digit - digits) }, 2 };
	if (c >= 'A' && c <= 'Z')
		return (struct codes){ { CODE_CAPITAL, (uint8_t)(c - 'A') }, 2 };
	return (struct codes){ { CODE_BYTE, (uint8_t)c >> BITS, (uint8_t)c & MASK }, 3 };
}

size_t packed_put(uint8_t *to, const char *name)
{
	uint32_t bits = 0;
	unsigned int n_bits = 0;
	size_t len = 0;

	for (; *name; name++) {
		struct codes codes = encode(*name);

		/* A character goes in whole or not at all; bits that wait need room, too. */
		if (len * 8 + n_bits + codes.n * (size_t)BITS > ((size_t)PACKED_MAX - 1) * 8)
			break;
		for (size_t i = 0; i < codes.n; i++) {
			bits = bits << BITS | codes.code[i];
			n_bits += BITS;
			if (n_bits >= 8)
				to[1 + len++] = (uint8_t)(bits >> (n_bits -= 8));
		}
	}
	if (n_bits)
		to[1 + len++] = (uint8_t)(bits << (8 - n_bits));
	to[0] = (uint8_t)len;
	return len + 1;
}

struct reader {
	const uint8_t *at, *end;
	uint32_t bits;
	unsigned int n_bits;
};

/* The next code; CODE_END for ever at the end. */
static unsigned int next_code(struct reader *r)
{
	if (r->n_bits < BITS) {
		if (r->at == r->end)
			return CODE_END;
		r->bits = r->bits << 8 | *r->at++;
		r->n_bits += 8;
	}
	r->n_bits -= BITS;
	return r->bits >> r->n_bits & MASK;
}

static char decode(struct reader *r, unsigned int code)
{
	if (code < CODE_UNDERSCORE)
		return (char)('a' + code - CODE_A);
	if (code == CODE_UNDERSCORE)
		return '_';
	if (code == CODE_DIGIT)
		return digits[next_code(r) % (sizeof(digits) - 1)];
	if (code == CODE_CAPITAL)
		return (char)('A' + next_code(r) % 26);
	code = next_code(r) << BITS;
	return (char)(code | next_code(r));
}

void packed_get(const uint8_t *from, char *name, size_t size)
{
	struct reader r = { .at = from + 1, .end = from + packed_len(from) };
	unsigned int code;
	size_t len = 0;

	while (len + 1 < size && (code = next_code(&r)) != CODE_END)
		name[len++] = decode(&r, code);
	name[len] = '\0';
}
