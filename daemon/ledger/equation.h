/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/*
 * kernel = seen + no_event + elsewhere + unexplained
 */

#include "ledger/ledger.h"

/* What is known about the growth of a counter over a span, in packets. */
struct equation {
	enum counter_relation relation;
	uint64_t kernel;
	uint64_t elsewhere; /* growth of the counters that include part of it */
	uint64_t least;	    /* counted by us at its drop points: at least this … */
	uint64_t most;	    /* … and at most this, which is not less */
};

/**
 * equation_solve() - divide the kernel's count among its terms
 * @e: the growth
 * @ret: its terms are set, so that their sum is the kernel's count
 *
 * No more is unexplained than is for certain: nothing, if any number between @e->least and @e->most
 * explains the kernel's count.
 *
 * Thread: any; pure.
 */
void equation_solve(const struct equation *e, struct ledger_cell *ret);
