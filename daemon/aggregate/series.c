/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The aggregator thread's books. To find a row by labels there is a hash table, keyed so that
 * whoever chooses a device name cannot choose the place; it is asked only when a drop event of a
 * new kind turns up, the counting itself is two additions.
 *
 * Everything that was counted is either in a row or in the sums of retired rows: total = sum over
 * all rows + retired, at any moment and in each snapshot. The total never decreases. A row is
 * retired when it is of no use any more (series_retire.c): its packets and bytes move to the sums
 * of retired rows, and its labels, should they return, begin a new row at 0.
 *
 * The number of a row is the id of its labels. A retired row keeps both until there are many of
 * them. Then the label store is renewed without them and their numbers are free again. So memory
 * follows the number of rows that are shown, not of those that ever were.
 */
#include "aggregate/series.h"

#include <errno.h>
#include <string.h>

#include "aggregate/series_table.h"

/* Hardware drops are told apart by trap, group and device, whatever is configured. */
#define HARDWARE_LABELS                                                                            \
	(LABEL_BIT(LABEL_SYMBOL) | LABEL_BIT(LABEL_REASON) | LABEL_BIT(LABEL_DEVICE))

int series_new(const struct config_series *cfg, struct series **ret, struct err *err)
{
	cleanup(series_freep) struct series *s = calloc(1, sizeof(*s));

	if (!s)
		return err_set(err, -ENOMEM, "series table: out of memory");
	s->cfg = *cfg;
	s->key = hash_key_random();
	s->other[DROP_ORIGIN_SOFTWARE] = s->other[DROP_ORIGIN_HARDWARE] = -1;
	for (size_t i = 1; i < cfg->n_windows; i++)
		if (cfg->windows_s[i] > cfg->windows_s[s->longest])
			s->longest = i;
	s->store = label_store_new(s->cfg.labels);
	if (!s->store)
		return err_set(err, -ENOMEM, "series table: out of memory");
	*ret = take(s);
	return 0;
}

/* Room for one more in an array. */
static bool grow(void **array, size_t *room, size_t used, size_t size)
{
	size_t more = *room ? *room + *room / 2 : 64;
	void *p;

	if (used < *room)
		return true;
	p = reallocarray(*array, more, size);
	if (!p)
		return false;
	*array = p;
	*room = more;
	return true;
}

static struct hash128 labels_hash(const struct series *s, const struct drop_labels *l)
{
	char key[2 + LABEL_TEXTS * SERIES_TEXT_MAX];
	size_t len = 2;

	key[0] = (char)l->origin;
	key[1] = (char)l->drop_class;
	for (enum label i = 0; i < LABEL_TEXTS; i++) {
		size_t n = strnlen(l->text[i], SERIES_TEXT_MAX - 1);

		memcpy(key + len, l->text[i], n);
		len += n;
		key[len++] = '\0';
	}
	return hash128(s->key, key, len);
}

static bool labels_equal(const struct drop_labels *a, const struct drop_labels *b)
{
	if (a->origin != b->origin || a->drop_class != b->drop_class)
		return false;
	for (enum label i = 0; i < LABEL_TEXTS; i++)
		if (strcmp(a->text[i], b->text[i]) != 0)
			return false;
	return true;
}

/* Where the labels are, or the free place where they belong. The table is not empty. */
static struct place *place_find(const struct series *s, const struct drop_labels *l,
				struct hash128 h)
{
	size_t mask = s->n_places - 1;
	size_t i = h.h[0] & mask;
	const struct row *r;
	struct place *p;

	for (;; i = (i + 1) & mask) {
		p = &s->places[i];
		if (!p->row1)
			return p;
		r = &s->rows[p->row1 - 1];
		if (p->tag == (uint32_t)h.h[1] && r->state == ROW_LIVE &&
		    labels_equal(r->labels, l))
			return p;
	}
}

/* Retired rows are left out; they only wait for their numbers to be free. */
static void places_fill(struct series *s)
{
	for (size_t i = 0; i < s->n_rows; i++) {
		struct hash128 h;
		struct place *p;

		if (s->rows[i].state != ROW_LIVE)
			continue;
		h = labels_hash(s, s->rows[i].labels);
		p = place_find(s, s->rows[i].labels, h);
		p->row1 = (uint32_t)i + 1;
		p->tag = (uint32_t)h.h[1];
	}
}

