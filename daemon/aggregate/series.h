/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/*
 * The table of series: label set → packets and bytes, bounded, and the rolling windows of each
 * symbol. What was counted stays counted under the labels that it had, until the series is retired.
 */

#include <stdbool.h>
#include <stdint.h>

#include "aggregate/snapshot.h"
#include "base/cleanup.h"
#include "base/err.h"
#include "config/config.h"

/* Room for a label's text, with the NUL. */
#define SERIES_TEXT_MAX 256

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
 * series_find() - the row that a drop with these labels is counted in
 * @s: the table
 * @full: clean texts below SERIES_TEXT_MAX; id is ignored. Labels that are not configured are
 *          left out here. Hardware drops are told apart by trap, group and device only.
 *
 * A new label set gets a new row while there are fewer than the limit, then the row "other" of its
 * origin.
 *
 * Return: the row, valid until series_retire() retires one; -ENOMEM. Thread: aggregator.
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
void series_count(struct series *s, int row, uint64_t packets, uint64_t bytes);

/**
 * series_device_gone() - a device is gone: its rows may be retired some time later
 * @s: the table
 * @name: as in the labels
 * @now_ns: CLOCK_MONOTONIC
 *
 * Thread: aggregator.
 */
void series_device_gone(struct series *s, const char *name, uint64_t now_ns);

/** series_devices_gone() - all devices may be gone; each that exists is to be told. Thread:
 * aggregator. */
void series_devices_gone(struct series *s, uint64_t now_ns);

/** series_device_back() - a device of this name exists. Thread: aggregator. */
void series_device_back(struct series *s, const char *name);

/**
 * series_retire() - stop showing rows that are of no use any more
 * @s: the table
 * @now_ns: CLOCK_MONOTONIC
 *
 * What they counted moves to the sums of retired rows.
 *
 * Return: whether there was one, so that rows found before are not valid any more.
 * Thread: aggregator, once a tick.
 */
bool series_retire(struct series *s, uint64_t now_ns);

/**
 * series_snapshot() - everything that was counted, as a new snapshot
 * @s: the table
 * @now_ns: CLOCK_MONOTONIC; what was counted since the last call goes into the windows as of now
 *
 * Rows, windows, total, labels and the health of the table are set; the rest is the caller's.
 *
 * Return: a snapshot with one reference, NULL when out of memory (and then nothing is changed but
 * the windows). Thread: aggregator.
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
