/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/*
 * Which counters can be compared with our drops: those whose drop points the source and the labels
 * tell apart.
 */

#include "aggregate/snapshot.h"
#include "base/counter.h"

/* What drops are known by. */
struct sight {
	bool started;	     /* the source of software drops */
	bool netdm;	     /* it reports no network namespace */
	bool reasons;	     /* it reports drop reasons */
	unsigned int labels; /* LABEL_BIT()s of series.labels */
};

/** sight_of() - what drops are known by. @labels: series.labels. Thread: any; pure. */
struct sight sight_of(const struct snapshot *s, unsigned int labels);

/**
 * sight_problem() - why a counter cannot be compared
 *
 * Return: a sentence; NULL: it can. Thread: any; pure.
 */
const char *sight_problem(const struct sight *sight, const struct counter *c);
