/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/*
 * From a drop event to its row in the series table, where it is counted: symbol, device, labels,
 * class. Events whose drop point cannot be named yet wait here until the symbols have been read.
 *
 * No thread, no socket, no clock and no log: times are parameters, the kernel is asked for devices
 * through struct netdev_query, and naming_report() says what the log should.
 */

#include <stdbool.h>

#include "aggregate/netdev_query.h"
#include "aggregate/series.h"
#include "base/cleanup.h"
#include "base/err.h"
#include "config/config.h"
#include "source/drop_event.h"

struct naming;

/* What the administrator may want to know. */
struct naming_report {
	const char *trouble;	   /* why a configured file of symbols is not used; "" */
	uint64_t readings;	   /* how often the symbols were read again */
	int reading_error;	   /* of the last reading: 0 or a negative errno */
	uint64_t reading_began_ns; /* of the last reading: CLOCK_MONOTONIC */
	size_t reading_waited;	   /* of the last reading: kinds of drops that waited for it */
	uint64_t devices_renamed;  /* how often a known device may have got another name */
};

/**
 * naming_new() - read the symbols and the names of all devices
 * @cfg: the configuration in force; a reference is kept
 * @query: how to ask for devices; outlives the result
 * @series: where drops are counted; outlives the result
 * @ret: the result
 * @err: what failed; that there are no symbols is no failure, see naming_health()
 *
 * Return: 0 or a negative errno. Thread: main.
 */
int naming_new(struct config *cfg, const struct netdev_query *query, struct series *series,
	       struct naming **ret, struct err *err);

/** naming_apply_config() - use the classes of @cfg; a reference is kept. Thread: aggregator. */
void naming_apply_config(struct naming *n, struct config *cfg);

/**
 * naming_take() - count a drop, or apply another event to how later drops are named
 * @n: the naming
 * @ev: the next event, in the order of the ring
 * @now_ns: CLOCK_MONOTONIC, here and below
 *
 * Thread: aggregator.
 */
void naming_take(struct naming *n, const struct drop_event *ev, uint64_t now_ns);

/**
 * naming_expect_canary() - count one packet as expected if it may be this canary
 * @n: the naming
 * @number: of the canary, larger than all before; 0: expect none
 *
 * Thread: aggregator, before it takes events that may be younger than the canary.
 */
void naming_expect_canary(struct naming *n, uint64_t number);

/** naming_check_modules() - find modules that came or went unannounced. Thread: aggregator. */
void naming_check_modules(struct naming *n);

/**
 * naming_step() - read a little of the symbols if they are being read, for about half a millisecond
 *
 * Return: whether there is more to read. Thread: aggregator.
 */
bool naming_step(struct naming *n, uint64_t now_ns);

/**
 * naming_settle() - count all drops that wait for the symbols, after reading those to their end
 *
 * Thread: aggregator, once a tick.
 */
void naming_settle(struct naming *n, uint64_t now_ns);

/**
 * naming_retire() - retire series that are no longer useful
 *
 * The series of a recording stay: it has no device events and is not watched for long.
 *
 * Thread: aggregator, once a tick.
 */
void naming_retire(struct naming *n, uint64_t now_ns);

/** naming_lost() - packets without a row, for lack of memory. Thread: aggregator. */
uint64_t naming_lost(const struct naming *n);

/** naming_health() - set the fields about symbols and the canary. Thread: aggregator. */
void naming_health(const struct naming *n, struct snapshot_health *health);

/** naming_report() - what happened so far. Thread: aggregator. */
struct naming_report naming_report(const struct naming *n);

/** naming_free() - free; NULL is fine. Return: NULL. Thread: main. */
struct naming *naming_free(struct naming *n);

DEFINE_CLEANUP(struct naming *, naming_free);
