/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/*
 * HOP 3: an alert, which is what the journal receives when a rule is raised, repeated or cleared.
 */

#include <stdbool.h>
#include <stdint.h>

#include "base/label.h"
#include "config/config.h"

#define ALERT_LABEL_MAX 128 /* a label's text, with the NUL; longer ones are cut */

enum alert_state {
	ALERT_RAISED,	/* the value has been at the limit for as long as the rule requires */
	ALERT_REPEATED, /* and still is */
	ALERT_CLEARED,	/* it fell below the lower limit, or its rule is gone */
};

/* No pointers: it may wait in a queue. */
struct alert {
	char rule[CONFIG_NAME_MAX];
	enum alert_state state;
	bool rule_gone; /* cleared because a reload removed or changed what it watches */
	int priority;	/* syslog(3) */
	char counter[CONFIG_NAME_MAX]; /* of the kernel, in place of drops; "": none */
	enum config_alert_unit unit;
	double value;	/* in the rule's unit */
	double limit;	/* that it reached, or fell below */
	double rate;	/* packets per second over the window */
	uint64_t count; /* packets in the window, or growth of the counter */
	uint32_t window_s;
	uint64_t active_s; /* time since it was raised */
	char hint[CONFIG_TEXT_MAX];
	/* The label set that contributed most recently; when cleared, as it was when raised. */
	char labels[LABELS][ALERT_LABEL_MAX];
};
