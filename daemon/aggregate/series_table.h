/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/*
 * The series table, for series.c and its parts series_windows.c and series_retire.c.
 */

#include <stdbool.h>
#include <stddef.h>

#include "aggregate/labels.h"
#include "aggregate/series.h"
#include "aggregate/window.h"
#include "base/clock.h"
#include "base/hash.h"
#include "base/index.h"

#define OTHER	     "other"
#define WINDOWED_MAX 512 /* symbols with windows, which take 0.8 KB each */
#define ACTIVE_MAX   512 /* rows with windows */

enum series_side { SIDE_DEVICE, SIDE_IN_DEVICE, SIDES };

enum row_state {
	ROW_FREE,
	ROW_LIVE,
	ROW_RETIRED, /* no longer shown; keeps its labels and its number until renewal */
};

struct row {
	const struct drop_labels *labels;
	uint64_t total; /* packets */
	uint64_t bytes;
	uint64_t own, unplaced; /* parts of total, as in struct snapshot_row */
	uint64_t windowed;	/* part of total that is in the windows */
	struct window *windows; /* one per span; NULL while all are empty, or not kept */
	uint32_t active_s;	/* series_seconds() of the last tick at which it had grown */
	uint32_t gone_s[SIDES]; /* when its device disappeared; 0: it exists */
	uint32_t next_free1;	/* ROW_FREE: the next free row + 1 */
	uint8_t state;		/* enum row_state */
};

struct symbol {
	const char *text;	/* in the label store: equal texts are the same pointer */
	struct window *windows; /* one per span */
};

struct series {
	struct config_series cfg;
	struct hash_key key;
	struct label_store *store;
	struct row *rows;
	size_t n_rows, rows_room; /* of all states */
	size_t n_live, n_retired;
	size_t n_gone;	     /* how many gone_s of live rows are set */
	uint32_t free1;	     /* a free row + 1; 0: none */
	uint32_t generation; /* of the store */
	struct index rows_by_labels;
	uint32_t active[ACTIVE_MAX]; /* rows with windows */
	size_t n_active;
	struct symbol symbols[WINDOWED_MAX + 1]; /* with windows; one more for "other" */
	size_t n_symbols;
	struct index symbols_by_text; /* valid in series_feed_windows() only */
	size_t longest;		      /* index of the longest span */
	int other[2];		      /* the row "other" of each origin; -1: none */
	uint64_t total, overflow;     /* packets */
	uint64_t retired_series;
	uint64_t retired_packets[2], retired_bytes[2]; /* by enum drop_origin */
};

/** series_seconds() - a time as rows store it; never 0. Thread: any; pure. */
static inline uint32_t series_seconds(uint64_t now_ns)
{
	return (uint32_t)(now_ns / NSEC_PER_SEC) + 1;
}

/** series_is_other() - is this row the "other" of its origin? Thread: aggregator. */
static inline bool series_is_other(const struct series *s, size_t row)
{
	return (int)row == s->other[0] || (int)row == s->other[1];
}

/** series_live() - label sets that are shown, excluding "other". Thread: aggregator. */
static inline size_t series_live(const struct series *s)
{
	return s->n_live - (s->other[0] >= 0) - (s->other[1] >= 0);
}

/** series_reindex() - index all live rows again. Thread: aggregator. */
void series_reindex(struct series *s);

/**
 * series_feed_windows() - add what rows have counted since the last call to the windows of their
 * symbols, and free windows that are empty
 *
 * Thread: aggregator.
 */
void series_feed_windows(struct series *s, uint64_t now_ns);

/** series_drop_windows() - free the windows of a row. Thread: aggregator. */
void series_drop_windows(struct series *s, size_t row);

/**
 * series_snapshot_sums() - copy the windows of a row
 * @s: the table
 * @row: a live one
 * @now_ns: CLOCK_MONOTONIC
 * @room: for CONFIG_WINDOWS_MAX sums; advanced if it was used
 * @ret: its sums are set
 *
 * Thread: aggregator.
 */
void series_snapshot_sums(struct series *s, const struct row *row, uint64_t now_ns, uint64_t **room,
			  struct snapshot_row *ret);

/** series_snapshot_windows() - copy the windows of the busiest symbols. Thread: aggregator. */
void series_snapshot_windows(struct series *s, struct snapshot *snap, uint64_t now_ns);
