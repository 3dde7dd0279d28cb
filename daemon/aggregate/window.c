/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Used by the aggregator thread, once a tick for each symbol. Buckets are on a fixed grid of time,
 * so a sum includes the oldest bucket completely or not at all. It includes it: the drops of the
 * last 62 seconds are a better answer to a question about the last minute than too few drops.
 *
 * If time goes back, the bucket being filled only gets an older number. All drops in the window
 * then stay in it longer by as much as the clock went back. If time jumps ahead, the window becomes
 * empty, as it should.
 */
#include "aggregate/window.h"

#include <string.h>

#include "base/clock.h"

#define RING (WINDOW_BUCKETS + 1)

void window_init(struct window *w, uint32_t span_s)
{
	memset(w, 0, sizeof(*w));
	w->width_ns = span_s * NSEC_PER_SEC / WINDOW_BUCKETS;
}

static void advance(struct window *w, uint64_t now_ns)
{
	uint64_t now = now_ns / w->width_ns;
	uint64_t steps = now > w->now ? now - w->now : 0;

	w->now = now;
	if (steps > RING)
		steps = RING;
	while (steps--) {
		w->at = (w->at + 1) % RING;
		w->sum -= w->buckets[w->at];
		w->buckets[w->at] = 0;
	}
}

void window_add(struct window *w, uint64_t now_ns, uint64_t n)
{
	advance(w, now_ns);
	w->buckets[w->at] += n;
	w->sum += n;
}

uint64_t window_next_ns(const struct window *w)
{
	for (uint32_t steps = 1; w->sum && steps <= RING; steps++)
		if (w->buckets[(w->at + steps) % RING])
			return (w->now + steps) * w->width_ns;
	return UINT64_MAX;
}

uint64_t window_sum(struct window *w, uint64_t now_ns)
{
	advance(w, now_ns);
	return w->sum;
}
