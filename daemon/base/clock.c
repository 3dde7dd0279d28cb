/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/clock.h"

#include <time.h>

static uint64_t now_ns(clockid_t id)
{
	struct timespec ts;

	clock_gettime(id, &ts); /* cannot fail for these two clocks */
	return (uint64_t)ts.tv_sec * NSEC_PER_SEC + (uint64_t)ts.tv_nsec;
}

uint64_t clock_monotonic_ns(void)
{
	return now_ns(CLOCK_MONOTONIC);
}

uint64_t clock_realtime_ns(void)
{
	return now_ns(CLOCK_REALTIME);
}

void clock_sleep_ns(uint64_t span_ns)
{
	struct timespec ts = { .tv_sec = (time_t)(span_ns / NSEC_PER_SEC),
			       .tv_nsec = (long)(span_ns % NSEC_PER_SEC) };

	clock_nanosleep(CLOCK_MONOTONIC, 0, &ts, NULL);
}
