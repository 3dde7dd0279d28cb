/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/*
 * What we counted at the drop points of each counter, snapshot by snapshot, into the accounts.
 */

#include "aggregate/snapshot.h"
#include "base/cleanup.h"
#include "ledger/account.h"

struct seen;

/**
 * seen_new() - nothing was counted yet
 * @accounts: outlives the result
 *
 * Return: NULL when out of memory. Thread: ledger.
 */
struct seen *seen_new(struct accounts *accounts);

/**
 * seen_take() - add what was counted since the last snapshot; the first is the beginning
 * @snap: not older than all before
 *
 * Return: 0, or -ENOMEM and then the next call adds it. Thread: ledger.
 */
int seen_take(struct seen *s, const struct snapshot *snap);

/** seen_relink() - places in the accounts have changed. Thread: ledger. */
void seen_relink(struct seen *s);

/**
 * seen_lost() - packets that may have been dropped at any drop point without having been counted
 * there: lost by us, counted under "other", or in a series that was retired at once
 *
 * Return: an upper bound since the first snapshot, which never decreases. Thread: ledger.
 */
uint64_t seen_lost(const struct seen *s);

/**
 * seen_points() - the drop points of an account, busiest first
 * @ret: set
 *
 * Return: how many. Thread: ledger.
 */
size_t seen_points(const struct seen *s, const struct account *account,
		   struct ledger_point ret[LEDGER_POINTS_MAX]);

/** seen_free() - free; NULL is fine. Return: NULL. Thread: ledger. */
struct seen *seen_free(struct seen *s);

DEFINE_CLEANUP(struct seen *, seen_free);
