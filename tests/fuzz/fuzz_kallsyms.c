/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Any bytes as a symbol table, and as a printed symbol: the pieces in which a table is fed make no
 * difference, and a function that is found really begins before the address.
 */
#include "fuzz.h"

#include <string.h>

#include "aggregate/symbols_parser.h"

static struct symbols *parse(const char *data, size_t size, size_t piece, int *ret)
{
	cleanup(symbols_parser_freep) struct symbols_parser *p = symbols_parser_new();
	struct symbols *s = NULL;

	expect(p);
	for (size_t at = 0; at < size; at += piece) {
		size_t n = size - at < piece ? size - at : piece;

		expect(symbols_parser_feed(p, data + at, n) == 0);
	}
	*ret = symbols_parser_finish(p, &s);
	expect((*ret == 0) == (s != NULL));
	return s;
}

static void look_up(const struct symbols *s, const struct symbols *again, uint64_t address)
{
	uint64_t start, other_start;
	const char *name = symbols_lookup(s, address, &start);
	const char *other = symbols_lookup(again, address, &other_start);

	expect(!name == !other);
	if (!name)
		return;
	expect(!strcmp(name, other) && start == other_start);
	expect(name[0] && strlen(name) < SYMBOL_NAME_MAX);
	expect(start <= address && address - start < 65536);
	expect(symbols_lookup(s, start, &other_start) == name);
	expect(start == other_start);
}

/* Every address that the input itself speaks of, and its neighbours. */
static void look_up_all(const struct symbols *s, const struct symbols *again, const char *data,
			size_t size)
{
	char word[17];

	for (size_t at = 0; at < size; at++) {
		uint64_t address;

		if (at && data[at - 1] != '\n')
			continue;
		memset(word, 0, sizeof(word));
		memcpy(word, data + at, size - at < 16 ? size - at : 16);
		address = strtoull(word, NULL, 16);
		look_up(s, again, address - 1);
		look_up(s, again, address);
		look_up(s, again, address + 1);
		look_up(s, again, address + 65535);
	}
	look_up(s, again, 0);
	look_up(s, again, UINT64_MAX);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *text = (const char *)data;
	char name[SYMBOL_NAME_MAX];
	uint64_t offset;
	int whole, pieces;
	cleanup(symbols_freep) struct symbols *s = parse(text, size, size ? size : 1, &whole);
	cleanup(symbols_freep) struct symbols *again = parse(text, size, 3, &pieces);

	expect(whole == pieces && symbols_count(s) == symbols_count(again));
	look_up_all(s, again, text, size);
	if (symbol_from_text(text, size, name, &offset))
		expect(name[0] && strlen(name) < sizeof(name));
	return 0;
}
