/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/*
 * What a growing total was at past moments, to take a rolling difference from. Arithmetic only.
 *
 * aggregate/window.h keeps rolling sums in 280 bytes each, for thousands of rows. Its buckets make
 * a sum cover up to 3.3 % more than the span, which shows rates within a few percent. A rule's
 * limit needs more: a history is exact to a tick for windows of up to a minute, it says how
 * long a span the growth took, so a steady rate is exact, and it outlives a reload that changes the
 * window. There are at most 64 histories, so their size does not matter.
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
	uint64_t span_ns; /* that they took: the window and up to 1/60 more; less while young */
};

/**
 * history_add() - note the total of this moment
 * @window_s: the longest window of a later history_growth()
 * @time_ns: later than all before
 * @total: not below any before
 *
 * Moments closer together than 1/60 of the window share a sample.
 * Thread: the owner's; pure.
 */
void history_add(struct history *h, uint32_t window_s, uint64_t time_ns, uint64_t total);

/**
 * history_shorten() - prepare for a shorter window than the one the samples were taken for
 * @window_s: the window from now on
 * @time_ns: now
 * @total: now
 *
 * Adds the total of now and, by interpolation, that of a window ago. Otherwise the growth within
 * one step of an hour would count as that of ten seconds.
 * Thread: the owner's; pure.
 */
void history_shorten(struct history *h, uint32_t window_s, uint64_t time_ns, uint64_t total);

/**
 * history_growth() - how much the total grew over the window that ends now
 * @h: the history; not empty
 * @time_ns: now
 * @total: now
 *
 * Counted from the latest sample that is at least a window old. If there is none, from the first.
 * Return: the growth. Thread: the owner's; pure.
 */
struct history_growth history_growth(const struct history *h, uint32_t window_s, uint64_t time_ns,
				     uint64_t total);

/**
 * history_fade() - what remains of a sum of recent growth that decays within half a minute
 * @elapsed_ns: since the growth was added last
 *
 * Return: the part that remains, at most 1. Thread: any; pure.
 */
float history_fade(uint64_t elapsed_ns);
