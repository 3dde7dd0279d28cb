/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/*
 * A rolling sum over the last so many seconds, kept in time buckets. Arithmetic
 * only: the caller says what time it is.
 */

#include <stdint.h>

#define WINDOW_BUCKETS 30 /* to a span; one more is being filled */

struct window {
	uint64_t width_ns; /* of one bucket: span / WINDOW_BUCKETS */
	uint64_t now;	   /* number of the bucket being filled: time / width_ns */
	uint64_t sum;	   /* over all buckets */
	uint32_t at;	   /* index of the bucket being filled */
	uint64_t buckets[WINDOW_BUCKETS + 1];
};

/**
 * window_init() - an empty window in the caller's memory
 * @w: the window
 * @span_s: seconds that a sum covers, at least 1
 *
 * Thread: any; pure.
 */
void window_init(struct window *w, uint32_t span_s);

/**
 * window_add() - count something at a time
 * @w: the window
 * @now_ns: CLOCK_MONOTONIC; a time before the last one counts as the last one
 * @n: what to add
 *
 * Costs O(1): a jump in time clears at most WINDOW_BUCKETS + 1 buckets. Thread: any; pure.
 */
void window_add(struct window *w, uint64_t now_ns, uint64_t n);

/**
 * window_next_ns() - when the sum changes next if nothing is added
 * @w: the window, as of its last use
 *
 * Return: CLOCK_MONOTONIC; UINT64_MAX if the window is empty. Thread: any; pure.
 */
uint64_t window_next_ns(const struct window *w);

/**
 * window_sum() - what was added during the last span
 * @w: the window
 * @now_ns: CLOCK_MONOTONIC
 *
 * Return: the sum over the bucket being filled and the WINDOW_BUCKETS full ones before it: it
 * covers the whole span and at most span / WINDOW_BUCKETS (3.3 %) more, never less.
 * Thread: any; pure.
 */
uint64_t window_sum(struct window *w, uint64_t now_ns);
