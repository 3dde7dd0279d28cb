/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The second hop. The aggregator thread makes one per tick; http and main read it, each holding a
 * reference for as long as it likes, and whoever lets go last frees it. Rows and windows lie in
 * the same piece of memory as the snapshot; labels stay in the label store, which the snapshot
 * keeps alive.
 */
#include "aggregate/snapshot.h"

#include "aggregate/labels.h"

static void snapshot_destroy(struct slot_value *value)
{
	struct snapshot *s = (struct snapshot *)value; /* value is the first member */

	s->store = label_store_unref(s->store);
	free(s);
}

struct snapshot *snapshot_new(size_t n_rows, size_t n_windows)
{
	struct snapshot *s = calloc(1, sizeof(*s) + n_rows * sizeof(s->rows[0]) +
					       n_windows * sizeof(s->windows[0]));

	if (!s)
		return NULL;
	slot_value_init(&s->value, snapshot_destroy);
	/* All three structs are aligned as a uint64_t is, so each array may follow the other. */
	s->rows = (struct snapshot_row *)(s + 1);
	s->n_rows = n_rows;
	s->windows = (struct snapshot_window *)(s->rows + n_rows);
	s->n_windows = n_windows;
	/* Until the source has said who it is: texts are never NULL. */
	s->health.source.source = s->health.source.mode = s->health.source.owner = "";
	return s;
}

struct snapshot *snapshot_unref(struct snapshot *s)
{
	slot_value_unref(s ? &s->value : NULL);
	return NULL;
}

struct snapshot *snapshot_get(struct slot *slot)
{
	return (struct snapshot *)slot_get(slot);
}
