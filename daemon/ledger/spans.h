/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/*
 * Which past readings the growth over the rolling spans is counted from. Readings closer together
 * than 1/15 of a span share a place, so that memory is bounded.
 */

#include <stddef.h>
#include <stdint.h>

#include "ledger/ledger.h"

#define SPANS_ROLLING (LEDGER_SPANS - 1) /* LEDGER_SINCE_START does not roll */
#define SPANS_PLACES  17

struct spans_moment {
	uint64_t time_ns; /* CLOCK_MONOTONIC of the reading */
	uint64_t lost;	  /* seen_lost() before it */
};

/* Empty when all zero. By span, without LEDGER_SINCE_START. */
struct spans {
	struct spans_moment moments[SPANS_ROLLING][SPANS_PLACES];
	size_t n[SPANS_ROLLING]; /* noted so far; the last is at (n - 1) % SPANS_PLACES */
	int due[SPANS_ROLLING];	 /* the place of the last reading; -1: it has none */
};

/** spans_note() - note a reading, later than all before; sets due. Thread: the owner's. */
void spans_note(struct spans *s, uint64_t time_ns, uint64_t lost);

/**
 * spans_reference() - where a span that ends now begins
 * @rolling: the span, less one
 * @now_ns: CLOCK_MONOTONIC
 *
 * Return: the place of the latest reading that is at least a span old; -1: there is none.
 * Thread: the owner's; pure.
 */
int spans_reference(const struct spans *s, size_t rolling, uint64_t now_ns);
