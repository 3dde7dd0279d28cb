/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Windows belong to symbols. Counting does not touch them: each tick adds what a row has counted
 * since the last tick to the windows of its symbol. A symbol has windows only while they are not
 * empty, and at most WINDOWED_MAX symbols have any; what further symbols count is added to the
 * windows of "other". So memory follows the current drops, not all drops that ever happened.
 *
 * Rows have windows as well, which show at which device and for which reason a symbol drops now. At
 * most ACTIVE_MAX rows have them. Beyond that, a row that counts more in one tick than another row
 * has in its longest window takes its place, so that the busiest rows have windows.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "aggregate/series_table.h"

static struct window *windows_new(const struct series *s)
{
	struct window *w = calloc(s->cfg.n_windows, sizeof(*w));

	for (size_t i = 0; w && i < s->cfg.n_windows; i++)
		window_init(&w[i], s->cfg.windows_s[i]);
	return w;
}

/* The label store has each text once and nobody chooses its address, so mixing it is enough. */
static uint32_t symbol_hash(const char *text)
{
	return (uint32_t)((uintptr_t)text * 0x9e3779b97f4a7c15u >> 32);
}

/* After symbols have expired or were sorted. There are no more than before, so it cannot fail. */
static void index_symbols(struct series *s)
{
	index_clear(&s->symbols_by_text);
	for (size_t i = 0; i < s->n_symbols; i++)
		index_add(&s->symbols_by_text, symbol_hash(s->symbols[i].text), (uint32_t)i);
}

static struct symbol *symbol_find(struct series *s, const char *text)
{
	struct index_probe probe = index_probe(&s->symbols_by_text, symbol_hash(text));

	while (index_next(&s->symbols_by_text, &probe))
		if (s->symbols[probe.id].text == text)
			return &s->symbols[probe.id];
	return NULL;
}

static struct symbol *symbol_add(struct series *s, const char *text)
{
	struct symbol sym = { .text = text, .windows = windows_new(s) };

	if (!sym.windows ||
	    index_add(&s->symbols_by_text, symbol_hash(text), (uint32_t)s->n_symbols) < 0) {
		free(sym.windows);
		return NULL;
	}
	s->symbols[s->n_symbols] = sym;
	return &s->symbols[s->n_symbols++];
}

/* The symbol, or "other", with its windows; NULL: no memory. */
static struct symbol *symbol_of(struct series *s, const char *text)
{
	struct symbol *sym = symbol_find(s, text);

	if (!sym && s->n_symbols >= WINDOWED_MAX) {
		text = label_store_text(s->store, OTHER);
		sym = text ? symbol_find(s, text) : NULL;
	}
	if (!sym && text && s->n_symbols <= WINDOWED_MAX)
		sym = symbol_add(s, text);
	return sym;
}

/* Return: false when out of memory; the next tick tries again. */
static bool feed_symbol(struct series *s, const struct row *r, uint64_t now_ns)
{
	struct symbol *sym;

	if (!s->cfg.n_windows)
		return true;
	sym = symbol_of(s, r->labels->text[LABEL_SYMBOL]);
	for (size_t span = 0; sym && span < s->cfg.n_windows; span++)
		window_add(&sym->windows[span], now_ns, r->total - r->windowed);
	return sym;
}

void series_drop_windows(struct series *s, size_t row)
{
	size_t i = 0;

	if (!s->rows[row].windows)
		return;
	free(take(s->rows[row].windows));
	while (s->active[i] != row)
		i++;
	s->active[i] = s->active[--s->n_active];
}

/* The row whose longest window has the smallest sum, of those with windows. */
static size_t weakest_row(const struct series *s)
{
	size_t row = s->active[0];

	for (size_t i = 1; i < s->n_active; i++)
		if (s->rows[s->active[i]].windows[s->longest].sum <
		    s->rows[row].windows[s->longest].sum)
			row = s->active[i];
	return row;
}

/* Make room for windows of a row that counted @growth; @weak: weakest_row(), or n_rows: unknown. */
static bool make_window_room(struct series *s, uint64_t growth, size_t *weak)
{
	if (s->n_active < ACTIVE_MAX)
		return true;
	if (*weak == s->n_rows)
		*weak = weakest_row(s);
	if (s->rows[*weak].windows[s->longest].sum >= growth)
		return false;
	series_drop_windows(s, *weak);
	*weak = s->n_rows;
	return true;
}

