/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/*
 * HOP 3: rules over snapshots become alerts. It opens nothing, starts nothing and
 * asks nobody for the time, so that a test can play a day in a millisecond.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "aggregate/snapshot.h"
#include "base/cleanup.h"
#include "config/config.h"

#define ALERT_LABEL_MAX 128 /* a label's text, with the NUL; longer ones are cut */

enum alert_state {
	ALERT_RAISED,	/* the value reached the limit, for as long as the rule says */
	ALERT_REPEATED, /* and still is there */
	ALERT_CLEARED,	/* it fell below the lower limit, or its rule is gone */
};

/* One thing to be told. No pointers: it may wait. */
struct alert {
	char rule[CONFIG_NAME_MAX];
	enum alert_state state;
	bool rule_gone; /* cleared because a reload took the rule away or changed its match */
	int priority;	/* syslog(3) */
	enum config_alert_unit unit;
	double value;	/* in the rule's unit */
	double limit;	/* that it reached, or fell below */
	double rate;	/* packets per second over the window */
	uint64_t count; /* packets in the window */
	uint32_t window_s;
	uint64_t active_s; /* raised so long ago */
	char hint[CONFIG_TEXT_MAX];
	/* The label set that lately contributed most; when cleared, as it was when raised. */
	char labels[LABELS][ALERT_LABEL_MAX];
};

/* What a scrape wants to know of a rule. */
struct alert_rule_state {
	const char *name; /* valid until the next alert_apply_config() */
	bool rising;	  /* at its limit, but not yet for long enough */
	bool active;
	uint64_t total; /* times raised since the daemon started, reloads survived */
};

/* Alerts that one evaluation can yield at most. */
#define ALERTS_AT_ONCE_MAX (2 * CONFIG_ALERTS_MAX)

struct alerts;

/**
 * alerts_new() - without any rule
 *
 * Return: NULL when out of memory. Thread: main.
 */
struct alerts *alerts_new(void);

/**
 * alerts_apply_config() - take up the rules of a config
 * @a: the alerts
 * @c: a reference is kept until the next call
 *
 * A rule is known by its name. If its match is the same as before, its state and its history go on,
 * under the new limits; else it begins anew, and the next alerts_evaluate() clears it if raised.
 *
 * Return: 0, or -ENOMEM and the old rules stay. Thread: main.
 */
int alerts_apply_config(struct alerts *a, struct config *c);

/**
 * alerts_evaluate() - hold the rules against a snapshot
 * @a: the alerts
 * @s: later than all before, else nothing happens
 * @out: room for ALERTS_AT_ONCE_MAX alerts
 *
 * The first snapshot ever is what all is counted from: it raises nothing.
 *
 * Return: how many alerts were written, or -ENOMEM. Thread: main.
 */
int alerts_evaluate(struct alerts *a, const struct snapshot *s, struct alert *out);

/** alerts_rules() - how many rules there are. Thread: main. */
size_t alerts_rules(const struct alerts *a);

/** alerts_rule_state() - of the i-th rule, i below alerts_rules(). Thread: main. */
struct alert_rule_state alerts_rule_state(const struct alerts *a, size_t i);

/**
 * alerts_free()
 * @a: may be NULL
 *
 * Return: NULL. Thread: main.
 */
struct alerts *alerts_free(struct alerts *a);

DEFINE_CLEANUP(struct alerts *, alerts_free);
