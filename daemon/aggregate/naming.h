/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/*
 * From an event to its row in the table of series: symbol, device, class. Events whose drop point
 * cannot be named yet wait here for the table of symbols.
 */

#include <stdbool.h>

#include "aggregate/series.h"
#include "base/cleanup.h"
#include "base/err.h"
#include "config/config.h"
#include "source/drop_event.h"

struct naming;

/**
 * naming_new() - read the symbols and the names of all devices
 * @cfg: what is in force; a reference is kept
 * @series: where events are counted; outlives the result
 * @ret: the result
 * @err: what failed; a missing symbol table is no failure, but is logged and shows in
 *	 naming_health()
 *
 * Return: 0 or a negative errno. Thread: main.
 */
int naming_new(struct config *cfg, struct series *series, struct naming **ret, struct err *err);

/** naming_apply_config() - classes may have changed; a reference is kept. Thread: aggregator. */
void naming_apply_config(struct naming *n, struct config *cfg);

/**
 * naming_take() - count a drop, or learn what another event says about later ones
 * @n: the naming
 * @ev: the next event, in the order of the ring
 *
 * Thread: aggregator.
 */
void naming_take(struct naming *n, const struct drop_event *ev);

/** naming_check_modules() - were modules loaded or unloaded unannounced? Thread: aggregator. */
void naming_check_modules(struct naming *n);

/**
 * naming_step() - read a little of the symbols, if they are being read; about half a millisecond
 *
 * Return: whether there is more to read. Thread: aggregator.
 */
bool naming_step(struct naming *n);

/**
 * naming_settle() - count all events that wait for the symbols, which are read to their end first
 *
 * Thread: aggregator.
 */
void naming_settle(struct naming *n);

/**
 * naming_retire() - retire series that are of no use any more
 * @n: the naming
 *
 * A recording has no device events and is not watched for long, so its series stay.
 *
 * Thread: aggregator, once a tick.
 */
void naming_retire(struct naming *n);

/** naming_lost() - packets that no row could be made for: out of memory. Thread: aggregator. */
uint64_t naming_lost(const struct naming *n);

/** naming_health() - fill in the fields that are about symbols. Thread: aggregator. */
void naming_health(const struct naming *n, struct snapshot_health *health);

/** naming_free() - free; NULL is fine. Return: NULL. Thread: main. */
struct naming *naming_free(struct naming *n);

DEFINE_CLEANUP(struct naming *, naming_free);
