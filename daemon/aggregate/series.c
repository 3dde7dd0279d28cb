/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Used by the aggregator thread. A row is found by its labels when a drop of a new kind arrives;
 * counting in it is two additions. The hash of the labels is keyed, because others choose device
 * names.
 *
 * What was counted is in a row or in the sums of retired rows: total = sum over all rows + retired,
 * at any moment and in each snapshot. The total never decreases. When a row is retired
 * (series_retire.c), its packets and bytes move to the sums of retired rows. If its labels return,
 * they start a new row at 0.
 *
 * The number of a row is the id of its labels. A retired row keeps both until there are many
 * retired rows. Then the label store is renewed without them, and their numbers are free again. So
 * memory follows the number of rows that are shown, not of all rows that ever existed.
 */
#include "aggregate/series.h"

#include <errno.h>
#include <string.h>

#include "aggregate/series_table.h"
#include "base/array.h"

/* Labels of hardware drops: trap, group and device, regardless of the configuration. */
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

static uint32_t labels_hash(const struct series *s, const struct drop_labels *l)
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
	return (uint32_t)hash128(s->key, key, len).h[0];
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

/* The live row with these labels; -1 if there is none. */
static int row_find(const struct series *s, const struct drop_labels *l, uint32_t hash)
{
	struct index_probe probe = index_probe(&s->rows_by_labels, hash);

	while (index_next(&s->rows_by_labels, &probe)) {
		const struct row *r = &s->rows[probe.id];

		if (r->state == ROW_LIVE && labels_equal(r->labels, l))
			return (int)probe.id;
	}
	return -1;
}

void series_reindex(struct series *s)
{
	index_clear(&s->rows_by_labels);
	for (size_t i = 0; i < s->n_rows; i++)
		if (s->rows[i].state == ROW_LIVE)
			index_add(&s->rows_by_labels, labels_hash(s, s->rows[i].labels),
				  (uint32_t)i);
}

/* The number of a row that is free; -ENOMEM. */
static int free_row(struct series *s)
{
	struct row *rows;

	if (s->free1)
		return (int)s->free1 - 1;
	rows = array_grow(s->rows, &s->rows_room, s->n_rows + 1, sizeof(*rows));
	if (!rows)
		return -ENOMEM;
	s->rows = rows;
	return (int)s->n_rows;
}

static void take_row(struct series *s, int row, const struct drop_labels *labels)
{
	if ((size_t)row == s->n_rows)
		s->n_rows++;
	else
		s->free1 = s->rows[row].next_free1;
	s->rows[row] = (struct row){ .labels = labels, .state = ROW_LIVE };
	s->n_live++;
}

static int row_add(struct series *s, const struct drop_labels *l, uint32_t hash)
{
	const int row = free_row(s);
	struct drop_labels numbered = *l;
	const struct drop_labels *stored;

	if (row < 0)
		return row;
	numbered.id = (uint32_t)row;
	numbered.born = s->generation;
	stored = label_store_add(s->store, &numbered);
	if (!stored || index_add(&s->rows_by_labels, hash, (uint32_t)row) < 0)
		return -ENOMEM;
	take_row(s, row, stored);
	return row;
}

/* Without the labels that are not configured or do not exist for this origin. */
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

/* A drop point may have the name "other"; then both are the same row, as they have the same labels.
 */
static int other_find(struct series *s, uint8_t origin)
{
	const struct drop_labels l = labels_other(origin);
	const uint32_t hash = labels_hash(s, &l);
	int *row = &s->other[origin];

	if (*row < 0)
		*row = row_find(s, &l, hash);
	if (*row < 0)
		*row = row_add(s, &l, hash);
	return *row;
}

int series_find(struct series *s, const struct drop_labels *full)
{
	const struct drop_labels l = labels_shown(s, full);
	const uint32_t hash = labels_hash(s, &l);
	const int row = row_find(s, &l, hash);

	if (row >= 0)
		return row;
	return series_live(s) < s->cfg.limit ? row_add(s, &l, hash) : other_find(s, l.origin);
}

void series_count(struct series *s, int row, uint64_t packets, uint64_t bytes,
		  enum series_place place)
{
	struct row *r = &s->rows[row];

	r->total += packets;
	r->bytes += bytes;
	r->own += place == PLACE_OURS ? packets : 0;
	r->unplaced += place == PLACE_UNKNOWN ? packets : 0;
	s->total += packets;
	if (row == s->other[r->labels->origin])
		s->overflow += packets;
}

/* If there is no memory for the sums of rows, rows have none. */
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
					      .bytes = r->bytes,
					      .own = r->own,
					      .unplaced = r->unplaced };
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
	n_windows = s->n_symbols < s->cfg.windows_top ? s->n_symbols : s->cfg.windows_top;
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
	for (size_t i = 0; i < s->n_symbols; i++)
		free(s->symbols[i].windows);
	for (size_t i = 0; i < s->n_active; i++)
		free(s->rows[s->active[i]].windows);
	label_store_unref(s->store);
	free(s->rows);
	index_done(&s->rows_by_labels);
	index_done(&s->symbols_by_text);
	free(s);
	return NULL;
}
