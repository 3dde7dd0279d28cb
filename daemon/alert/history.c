/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "alert/history.h"

#include "base/clock.h"

/* Steps in a window. The ring also holds the sample before it and the current one. */
#define STEPS  (HISTORY_SAMPLES - 4)

#define FADE_S 30.0 /* the time constant of history_fade() */

static const struct history_sample *sample_at(const struct history *h, size_t i)
{
	return &h->samples[(h->first + i) % HISTORY_SAMPLES];
}

void history_add(struct history *h, uint32_t window_s, uint64_t time_ns, uint64_t total)
{
	uint64_t step_ns = window_s * NSEC_PER_SEC / STEPS;

	if (h->n > 0 && time_ns < sample_at(h, h->n - 1)->time_ns + step_ns)
		return;
	if (h->n == HISTORY_SAMPLES)
		h->first = (h->first + 1) % HISTORY_SAMPLES;
	else
		h->n++;
	h->samples[(h->first + h->n - 1) % HISTORY_SAMPLES] = (struct history_sample){ time_ns,
										       total };
}

void history_shorten(struct history *h, uint32_t window_s, uint64_t time_ns, uint64_t total)
{
	const struct history_sample *last = h->n > 0 ? sample_at(h, h->n - 1) : NULL;
	uint64_t window_ns = window_s * NSEC_PER_SEC;
	double part;

	if (!last || last->time_ns + window_ns >= time_ns)
		return;
	part = (double)window_ns / (double)(time_ns - last->time_ns);
	history_add(h, window_s, time_ns - window_ns,
		    total - (uint64_t)(part * (double)(total - last->total)));
	history_add(h, window_s, time_ns, total);
}

struct history_growth history_growth(const struct history *h, uint32_t window_s, uint64_t time_ns,
				     uint64_t total)
{
	const struct history_sample *from = sample_at(h, 0);

	for (size_t i = h->n; i > 0; i--) {
		if (sample_at(h, i - 1)->time_ns + window_s * NSEC_PER_SEC > time_ns)
			continue;
		from = sample_at(h, i - 1);
		break;
	}
	return (struct history_growth){ total - from->total, time_ns - from->time_ns };
}

float history_fade(uint64_t elapsed_ns)
{
	return (float)(FADE_S / (FADE_S + (double)elapsed_ns / NSEC_PER_SEC));
}
