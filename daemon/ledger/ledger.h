/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/*
 * The kernel's own counters next to ours, as of one reading; immutable and reference-counted. The
 * ledger thread publishes it in a slot; the exposition and the alert rules read it.
 *
 *	kernel = seen + no_event + elsewhere + unexplained
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/slot.h"
#include "base/counter.h"
#include "ledger/reading.h"

#define LEDGER_ROWS_MAX	  2048
#define LEDGER_POINTS_MAX 4  /* drop points shown for a counter */
#define LEDGER_TEXT_MAX	  64 /* symbols and reasons, with the NUL; longer ones are cut */

enum ledger_span { LEDGER_SINCE_START, LEDGER_5M, LEDGER_1H, LEDGER_SPANS };

/* The growth of one counter over a span, in packets. */
struct ledger_cell {
	uint64_t kernel;
	uint64_t seen;	     /* counted by us at the counter's drop points */
	uint64_t no_event;   /* lost before there was an skb, or discarded without a drop event */
	uint64_t elsewhere;  /* included in other counters of this table as well */
	int64_t unexplained; /* positive: the kernel counted more; 0 unless it has a balance */
	uint32_t span_s;     /* seconds that the growth took: less than the span while young */
};

/* What we counted at one drop point of a counter, since the start. */
struct ledger_point {
	char symbol[LEDGER_TEXT_MAX];
	char reason[LEDGER_TEXT_MAX]; /* "" if unknown */
	uint64_t packets;
};

struct ledger_row {
	const struct counter *counter;
	char device[READING_DEVICE_MAX]; /* "": not the counter of a device */
	const char *unavailable; /* why there is no balance, as a sentence; NULL: there is one */
	uint64_t value; /* as tools show it: mostly since boot, or since the device is there */
	struct ledger_cell cells[LEDGER_SPANS];
	struct ledger_point points[LEDGER_POINTS_MAX]; /* busiest first */
	size_t n_points;
};

/* The proof of sight: datagrams that we send so that the kernel drops them. */
struct ledger_canary {
	bool on;
	uint64_t seen;	 /* sent and counted */
	uint64_t missed; /* sent and not counted in time */
};

struct ledger {
	struct slot_value value; /* refcount */
	uint64_t time_ns;	 /* CLOCK_REALTIME of the reading; 0: none yet */
	uint64_t monotonic_ns;	 /* CLOCK_MONOTONIC of the reading */
	uint64_t readings;	 /* since the start */
	uint64_t inputs_missing; /* files and messages that could not be read */
	struct ledger_canary canary;
	size_t n_rows;
	struct ledger_row rows[]; /* in order of the counters, then of the devices' names */
};

/** ledger_new() - with room for rows, all zero. Return: NULL: out of memory. Thread: any. */
struct ledger *ledger_new(size_t n_rows);

DEFINE_SLOT_VALUE(ledger);
