/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/*
 * One alert rule over time: its value, its state, and whether that makes an alert.
 */

#include "alert/alert.h"
#include "alert/history.h"

enum rule_state {
	RULE_QUIET,
	RULE_PENDING, /* at its limit, but not yet for long enough */
	RULE_RAISED,
};

struct rule {
	struct config_alert config; /* its matches point into the config that ruleset.c holds */
	struct history history;
	uint64_t total;	       /* cumulative growth of all rows that match, or of the counter */
	uint64_t raised_total; /* times raised since the rule was configured */
	enum rule_state state;
	enum rule_state logged_state; /* see ruleset_log_changes() */
	uint64_t since_ns;	      /* when the state began, unless quiet */
	uint64_t alerted_ns;	      /* last raised or repeated */
	struct alert last_alert;      /* raised or repeated */
};

/**
 * rule_tick() - evaluate a rule at one moment
 * @r: its total is up to date
 * @now_ns: CLOCK_MONOTONIC, later than before
 * @ret: the alert without its labels; overwritten in any case
 *
 * Return: whether there is an alert. Thread: main; pure.
 */
bool rule_tick(struct rule *r, uint64_t now_ns, struct alert *ret);
