/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/*
 * The table of all metrics, and where their values come from.
 */

#include <stddef.h>

#include "aggregate/snapshot.h"
#include "alert/status.h"
#include "expose/process.h"
#include "expose/promtext.h"
#include "ledger/ledger.h"

/* What a scrape shows. Only the snapshot is always there; the metrics of the others are omitted if
 * they are NULL, except for the counters of the ledger, which start at 0. */
struct metrics_input {
	const struct snapshot *snapshot;
	const struct status *status;
	const struct ledger *ledger;
	const struct process_stats *process;
	const char *revision; /* the git revision of this build; NULL: unknown */
};

/* Where a value is found, and so which samples a metric has. */
enum metric_home {
	HOME_SNAPSHOT, /* struct snapshot: one sample */
	HOME_HEALTH,   /* struct snapshot_health: one sample */
	HOME_STATUS,   /* struct status: one sample */
	HOME_LEDGER,   /* struct ledger: one sample */
	HOME_PROCESS,  /* struct process_stats: one sample */
	HOME_SOURCES,  /* struct source_stats: one sample for each source */
	HOME_ALERTS,   /* struct status_alert: one sample for each rule */
	HOME_ORIGINS,  /* uint64_t[2] in struct snapshot, by enum drop_origin: two samples */
	HOME_SOFTWARE, /* struct snapshot_row: one sample for each series of software drops */
	HOME_HARDWARE, /* struct snapshot_row: one sample for each series of hardware drops */
};

struct metric {
	const char *name;
	enum promtext_type type;
	const char *help;
	/* The value is the field at this offset … */
	enum metric_home home;
	size_t field;
	size_t size;	       /* bytes; 1: a bool, otherwise a uint64_t */
	unsigned int decimals; /* it is in 10^-decimals of the metric's unit */
	bool omit_zero;	       /* no sample if it is 0, which means unknown */
	/* … unless this function writes the samples. */
	void (*samples)(struct promtext *t, const struct metric *m, const struct metrics_input *in);
};

extern const struct metric metrics_table[];
extern const size_t metrics_n;
