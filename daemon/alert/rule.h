/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/*
 * One rule over time: its value, and whether that is something to be told.
 */

#include "alert/alert.h"
#include "alert/history.h"

struct rule {
	struct config_alert config; /* its matches point into the config that alert.c holds */
	struct history history;
	uint64_t total;	       /* packets: cumulative growth of all rows that match */
	uint64_t raised_total; /* times */
	bool rising;	       /* at the limit since rising_ns, but not yet for long enough */
	uint64_t rising_ns;
	bool active;
	uint64_t raised_ns, said_ns;
	struct alert said; /* what was told when it was raised */
};

/**
 * rule_tick() - one rule at one moment
 * @r: its total is up to date
 * @now_ns: CLOCK_MONOTONIC, later than before
 * @ret: all of the alert but its labels; overwritten in any case
 *
 * Return: whether there is something to be told. Thread: main; pure.
 */
bool rule_tick(struct rule *r, uint64_t now_ns, struct alert *ret);
