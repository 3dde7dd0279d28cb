/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Windows belong to symbols. They are not touched while counting: a tick hands each row's growth
 * since the last tick to the windows of its symbol. A symbol has windows only while there is
 * something in them, and at most WINDOWED_MAX symbols do at once; past that, growth goes into the
 * windows of "other". So memory follows what is going on, not what ever was.
 *
 * Rows have windows of their own, which tell at which device and for which reason a symbol drops
 * now. At most ACTIVE_MAX rows have them. Past that, a row that grows by more in one tick than
 * another one has in its longest window takes its place, so that the busiest rows are among them.
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

/* The windows that a symbol's growth goes into, maybe those of "other"; NULL: no memory. */
static struct window *windows_of(struct series *s, int symbol)
{
	const char *other;

	if (s->symbols[symbol].windows)
		return s->symbols[symbol].windows;
	if (s->n_windowed >= WINDOWED_MAX) {
		other = label_store_text(s->store, OTHER);
		symbol = other ? series_symbol(s, other) : -ENOMEM;
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

/* Return: false without memory; tried again at the next tick. */
static bool feed_symbol(struct series *s, const struct row *r, uint64_t now_ns)
{
	struct window *w;

	if (!s->cfg.n_windows)
		return true;
	w = windows_of(s, (int)r->symbol);
	for (size_t span = 0; w && span < s->cfg.n_windows; span++)
		window_add(&w[span], now_ns, r->total - r->windowed);
	return w;
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

/* The active row with the least in its longest window. */
static size_t weakest(const struct series *s)
{
	size_t row = s->active[0];

	for (size_t i = 1; i < s->n_active; i++)
		if (s->rows[s->active[i]].windows[s->longest].sum <
		    s->rows[row].windows[s->longest].sum)
			row = s->active[i];
	return row;
}

/* Makes room among the active rows if there is none; @weak: weakest(), or n_rows if not known. */
static bool make_room(struct series *s, uint64_t growth, size_t *weak)
{
	if (s->n_active < ACTIVE_MAX)
		return true;
	if (*weak == s->n_rows)
		*weak = weakest(s);
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
		if (!s->cfg.n_windows || !make_room(s, growth, weak))
			return;
		r->windows = windows_new(s);
		if (!r->windows)
			return;
		s->active[s->n_active++] = (uint32_t)row;
	}
	for (size_t span = 0; span < s->cfg.n_windows; span++)
		window_add(&r->windows[span], now_ns, growth);
}

static void feed(struct series *s, uint64_t now_ns)
{
	size_t weak = s->n_rows;

	for (size_t i = 0; i < s->n_rows; i++) {
		struct row *r = &s->rows[i];

		if (r->state != ROW_LIVE || r->total == r->windowed || !feed_symbol(s, r, now_ns))
			continue;
		feed_row(s, i, now_ns, &weak);
		r->windowed = r->total;
		r->active_s = series_seconds(now_ns);
	}
}

/* Free the windows in which nothing is left. The longest span holds all that the others hold. */
static void expire(struct series *s, uint64_t now_ns)
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

static void expire_rows(struct series *s, uint64_t now_ns)
{
	for (size_t i = s->n_active; i-- > 0;)
		if (!window_sum(&s->rows[s->active[i]].windows[s->longest], now_ns))
			series_drop_windows(s, s->active[i]);
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

/* Was something counted that may still be in the longest window? */
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
	feed(s, now_ns);
	expire(s, now_ns);
}

/* What is in a row's windows is in its symbol's windows, too. */
uint64_t series_next_ns(const struct series *s)
{
	uint64_t next_ns = UINT64_MAX;

	for (size_t i = 0; i < s->n_windowed; i++) {
		const struct window *w = s->symbols[s->windowed[i]].windows;

		for (size_t span = 0; span < s->cfg.n_windows; span++)
			if (window_next_ns(&w[span]) < next_ns)
				next_ns = window_next_ns(&w[span]);
	}
	return next_ns;
}

void series_snapshot_windows(struct series *s, struct snapshot *snap, uint64_t now_ns)
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
