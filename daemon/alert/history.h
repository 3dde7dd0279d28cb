/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/*
 * What a growing total was at past moments, to take a rolling difference from.
 * Arithmetic only.
 */

#include <stddef.h>
#include <stdint.h>

#define HISTORY_SAMPLES 64

struct history_sample {
	uint64_t time_ns; /* CLOCK_MONOTONIC */
	uint64_t total;
};

/* Zeros are an empty one. */
struct history {
	struct history_sample samples[HISTORY_SAMPLES]; /* a ring, oldest at first */
	size_t first, n;
};

/* How much the total grew over a window. */
struct history_growth {
	uint64_t count;	  /* packets */
	uint64_t span_ns; /* over so long: the window and up to 1/60 more; less while young */
};

/**
 * history_add() - note the total of this moment
 * @h: the history
 * @window_s: the longest window that will be asked for
 * @time_ns: later than all before
 * @total: not below any before
 *
 * Moments closer together than 1/60 of the window are not kept apart.
 * Thread: the owner's; pure.
 */
void history_add(struct history *h, uint32_t window_s, uint64_t time_ns, uint64_t total);

/**
 * history_shorten() - make ready for a window shorter than the samples were taken for
 * @h: the history
 * @window_s: the window from now on
 * @time_ns: now
 * @total: now
 *
 * Notes what the total is, and what it was a window ago, as if it had grown evenly since the last
 * sample: the growth of an hour's step is not that of ten seconds.
 * Thread: the owner's; pure.
 */
void history_shorten(struct history *h, uint32_t window_s, uint64_t time_ns, uint64_t total);

/**
 * history_growth() - how much the total grew over the window that ends now
 * @h: the history; not empty
 * @window_s: the window
 * @time_ns: now
 * @total: now
 *
 * Counted from the latest sample that is at least a window old, while there is none from the first.
 * Return: the growth. Thread: the owner's; pure.
 */
struct history_growth history_growth(const struct history *h, uint32_t window_s, uint64_t time_ns,
				     uint64_t total);