static bool places_grow(struct series *s)
{
	size_t n = s->n_places ? s->n_places * 2 : 64;
	struct place *places = calloc(n, sizeof(*places));

	if (!places)
		return false;
	free(s->places);
	s->places = places;
	s->n_places = n;
	places_fill(s);
	return true;
}

static uint32_t *symbol_place(const struct series *s, const char *text)
{
	size_t mask = s->n_symbol_places - 1;
	/* Texts are unique, their addresses nobody's choice: Fibonacci hashing will do. */
	size_t i = ((uintptr_t)text * 0x9e3779b97f4a7c15u >> 32) & mask;

	while (s->symbol_places[i] && s->symbols[s->symbol_places[i] - 1].text != text)
		i = (i + 1) & mask;
	return &s->symbol_places[i];
}

static void symbol_places_fill(struct series *s)
{
	for (size_t i = 0; i < s->n_symbols; i++)
		*symbol_place(s, s->symbols[i].text) = (uint32_t)i + 1;
}

static bool symbol_places_grow(struct series *s)
{
	size_t n = s->n_symbol_places ? s->n_symbol_places * 2 : 64;
	uint32_t *places = calloc(n, sizeof(*places));

	if (!places)
		return false;
	free(s->symbol_places);
	s->symbol_places = places;
	s->n_symbol_places = n;
	symbol_places_fill(s);
	return true;
}

void series_rehash(struct series *s)
{
	memset(s->places, 0, s->n_places * sizeof(*s->places));
	places_fill(s);
	memset(s->symbol_places, 0, s->n_symbol_places * sizeof(*s->symbol_places));
	symbol_places_fill(s);
}

int series_symbol(struct series *s, const char *text)
{
	uint32_t *place;

	if (s->n_symbols * 4 >= s->n_symbol_places * 3 && !symbol_places_grow(s))
		return -ENOMEM;
	place = symbol_place(s, text);
	if (*place)
		return (int)*place - 1;
	if (!grow((void **)&s->symbols, &s->symbols_room, s->n_symbols, sizeof(*s->symbols)))
		return -ENOMEM;
	s->symbols[s->n_symbols] = (struct symbol){ .text = text };
	*place = (uint32_t)++s->n_symbols;
	return (int)s->n_symbols - 1;
}

/* The number of a row that is free; -ENOMEM. */
static int free_row(struct series *s)
{
	if (s->free1)
		return (int)s->free1 - 1;
	if (!grow((void **)&s->rows, &s->rows_room, s->n_rows, sizeof(*s->rows)))
		return -ENOMEM;
	return (int)s->n_rows;
}

static void take_row(struct series *s, int row, const struct drop_labels *labels, int symbol)
{
	if ((size_t)row == s->n_rows)
		s->n_rows++;
	else
		s->free1 = s->rows[row].next_free1;
	s->rows[row] =
		(struct row){ .labels = labels, .symbol = (uint32_t)symbol, .state = ROW_LIVE };
	s->n_live++;
}

static int row_add(struct series *s, const struct drop_labels *l, struct hash128 h)
{
	const struct drop_labels *stored;
	struct drop_labels numbered = *l;
	const char *symbol;
	struct place *place;
	int row, index;

	/* Places of retired rows are taken as well. */
	if ((s->n_live + s->n_retired) * 4 >= s->n_places * 3 && !places_grow(s))
		return -ENOMEM;
	row = free_row(s);
	symbol = label_store_text(s->store, l->text[LABEL_SYMBOL]);
	index = symbol ? series_symbol(s, symbol) : -ENOMEM;
	if (row < 0 || index < 0)
		return -ENOMEM;
	numbered.id = (uint32_t)row;
	numbered.born = s->generation;
	stored = label_store_add(s->store, &numbered);
	if (!stored)
		return -ENOMEM;
	place = place_find(s, l, h);
	take_row(s, row, stored, index);
	place->row1 = (uint32_t)row + 1;
	place->tag = (uint32_t)h.h[1];
	return row;
}

/* What the configuration wants told apart, and what can be shown apart at all. */
static struct drop_labels labels_shown(const struct series *s, const struct drop_labels *full)
{
	struct drop_labels l = *full;
	unsigned int shown = l.origin == DROP_ORIGIN_HARDWARE ? HARDWARE_LABELS : s->cfg.labels;