static void feed_row(struct series *s, size_t row, uint64_t now_ns, size_t *weak)
{
	struct row *r = &s->rows[row];
	uint64_t growth = r->total - r->windowed;

	if (!r->windows) {
		if (!s->cfg.n_windows || !make_window_room(s, growth, weak))
			return;
		r->windows = windows_new(s);
		if (!r->windows)
			return;
		s->active[s->n_active++] = (uint32_t)row;
	}
	for (size_t span = 0; span < s->cfg.n_windows; span++)
		window_add(&r->windows[span], now_ns, growth);
}

static void feed_windows(struct series *s, uint64_t now_ns)
{
	size_t weak = s->n_rows;

	index_symbols(s);
	for (size_t i = 0; i < s->n_rows; i++) {
		struct row *r = &s->rows[i];

		if (r->state != ROW_LIVE || r->total == r->windowed || !feed_symbol(s, r, now_ns))
			continue;
		feed_row(s, i, now_ns, &weak);
		r->windowed = r->total;
		r->active_s = series_seconds(now_ns);
	}
}

/* Free empty windows. The longest span contains all drops of the others. */
static void expire_symbols(struct series *s, uint64_t now_ns)
{
	size_t kept = 0;

	for (size_t i = 0; i < s->n_symbols; i++) {
		if (window_sum(&s->symbols[i].windows[s->longest], now_ns))
			s->symbols[kept++] = s->symbols[i];
		else
			free(s->symbols[i].windows);
	}
	s->n_symbols = kept;
}

static void expire_rows(struct series *s, uint64_t now_ns)
{
	for (size_t i = s->n_active; i-- > 0;)
		if (!window_sum(&s->rows[s->active[i]].windows[s->longest], now_ns))
			series_drop_windows(s, s->active[i]);
}

static int by_longest_window(const void *left, const void *right, void *arg)
{
	const struct series *s = arg;
	const struct symbol *a = left, *b = right;
	uint64_t sum_a = a->windows[s->longest].sum, sum_b = b->windows[s->longest].sum;

	if (sum_a != sum_b)
		return sum_a < sum_b ? 1 : -1;
	return strcmp(a->text, b->text);
}

/* May the longest window of this row have a sum, if it were kept? */
static bool is_recent(const struct series *s, const struct row *r, uint64_t now_ns)
{
	return s->cfg.n_windows && r->active_s &&
	       series_seconds(now_ns) - r->active_s <= s->cfg.windows_s[s->longest];
}

void series_snapshot_sums(struct series *s, const struct row *row, uint64_t now_ns, uint64_t **room,
			  struct snapshot_row *ret)
{
	if (!row->windows || !*room) {
		ret->sums_unknown = is_recent(s, row, now_ns);
		return;
	}
	for (size_t span = 0; span < s->cfg.n_windows; span++)
		(*room)[span] = window_sum(&row->windows[span], now_ns);
	ret->sums = *room;
	*room += CONFIG_WINDOWS_MAX;
}

void series_feed_windows(struct series *s, uint64_t now_ns)
{
	expire_rows(s, now_ns);
	feed_windows(s, now_ns);
	expire_symbols(s, now_ns);
}

/* What is in the windows of a row is in those of its symbol, too. */
uint64_t series_next_ns(const struct series *s)
{
	uint64_t next_ns = UINT64_MAX;

	for (size_t i = 0; i < s->n_symbols; i++) {
		const struct window *w = s->symbols[i].windows;

		for (size_t span = 0; span < s->cfg.n_windows; span++)
			if (window_next_ns(&w[span]) < next_ns)
				next_ns = window_next_ns(&w[span]);
	}
	return next_ns;
}

void series_snapshot_windows(struct series *s, struct snapshot *snap, uint64_t now_ns)
{
	qsort_r(s->symbols, s->n_symbols, sizeof(s->symbols[0]), by_longest_window, s);
	for (size_t i = 0; i < s->n_symbols; i++) {
		struct symbol *sym = &s->symbols[i];
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
