/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/*
 * The only place that asks what time it is. Everything else takes times as
 * arguments, so that a test can choose them.
 */

#include <stdint.h>

#define NSEC_PER_SEC  1000000000ull
#define NSEC_PER_MSEC 1000000ull

/**
 * clock_monotonic_ns() - CLOCK_MONOTONIC in nanoseconds
 *
 * For spans and deadlines. Thread: any; no system call (vDSO).
 */
uint64_t clock_monotonic_ns(void);

/**
 * clock_realtime_ns() - CLOCK_REALTIME in nanoseconds since 1970
 *
 * For showing. It can jump. Thread: any; no system call (vDSO).
 */
uint64_t clock_realtime_ns(void);

/**
 * clock_sleep_ns() - sleep for a span, less when a signal arrives
 * @span_ns: nanoseconds
 *
 * Thread: any.
 */
void clock_sleep_ns(uint64_t span_ns);
