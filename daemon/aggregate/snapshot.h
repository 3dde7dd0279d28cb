/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/*
 * HOP 2: everything that is known at one tick, immutable and reference-counted. The exposition and
 * the alerts know nothing else.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "aggregate/labels.h"
#include "base/label.h"
#include "base/slot.h"
#include "config/config.h"
#include "source/drop_event.h"
#include "source/source_stats.h"

struct snapshot_row {
	const struct drop_labels *labels;
	uint64_t total;	      /* packets since the series began */
	uint64_t bytes;	      /* of those packets whose length the source knew */
	uint64_t own;	      /* of total: dropped in our network namespace */
	uint64_t unplaced;    /* of total: dropped in an unknown one; the rest: in another one */
	const uint64_t *sums; /* rolling sums in packets, in the order of snapshot.windows_s; NULL:
			       * all are 0, unless sums_unknown */
	bool sums_unknown;    /* too many rows are active to keep sums of all */
};

/* Rolling sums of one symbol (all its series together). */
struct snapshot_window {
	const char *symbol;
	uint64_t sums[CONFIG_WINDOWS_MAX]; /* packets, in the order of snapshot.windows_s */
};

struct snapshot_health {
	struct source_stats sources[SOURCES_MAX]; /* the source of software drops is first */
	size_t n_sources;			  /* 0 until the source thread has started */
	uint64_t ring_capacity;			  /* events */
	uint64_t ring_used;			  /* events */
	uint64_t ring_high_watermark;		  /* events */
	uint64_t series;			  /* series in use, excluding "other" */
	uint64_t series_limit;
	uint64_t series_overflow;	 /* packets counted in "other" */
	uint64_t series_retired;	 /* series that are no longer shown */
	uint64_t symbols_loaded;	 /* text symbols in the table */
	uint64_t symbol_lookup_failures; /* distinct drop points without a symbol */
	uint64_t canary_seen;		 /* number of the last canary that was counted; 0: none */
	const char *symbols_source;	 /* "kallsyms", "System.map" or "none" */
	const char *symbols_missing;	 /* why there are none: a sentence; "" */
};

struct snapshot {
	struct slot_value value;     /* refcount */
	uint64_t time_ns;	     /* CLOCK_REALTIME of the tick */
	uint64_t monotonic_ns;	     /* CLOCK_MONOTONIC of the tick */
	uint64_t start_time_ns;	     /* CLOCK_REALTIME when counting began */
	uint64_t total;		     /* packets: the sum over all rows and all retired ones */
	uint64_t retired_packets[2]; /* of rows that are no longer shown, by enum drop_origin */
	uint64_t retired_bytes[2];
	struct label_store *store; /* a reference: keeps the labels alive */
	struct snapshot_row *rows; /* in order of labels->id */
	size_t n_rows;
	uint64_t *row_sums;		 /* owned; the sums of rows point into it */
	struct snapshot_window *windows; /* busiest first, at most config windows_top */
	size_t n_windows;
	uint32_t windows_s[CONFIG_WINDOWS_MAX];	   /* spans in seconds */
	uint64_t windows_sums[CONFIG_WINDOWS_MAX]; /* packets of all symbols, not of the top */
	size_t n_spans;
	size_t longest_span; /* which of the spans */
	struct snapshot_health health;
};

/**
 * snapshot_new() - make a snapshot with room for rows, all zero, with one reference
 * @n_rows: rows, to be filled in by the caller
 * @n_windows: windows, to be filled in by the caller
 *
 * Return: the snapshot, NULL when out of memory. Thread: aggregator.
 */
struct snapshot *snapshot_new(size_t n_rows, size_t n_windows);

/**
 * snapshot_ids() - the size of an array with an element for each labels->id
 *
 * Return: one more than the highest id; 0 without rows. Thread: any; pure.
 */
size_t snapshot_ids(const struct snapshot *s);

/** snapshot_lost_packets() - losses of all sources that are known in packets. Thread: any. */
uint64_t snapshot_lost_packets(const struct snapshot *s);

/**
 * snapshot_lost_messages() - lost summary messages of all sources
 *
 * Each message reports up to 64 drop points with any number of packets. Thread: any.
 */
uint64_t snapshot_lost_messages(const struct snapshot *s);

DEFINE_SLOT_VALUE(snapshot);
