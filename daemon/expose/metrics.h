/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/*
 * The one table of our metric names, their help and their types, and how each is
 * taken from a snapshot.
 */

#include "aggregate/snapshot.h"
#include "expose/process.h"
#include "expose/promtext.h"
#include "alert/status.h"

/* What a scrape is made of; each may be NULL, and then its metrics are left out. */
struct metrics_input {
	const struct snapshot *snapshot;
	const struct status *status;
	const struct process_stats *process;
	const char *revision; /* of git, that was built; NULL: unknown */
};

/**
 * metrics_render() - all metrics, in the order of the table
 * @t: they are appended; t->failed says that memory ran out
 * @in: where they are taken from
 *
 * Thread: the one that owns @t; pure.
 */
void metrics_render(struct text *t, const struct metrics_input *in);

/* Room for metrics_span_name(). */
#define METRICS_SPAN_MAX 16

/**
 * metrics_span_name() - a window's span in the largest unit that divides it: "10s", "5m", "1h"
 * @dst: METRICS_SPAN_MAX bytes
 * @span_s: seconds
 *
 * Return: @dst. Thread: any.
 */
const char *metrics_span_name(char *dst, uint32_t span_s);
