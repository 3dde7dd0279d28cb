/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "ledger/spans.h"

#include "base/clock.h"

static const uint64_t lengths_ns[SPANS_ROLLING] = {
	[LEDGER_5M - 1] = 300 * NSEC_PER_SEC,
	[LEDGER_1H - 1] = 3600 * NSEC_PER_SEC,
};

static bool wants_place(const struct spans *s, size_t rolling, uint64_t time_ns)
{
	/* Two places more than steps: the oldest is at least a span old. */
	const uint64_t step_ns = lengths_ns[rolling] / (SPANS_PLACES - 2);
	const size_t n = s->n[rolling];

	return n == 0 || time_ns >= s->moments[rolling][(n - 1) % SPANS_PLACES].time_ns + step_ns;
}

void spans_note(struct spans *s, uint64_t time_ns, uint64_t lost)
{
	for (size_t i = 0; i < SPANS_ROLLING; i++) {
		s->due[i] = -1;
		if (!wants_place(s, i, time_ns))
			continue;
		s->due[i] = (int)(s->n[i]++ % SPANS_PLACES);
		s->moments[i][s->due[i]] = (struct spans_moment){ time_ns, lost };
	}
}

int spans_reference(const struct spans *s, size_t rolling, uint64_t now_ns)
{
	for (size_t i = s->n[rolling]; i > 0 && i + SPANS_PLACES > s->n[rolling]; i--) {
		const size_t place = (i - 1) % SPANS_PLACES;

		if (s->moments[rolling][place].time_ns + lengths_ns[rolling] <= now_ns)
			return (int)place;
	}
	return -1;
}
