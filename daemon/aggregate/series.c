/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The aggregator thread's books. Rows are never removed, so a row number stays good for ever and
 * row i shows label set i. To find a row by labels there is a hash table, keyed so that whoever
 * chooses a device name cannot choose the place; it is asked only when a drop event of a new kind
 * turns up, the counting itself is two additions.
 *
 * Windows belong to symbols. They are not touched while counting either: a tick hands each row's
 * growth since the last tick to the windows of its symbol. A symbol has windows only while there is
 * something in them, and at most WINDOWED_MAX symbols do at once; past that, growth goes into the
 * windows of "other". So memory follows what is going on, not what ever was.
 */
#include "aggregate/series.h"

#include <errno.h>
#include <string.h>

#include "aggregate/hash.h"
#include "aggregate/labels.h"
#include "aggregate/window.h"

#define OTHER	     "other"
#define WINDOWED_MAX 512 /* symbols with windows; about 0.8 KB each */

struct row {
	const struct drop_labels *labels;
	uint64_t total; /* packets */
	uint64_t bytes;
	uint64_t windowed; /* of total: what the windows have seen */
	uint32_t symbol;   /* in symbols[] */
};

struct place {
	uint32_t row1; /* row + 1; 0 = free */
	uint32_t tag;  /* bits of the hash that did not choose the place */
};

struct symbol {
	const char *text;	/* the label store's copy: equal texts are the same pointer */
	struct window *windows; /* one per span; NULL while all are empty */
};

struct series {
	struct config_series cfg;
	struct hash_key key;
	struct label_store *store;
	struct row *rows;
	size_t n_rows, rows_room;
	struct place *places; /* open addressing, labels → row */
	size_t n_places;      /* a power of two */
	struct symbol *symbols;
	size_t n_symbols, symbols_room;
	uint32_t *symbol_places; /* open addressing, text → symbol + 1 */
	size_t n_symbol_places;
	uint32_t windowed[WINDOWED_MAX + 1]; /* symbols with windows; one more for "other" */
	size_t n_windowed;
	size_t longest;		  /* index of the longest span */
	int other[2];		  /* row of each origin's "other"; -1 while there is none */
	uint64_t total, overflow; /* packets */
};

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
	s->store = label_store_new();
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
	const char *texts[] = { l->symbol,    l->reason,   l->device,
				l->in_device, l->protocol, l->transport };
	const size_t n_texts = sizeof(texts) / sizeof(texts[0]);
	char key[2 + sizeof(texts) / sizeof(texts[0]) * SERIES_TEXT_MAX];
	size_t len = 2;

	key[0] = (char)l->origin;
	key[1] = (char)l->drop_class;
	for (size_t i = 0; i < n_texts; i++) {
		size_t n = strnlen(texts[i], SERIES_TEXT_MAX - 1);

		memcpy(key + len, texts[i], n);
		len += n;
		key[len++] = '\0';
	}
	return hash128(s->key, key, len);
}

static bool labels_equal(const struct drop_labels *a, const struct drop_labels *b)
{
	return a->origin == b->origin && a->drop_class == b->drop_class &&
	       !strcmp(a->symbol, b->symbol) && !strcmp(a->reason, b->reason) &&
	       !strcmp(a->device, b->device) && !strcmp(a->in_device, b->in_device) &&
	       !strcmp(a->protocol, b->protocol) && !strcmp(a->transport, b->transport);
}

/* Where the labels are, or the free place where they belong. The table is not empty. */
static struct place *place_find(const struct series *s, const struct drop_labels *l,
				struct hash128 h)
{
	size_t mask = s->n_places - 1;
	size_t i = h.h[0] & mask;
	struct place *p;