	for (enum label i = 0; i < LABEL_TEXTS; i++)
		if (!(shown & LABEL_BIT(i)))
			l.text[i] = "";
	if (!(shown & LABEL_BIT(LABEL_CLASS)))
		l.drop_class = DROP_CLASS_SUSPECT;
	return l;
}

static struct drop_labels labels_other(uint8_t origin)
{
	struct drop_labels l = { .origin = origin };

	for (enum label i = 0; i < LABEL_TEXTS; i++)
		l.text[i] = i == LABEL_SYMBOL ? OTHER : "";
	return l;
}

static int other_find(struct series *s, uint8_t origin)
{
	const struct drop_labels l = labels_other(origin);
	struct hash128 h = labels_hash(s, &l);
	struct place *p = s->n_places ? place_find(s, &l, h) : NULL;
	int row;

	if (s->other[origin] >= 0)
		return s->other[origin];
	/* A drop point may really be called so; then both share a row, as they share labels. */
	row = p && p->row1 ? (int)p->row1 - 1 : row_add(s, &l, h);
	if (row >= 0)
		s->other[origin] = row;
	return row;
}

int series_find(struct series *s, const struct drop_labels *full)
{
	struct drop_labels l = labels_shown(s, full);
	struct hash128 h = labels_hash(s, &l);
	struct place *p = s->n_places ? place_find(s, &l, h) : NULL;

	if (p && p->row1)
		return (int)p->row1 - 1;
	if (series_live(s) < s->cfg.limit)
		return row_add(s, &l, h);
	return other_find(s, l.origin);
}

void series_count(struct series *s, int row, uint64_t packets, uint64_t bytes)
{
	struct row *r = &s->rows[row];

	r->total += packets;
	r->bytes += bytes;
	s->total += packets;
	if (row == s->other[r->labels->origin])
		s->overflow += packets;
}

/* Without memory for their sums, rows have none. */
static void snapshot_rows(struct series *s, struct snapshot *snap, uint64_t now_ns)
{
	uint64_t *room = calloc(s->n_active * CONFIG_WINDOWS_MAX + 1, sizeof(*room));
	struct snapshot_row *row = snap->rows;

	snap->row_sums = room;
	for (size_t i = 0; i < s->n_rows; i++) {
		const struct row *r = &s->rows[i];

		if (r->state != ROW_LIVE)
			continue;
		*row = (struct snapshot_row){ .labels = r->labels,
					      .total = r->total,
					      .bytes = r->bytes };
		series_snapshot_sums(s, r, now_ns, &room, row++);
	}
}

static void snapshot_sums(const struct series *s, struct snapshot *snap)
{
	snap->total = s->total;
	memcpy(snap->retired_packets, s->retired_packets, sizeof(snap->retired_packets));
	memcpy(snap->retired_bytes, s->retired_bytes, sizeof(snap->retired_bytes));
	snap->health.series = series_live(s);
	snap->health.series_limit = s->cfg.limit;
	snap->health.series_overflow = s->overflow;
	snap->health.series_retired = s->retired_series;
}

struct snapshot *series_snapshot(struct series *s, uint64_t now_ns)
{
	size_t n_windows;
	struct snapshot *snap;

	series_feed_windows(s, now_ns);
	n_windows = s->n_windowed < s->cfg.windows_top ? s->n_windowed : s->cfg.windows_top;
	snap = snapshot_new(s->n_live, n_windows);
	if (!snap)
		return NULL;
	snapshot_rows(s, snap, now_ns);
	snapshot_sums(s, snap);
	series_snapshot_windows(s, snap, now_ns);
	snap->store = label_store_ref(s->store);
	return snap;
}

struct series *series_free(struct series *s)
{
	if (!s)
		return NULL;
	for (size_t i = 0; i < s->n_windowed; i++)
		free(s->symbols[s->windowed[i]].windows);
	for (size_t i = 0; i < s->n_active; i++)
		free(s->rows[s->active[i]].windows);
	label_store_unref(s->store);
	free(s->rows);
	free(s->places);
	free(s->symbols);
	free(s->symbol_places);
	free(s);
	return NULL;
}
