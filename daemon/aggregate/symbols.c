/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Used by the aggregator thread, once for each drop point that is new to it; pure.
 *
 * A kernel has about 60,000 functions, and this table is most of the memory of an idle daemon. An
 * address is 32 bits from the start of its segment (a segment spans 4 GiB, enough for a kernel with
 * its modules), and only the place of every NAME_STRIDE-th name is stored. Either saves 0.25 MB.
 *
 * A table says where functions begin, not where they end. So an address belongs to the function
 * before it only if no data begins between the two, and if it is no further away than a function
 * can be long. What follows the last function of a module is not part of that function but belongs
 * to a module that the table does not know. Nor does the last function of a module extend into the
 * next page, which may belong to another module (symbols_parser.c).
 */
#include "aggregate/symbols.h"

#include <errno.h>
#include <string.h>

#define FUNCTION_MAX (1u << 16) /* bytes; no network function comes near */
#define NAME_STRIDE  32

struct segment {
	uint64_t base;
	size_t first; /* index of its first entry */
};

struct symbols {
	size_t n; /* entries: functions and their ends, by address */
	size_t functions;
	uint32_t *offsets; /* from the segment's base */
	struct segment *segments;
	size_t n_segments;
	char *names;			/* of all entries in order, each with its NUL; "": an end */
	uint32_t *places;		/* in names, of every NAME_STRIDE-th entry */
	uint64_t core_first, core_last; /* functions of the kernel itself */
};

static bool new_segment(const struct symbols *s, uint64_t address)
{
	return !s->n_segments || address - s->segments[s->n_segments - 1].base > UINT32_MAX;
}

static int add_segment(struct symbols *s, uint64_t base, size_t first)
{
	struct segment *segments = reallocarray(s->segments, s->n_segments + 1, sizeof(*segments));

	if (!segments)
		return -ENOMEM;
	s->segments = segments;
	s->segments[s->n_segments++] = (struct segment){ .base = base, .first = first };
	return 0;
}

/*
 * The name of an entry, "" for an end. (Not "is it named? strlen() : 0": GCC 14 calls strlen()
 * first and asks afterwards.)
 */
static const char *name_in(const struct symbols_entry *e, const char *text)
{
	return e->name == SYMBOLS_NO_NAME ? "" : text + e->name;
}

static void note_core(struct symbols *s, const struct symbols_entry *e)
{
	if (e->module || e->name == SYMBOLS_NO_NAME)
		return;
	if (!s->core_first)
		s->core_first = e->address;
	s->core_last = e->address;
}

/* Exactly the memory that is needed. */
static int allocate(struct symbols *s, const struct symbols_entry *entries, size_t n,
		    const char *text)
{
	size_t size = 0;

	for (size_t i = 0; i < n; i++) {
		size += strlen(name_in(&entries[i], text)) + 1;
		s->functions += entries[i].name != SYMBOLS_NO_NAME;
		note_core(s, &entries[i]);
	}
	if (!s->functions)
		return -ENODATA;
	s->offsets = reallocarray(NULL, n, sizeof(*s->offsets));
	s->places = reallocarray(NULL, n / NAME_STRIDE + 1, sizeof(*s->places));
	s->names = malloc(size);
	return s->offsets && s->places && s->names ? 0 : -ENOMEM;
}

static int store_entries(struct symbols *s, const struct symbols_entry *entries, size_t n,
			 const char *text)
{
	char *to = s->names;

	for (size_t i = 0; i < n; i++) {
		uint64_t address = entries[i].address;

		if (new_segment(s, address) && add_segment(s, address, i) < 0)
			return -ENOMEM;
		s->offsets[i] = (uint32_t)(address - s->segments[s->n_segments - 1].base);
		if (i % NAME_STRIDE == 0)
			s->places[i / NAME_STRIDE] = (uint32_t)(to - s->names);
		to = stpcpy(to, name_in(&entries[i], text)) + 1;
	}
	s->n = n;
	return 0;
}

int symbols_new(const struct symbols_entry *entries, size_t n, const char *text,
		struct symbols **ret)
{
	cleanup(symbols_freep) struct symbols *s = calloc(1, sizeof(*s));
	int r = s ? allocate(s, entries, n, text) : -ENOMEM;

	if (r == 0)
		r = store_entries(s, entries, n, text);
	if (r < 0)
		return r;
	*ret = take(s);
	return 0;
}

/* The segment of an address that is not below the first one. A kernel has one or two. */
static size_t segment_of(const struct symbols *s, uint64_t address)
{
	size_t i = s->n_segments - 1;

	while (s->segments[i].base > address)
		i--;
	return i;
}

/* The last entry in [low, high) that does not begin after @offset; there is one. */
static size_t last_entry(const struct symbols *s, size_t low, size_t high, uint64_t offset)
{
	while (high - low > 1) {
		size_t middle = low + (high - low) / 2;

		if (s->offsets[middle] <= offset)
			low = middle;
		else
			high = middle;
	}
	return low;
}

static const char *entry_name(const struct symbols *s, size_t i)
{
	const char *name = s->names + s->places[i / NAME_STRIDE];

	for (size_t skip = i % NAME_STRIDE; skip; skip--)
		name += strlen(name) + 1;
	return name;
}

const char *symbols_lookup(const struct symbols *s, uint64_t address, uint64_t *start)
{
	size_t segment, end, i;
	const char *name;
	uint64_t base;

	if (!s || address < s->segments[0].base)
		return NULL;
	segment = segment_of(s, address);
	end = segment + 1 < s->n_segments ? s->segments[segment + 1].first : s->n;
	base = s->segments[segment].base;
	i = last_entry(s, s->segments[segment].first, end, address - base);
	if (address - base - s->offsets[i] >= FUNCTION_MAX)
		return NULL;
	name = entry_name(s, i);
	if (!*name)
		return NULL;
	if (start)
		*start = base + s->offsets[i];
	return name;
}

bool symbols_is_core(const struct symbols *s, uint64_t address)
{
	return s && address >= s->core_first && address <= s->core_last;
}

size_t symbols_count(const struct symbols *s)
{
	return s ? s->functions : 0;
}

struct symbols *symbols_free(struct symbols *s)
{
	if (!s)
		return NULL;
	free(s->offsets);
	free(s->segments);
	free(s->names);
	free(s->places);
	free(s);
	return NULL;
}
