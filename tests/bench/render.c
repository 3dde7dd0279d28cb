/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * CPU time of rendering a scrape, without the network. usage: bench_render [SERIES] [ROUNDS]
 * Each round renders another snapshot of the same series, as the daemon does.
 */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "../unit/expose/world.h"
#include "base/clock.h"
#include "expose/metrics.h"

static uint64_t cpu_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &ts);
	return (uint64_t)ts.tv_sec * NSEC_PER_SEC + (uint64_t)ts.tv_nsec;
}

static int ascending(const void *a, const void *b)
{
	const uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return (x > y) - (x < y);
}

int main(int argc, char **argv)
{
	size_t series = argc > 1 ? strtoul(argv[1], NULL, 10) : 10000;
	size_t rounds = argc > 2 ? strtoul(argv[2], NULL, 10) : 300;
	struct text t = { 0 };
	struct status *status = world_status();
	struct snapshot *snapshot = world_large(series, NULL);
	uint64_t *spent = calloc(rounds, sizeof(*spent));

	if (!spent || !rounds)
		return 1;
	for (size_t i = 0; i < rounds; i++) {
		struct snapshot *next = world_large(series, snapshot);
		struct metrics_input in = { .snapshot = next, .status = status };
		uint64_t start = cpu_ns();

		snapshot_unref(snapshot);
		snapshot = next;
		text_reset(&t);
		metrics_render(&t, &in);
		spent[i] = cpu_ns() - start;
	}
	qsort(spent, rounds, sizeof(*spent), ascending);
	printf("%zu series, %zu bytes: median %.3f ms, p99 %.3f ms of CPU\n", series, t.len,
	       (double)spent[rounds / 2] / 1e6, (double)spent[rounds * 99 / 100] / 1e6);
	free(spent);
	text_done(&t);
	snapshot_unref(snapshot);
	status_unref(status);
	return 0;
}
