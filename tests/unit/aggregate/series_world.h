/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/* A series table to count in, and rows to look for in its snapshots. */
#include <string.h>

#include "aggregate/series.h"
#include "base/clock.h"

#define MINUTE (60 * NSEC_PER_SEC)

static inline struct config_series series_config(uint32_t limit)
{
	return (struct config_series){ .limit = limit,
				       .labels = LABELS_ALL,
				       .windows_s = { 60, 10 },
				       .n_windows = 2,
				       .windows_top = 3 };
}

static inline struct series *series_with(struct config_series cfg)
{
	struct series *s = NULL;

	assert_int_equal(series_new(&cfg, &s, NULL), 0);
	return s;
}

static inline struct drop_labels series_labels(const char *symbol, const char *reason)
{
	return (struct drop_labels){ .text[LABEL_SYMBOL] = symbol,
				     .text[LABEL_REASON] = reason,
				     .text[LABEL_DEVICE] = "eth0",
				     .text[LABEL_PROTOCOL] = "ipv4",
				     .text[LABEL_IN_DEVICE] = "",
				     .text[LABEL_TRANSPORT] = "" };
}

static inline int series_row(struct series *s, const char *symbol, const char *reason)
{
	struct drop_labels l = series_labels(symbol, reason);

	return series_find(s, &l);
}

static inline void count_at(struct series *s, const char *device, uint64_t packets)
{
	struct drop_labels l = series_labels("f", "R");

	l.text[LABEL_DEVICE] = device;
	series_count(s, series_find(s, &l), packets, 100 * packets, PLACE_UNKNOWN);
}

static inline const struct snapshot_row *row_at(const struct snapshot *snap, const char *device)
{
	for (size_t i = 0; i < snap->n_rows; i++)
		if (!strcmp(snap->rows[i].labels->text[LABEL_DEVICE], device))
			return &snap->rows[i];
	return NULL;
}
