/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/*
 * A rolling sum over a number of seconds, kept in buckets of time. The time is a parameter.
 */

#include <stdint.h>

#define WINDOW_BUCKETS 30 /* per span; one more is being filled */

struct window {
	uint64_t width_ns; /* of one bucket: span / WINDOW_BUCKETS */
	uint64_t now;	   /* number of the bucket being filled: time / width_ns */
	uint64_t sum;	   /* over all buckets */
	uint32_t at;	   /* index of the bucket being filled */
	uint64_t buckets[WINDOW_BUCKETS + 1];
};

/**
 * window_init() - make the window empty
 * @w: the window
 * @span_s: seconds that a sum covers, at least 1
 *
 * Thread: any; pure.
 */
void window_init(struct window *w, uint32_t span_s);

/**
 * window_add() - count at a time
 * @w: the window
 * @now_ns: CLOCK_MONOTONIC; a time before the last one is taken for the last one
 * @n: packets to add
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
 * window_sum() - the packets added during the last span
 * @w: the window
 * @now_ns: CLOCK_MONOTONIC
 *
 * Return: the sum of the bucket being filled and the WINDOW_BUCKETS buckets before it. They cover
 * the whole span and at most span / WINDOW_BUCKETS (3.3 %) more.
 * Thread: any; pure.
 */
uint64_t window_sum(struct window *w, uint64_t now_ns);
