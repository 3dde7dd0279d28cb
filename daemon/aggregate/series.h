/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/*
 * The series table: packets and bytes of each label set, and rolling sums. The number of series is
 * limited. A drop stays counted under the labels that it had, until its series is retired.
 */

#include <stdbool.h>
#include <stdint.h>

#include "aggregate/snapshot.h"
#include "base/cleanup.h"
#include "base/err.h"
#include "config/config.h"

/* Room for the text of a label, with its NUL. */
#define SERIES_TEXT_MAX 256

/* The network namespace in which packets were dropped. */
enum series_place { PLACE_UNKNOWN, PLACE_OURS, PLACE_OTHER };

struct series;

/**
 * series_new() - an empty table
 * @cfg: limit, labels, windows, when to retire; copied
 * @ret: the table
 *
 * Return: 0 or -ENOMEM. Thread: main.
 */
int series_new(const struct config_series *cfg, struct series **ret, struct err *err);

/**
 * series_find() - the row in which a drop with these labels is counted
 * @s: the table
 * @full: all labels, as valid UTF-8 shorter than SERIES_TEXT_MAX; id is ignored. Labels that are
 *	not configured make no difference; for hardware drops only trap, group and device do.
 *
 * A new label set gets a row of its own if there are fewer rows than the limit, else the row
 * "other" of its origin.
 *
 * Return: the row, valid until series_retire() returns true; -ENOMEM. Thread: aggregator.
 */
int series_find(struct series *s, const struct drop_labels *full);

/**
 * series_count() - add to a row
 * @s: the table
 * @row: from series_find()
 * @packets: how many
 * @bytes: of all of them; 0 where unknown
 *
 * Thread: aggregator.
 */
void series_count(struct series *s, int row, uint64_t packets, uint64_t bytes,
		  enum series_place place);

/**
 * series_device_gone() - a device was deleted: its rows may be retired later
 * @s: the table
 * @name: as in the labels
 * @now_ns: CLOCK_MONOTONIC
 *
 * Thread: aggregator.
 */
void series_device_gone(struct series *s, const char *name, uint64_t now_ns);

/**
 * series_devices_gone() - all devices may have been deleted; call series_device_back() for each
 * that exists
 *
 * Thread: aggregator.
 */
void series_devices_gone(struct series *s, uint64_t now_ns);

/** series_device_back() - a device of this name exists. Thread: aggregator. */
void series_device_back(struct series *s, const char *name);

/**
 * series_retire() - stop showing rows that are no longer useful
 * @s: the table
 * @now_ns: CLOCK_MONOTONIC
 *
 * Their packets and bytes move to the sums of retired rows.
 *
 * Return: whether a row was retired; then results of series_find() are no longer valid.
 * Thread: aggregator, once a tick.
 */
bool series_retire(struct series *s, uint64_t now_ns);

/**
 * series_snapshot() - everything that was counted, as a new snapshot
 * @s: the table
 * @now_ns: CLOCK_MONOTONIC; drops counted since the last call enter the windows at this time
 *
 * Sets rows, windows, total, labels and the health of the table; the rest is the caller's.
 *
 * Return: a snapshot with one reference; NULL when out of memory, and then only the windows have
 * changed. Thread: aggregator.
 */
struct snapshot *series_snapshot(struct series *s, uint64_t now_ns);

/**
 * series_next_ns() - when a rolling sum changes next if nothing is counted
 * @s: the table, as of the last snapshot
 *
 * Return: CLOCK_MONOTONIC; UINT64_MAX if all sums are 0. Thread: aggregator.
 */
uint64_t series_next_ns(const struct series *s);

/** series_free() - free the table; snapshots stay valid. Return: NULL. Thread: main. */
struct series *series_free(struct series *s);

DEFINE_CLEANUP(struct series *, series_free);
