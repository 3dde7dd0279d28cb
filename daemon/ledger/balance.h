/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/*
 * Readings of the kernel's counters and our snapshots into the ledger. This code opens nothing,
 * starts nothing and never reads the clock, so a test can play a day in a millisecond.
 */

#include "aggregate/snapshot.h"
#include "base/cleanup.h"
#include "ledger/ledger.h"
#include "ledger/reading.h"

struct balance;

/* One reading of the kernel's counters. */
struct balance_reading {
	const struct reading *values;
	uint64_t time_ns;      /* CLOCK_REALTIME, when it began */
	uint64_t monotonic_ns; /* CLOCK_MONOTONIC, when it began; later than all before */
	unsigned int labels;   /* LABEL_BIT()s of series.labels */
};

/** balance_new() - before the first reading. Return: NULL when out of memory. Thread: ledger. */
struct balance *balance_new(void);

/**
 * balance_before() - a snapshot from before the next reading
 * @snap: not older than all before
 *
 * When out of memory, what is certain about the next reading is less exact. Thread: ledger.
 */
void balance_before(struct balance *b, const struct snapshot *snap);

/**
 * balance_after() - a reading, and a snapshot with all drops that happened before its end
 * @r: the reading
 * @snap: not older than all before
 * @ret: the ledger, with one reference; inputs_missing and canary are the caller's
 *
 * Growth is counted from the first reading on; that of a device that appears later, from when its
 * counter began if the drops that we counted show that, else from its first reading. A counter that
 * decreases starts again.
 *
 * Return: 0, or -ENOMEM; the next ledger makes up for it. Thread: ledger.
 */
int balance_after(struct balance *b, const struct balance_reading *r, const struct snapshot *snap,
		  struct ledger **ret);

/** balance_free() - free; NULL is fine. Return: NULL. Thread: ledger. */
struct balance *balance_free(struct balance *b);

DEFINE_CLEANUP(struct balance *, balance_free);
