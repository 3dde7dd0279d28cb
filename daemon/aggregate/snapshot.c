/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The aggregator thread makes a snapshot per tick; the http and main threads read it, each with a
 * reference, and the last reference frees it. Rows and windows are in the same block of memory as
 * the snapshot. Labels are in the label store, on which the snapshot has a reference.
 */
#include "aggregate/snapshot.h"

#include <string.h>

#include "aggregate/labels.h"

static void snapshot_destroy(struct slot_value *value)
{
	struct snapshot *s = (struct snapshot *)value; /* value is the first member */

	s->store = label_store_unref(s->store);
	free(s->row_sums);
	free(s);
}

struct snapshot *snapshot_new(size_t n_rows, size_t n_windows)
{
	struct snapshot *s = calloc(1, sizeof(*s) + n_rows * sizeof(s->rows[0]) +
					       n_windows * sizeof(s->windows[0]));

	if (!s)
		return NULL;
	slot_value_init(&s->value, snapshot_destroy);
	/* All three structs have the alignment of a uint64_t, so the arrays can follow each other.
	 */
	s->rows = (struct snapshot_row *)(s + 1);
	s->n_rows = n_rows;
	s->windows = (struct snapshot_window *)(s->rows + n_rows);
	s->n_windows = n_windows;
	s->health.symbols_source = s->health.symbols_missing = "";
	return s;
}

/* All losses are counted in packets, except summary messages. */
static bool is_in_messages(const struct source_stats *s, enum lost_stage stage)
{
	return stage == LOST_SOCKET && s->mode == MODE_SUMMARY;
}

static uint64_t sum_of_losses(const struct snapshot *s, bool in_messages)
{
	uint64_t sum = 0;

	for (size_t i = 0; i < s->health.n_sources; i++)
		for (enum lost_stage stage = 0; stage < LOST_STAGES; stage++)
			if (is_in_messages(&s->health.sources[i], stage) == in_messages)
				sum += s->health.sources[i].lost[stage];
	return sum;
}

size_t snapshot_ids(const struct snapshot *s)
{
	return s->n_rows ? (size_t)s->rows[s->n_rows - 1].labels->id + 1 : 0;
}

uint64_t snapshot_lost_packets(const struct snapshot *s)
{
	return sum_of_losses(s, false);
}

uint64_t snapshot_lost_messages(const struct snapshot *s)
{
	return sum_of_losses(s, true);
}