	for (;; i = (i + 1) & mask) {
		p = &s->places[i];
		if (!p->row1)
			return p;
		if (p->tag == (uint32_t)h.h[1] && labels_equal(s->rows[p->row1 - 1].labels, l))
			return p;
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
	for (size_t i = 0; i < s->n_rows; i++) {
		struct hash128 h = labels_hash(s, s->rows[i].labels);
		struct place *p = place_find(s, s->rows[i].labels, h);

		p->row1 = (uint32_t)i + 1;
		p->tag = (uint32_t)h.h[1];
	}
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

static bool symbol_places_grow(struct series *s)
{
	size_t n = s->n_symbol_places ? s->n_symbol_places * 2 : 64;
	uint32_t *places = calloc(n, sizeof(*places));

	if (!places)
		return false;
	free(s->symbol_places);
	s->symbol_places = places;
	s->n_symbol_places = n;
	for (size_t i = 0; i < s->n_symbols; i++)
		*symbol_place(s, s->symbols[i].text) = (uint32_t)i + 1;
	return true;
}

/* The symbol of a text that is in the label store; -ENOMEM. */
static int symbol_find(struct series *s, const char *text)
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

static int row_add(struct series *s, const struct drop_labels *l, struct hash128 h)
{
	const struct drop_labels *stored;
	const char *symbol;
	struct place *place;
	int index;

	/* All that can fail comes before the label set is numbered: row i must show set i. */
	if (s->n_rows * 4 >= s->n_places * 3 && !places_grow(s))
		return -ENOMEM;
	if (!grow((void **)&s->rows, &s->rows_room, s->n_rows, sizeof(*s->rows)))
		return -ENOMEM;
	symbol = label_store_text(s->store, l->symbol);
	index = symbol ? symbol_find(s, symbol) : -ENOMEM;
	if (index < 0)
		return index;
	place = place_find(s, l, h);
	stored = label_store_add(s->store, l);
	if (!stored)
		return -ENOMEM;
	s->rows[s->n_rows] = (struct row){ .labels = stored, .symbol = (uint32_t)index };
	place->row1 = (uint32_t)++s->n_rows;
	place->tag = (uint32_t)h.h[1];
	return (int)s->n_rows - 1;
}

/* What the configuration wants told apart, and what can be shown apart at all. */
static struct drop_labels labels_shown(const struct series *s, const struct drop_labels *full)
{
	struct drop_labels l = *full;
	unsigned int labels = s->cfg.labels;

	if (l.origin == DROP_ORIGIN_HARDWARE) {
		l.in_device = l.protocol = l.transport = "";
		l.drop_class = DROP_CLASS_SUSPECT;
		return l;
	}
	if (!(labels & LABEL_SYMBOL))
		l.symbol = "";
	if (!(labels & LABEL_REASON))
		l.reason = "";
	if (!(labels & LABEL_DEVICE))
		l.device = "";
	if (!(labels & LABEL_IN_DEVICE))
		l.in_device = "";
	if (!(labels & LABEL_PROTOCOL))
		l.protocol = "";
	if (!(labels & LABEL_TRANSPORT))
		l.transport = "";
	if (!(labels & LABEL_CLASS))
		l.drop_class = DROP_CLASS_SUSPECT;
	return l;
}

static size_t rows_of_labels(const struct series *s)
{
	return s->n_rows - (s->other[0] >= 0) - (s->other[1] >= 0);
}

static int other_find(struct series *s, uint8_t origin)
{
	const struct drop_labels l = { .origin = origin,
				       .symbol = OTHER,
				       .reason = "",
				       .device = "",
				       .in_device = "",
				       .protocol = "",
				       .transport = "" };
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
	if (rows_of_labels(s) < s->cfg.limit)
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

static struct window *windows_new(const struct series *s)
{
	struct window *w = calloc(s->cfg.n_windows, sizeof(*w));

	for (size_t i = 0; w && i < s->cfg.n_windows; i++)
		window_init(&w[i], s->cfg.windows_s[i]);
	return w;
}

/* The windows that a symbol's growth goes into, maybe those of "other"; NULL: no memory. */
static struct window *windows_of(struct series *s, int symbol)
{
	const char *other;

	if (s->symbols[symbol].windows)
		return s->symbols[symbol].windows;
	if (s->n_windowed >= WINDOWED_MAX) {
		other = label_store_text(s->store, OTHER);
		symbol = other ? symbol_find(s, other) : -ENOMEM;
		if (symbol < 0)
			return NULL;
		if (s->symbols[symbol].windows || s->n_windowed > WINDOWED_MAX)
			return s->symbols[symbol].windows;
	}
	s->symbols[symbol].windows = windows_new(s);
	if (s->symbols[symbol].windows)
		s->windowed[s->n_windowed++] = (uint32_t)symbol;
	return s->symbols[symbol].windows;
}

static void windows_feed(struct series *s, uint64_t now_ns)
{
	for (size_t i = 0; i < s->n_rows; i++) {
		struct row *r = &s->rows[i];
		struct window *w;

		if (r->total == r->windowed)
			continue;
		w = windows_of(s, (int)r->symbol);
		if (!w)
			continue; /* not forgotten: tried again at the next tick */
		for (size_t span = 0; span < s->cfg.n_windows; span++)
			window_add(&w[span], now_ns, r->total - r->windowed);
		r->windowed = r->total;
	}
}

/* Free the windows in which nothing is left. The longest span holds all that the others hold. */
static void windows_expire(struct series *s, uint64_t now_ns)
{
	size_t kept = 0;

	for (size_t i = 0; i < s->n_windowed; i++) {
		struct symbol *sym = &s->symbols[s->windowed[i]];

		if (window_sum(&sym->windows[s->longest], now_ns)) {
			s->windowed[kept++] = s->windowed[i];
			continue;
		}
		free(take(sym->windows));
	}
	s->n_windowed = kept;
}

static int by_longest(const void *left, const void *right, void *arg)
{
	const struct series *s = arg;
	const struct symbol *a = &s->symbols[*(const uint32_t *)left];
	const struct symbol *b = &s->symbols[*(const uint32_t *)right];
	uint64_t sum_a = a->windows[s->longest].sum, sum_b = b->windows[s->longest].sum;

	if (sum_a != sum_b)
		return sum_a < sum_b ? 1 : -1;
	return strcmp(a->text, b->text);
}

static void snapshot_windows(struct series *s, struct snapshot *snap, uint64_t now_ns)
{
	qsort_r(s->windowed, s->n_windowed, sizeof(s->windowed[0]), by_longest, s);
	for (size_t i = 0; i < s->n_windowed; i++) {
		struct symbol *sym = &s->symbols[s->windowed[i]];
		struct snapshot_window w = { .symbol = sym->text };

		for (size_t span = 0; span < s->cfg.n_windows; span++) {
			w.sums[span] = window_sum(&sym->windows[span], now_ns);
			snap->windows_sums[span] += w.sums[span];
		}
		if (i < snap->n_windows)
			snap->windows[i] = w;
	}
	snap->n_spans = s->cfg.n_windows;
	snap->longest_span = s->longest;
	memcpy(snap->windows_s, s->cfg.windows_s, sizeof(snap->windows_s));
}

struct snapshot *series_snapshot(struct series *s, uint64_t now_ns)
{
	size_t n_windows;
	struct snapshot *snap;

	if (s->cfg.n_windows) {
		windows_feed(s, now_ns);
		windows_expire(s, now_ns);
	}
	n_windows = s->n_windowed < s->cfg.windows_top ? s->n_windowed : s->cfg.windows_top;
	snap = snapshot_new(s->n_rows, n_windows);
	if (!snap)
		return NULL;
	for (size_t i = 0; i < s->n_rows; i++)
		snap->rows[i] = (struct snapshot_row){ .labels = s->rows[i].labels,
						       .total = s->rows[i].total,
						       .bytes = s->rows[i].bytes };
	snapshot_windows(s, snap, now_ns);
	snap->store = label_store_ref(s->store);
	snap->labels_off = LABEL_ALL & ~s->cfg.labels;
	snap->total = s->total;
	snap->health.series = rows_of_labels(s);
	snap->health.series_limit = s->cfg.limit;
	snap->health.series_overflow = s->overflow;
	return snap;
}

struct series *series_free(struct series *s)
{
	if (!s)
		return NULL;
	for (size_t i = 0; i < s->n_windowed; i++)
		free(s->symbols[s->windowed[i]].windows);
	label_store_unref(s->store);
	free(s->rows);
	free(s->places);
	free(s->symbols);
	free(s->symbol_places);
	free(s);
	return NULL;
}
