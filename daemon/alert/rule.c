/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Place in the path: ruleset.c adds to each rule's total and then calls rule_tick().
 *
 * Value: each rule has a cumulative total of its own and a history of it. While the history is
 * younger than the window, a rate is still divided by the whole window, so that a burst right after
 * the start does not look like a flood.
 *
 * State: quiet, at the limit → pending, for the duration "for" → raised, below "clear" → quiet.
 *
 * Thread: main.
 */
#include "alert/rule.h"

#include <stdio.h>
#include <string.h>

#include "base/clock.h"

/* Readings of a counter are not exactly an interval apart: one a little younger will do. */
static uint32_t least_age_s(const struct config_alert *c)
{
	return c->counter ? c->window_s - 1 : c->window_s;
}

/* The time that the count took: two readings of a counter may be further apart than the window. */
static uint32_t covered_s(const struct config_alert *c, uint64_t span_ns)
{
	const uint64_t span_s = (span_ns + NSEC_PER_SEC / 2) / NSEC_PER_SEC;

	return c->counter && span_s > c->window_s ? (uint32_t)span_s : c->window_s;
}

/* The rule's value now, as an alert without its state. */
static struct alert measure(const struct rule *r, uint64_t now_ns)
{
	const struct config_alert *c = &r->config;
	struct history_growth g = history_growth(&r->history, least_age_s(c), now_ns, r->total);
	uint64_t window_ns = c->window_s * NSEC_PER_SEC;
	struct alert alert = { .priority = c->priority,
			       .unit = c->unit,
			       .count = g.count,
			       .window_s = covered_s(c, g.span_ns) };

	alert.rate = (double)g.count * NSEC_PER_SEC /
		     (double)(g.span_ns > window_ns ? g.span_ns : window_ns);
	alert.value = c->unit == ALERT_COUNT ? (double)g.count : alert.rate;
	memcpy(alert.rule, c->name, sizeof(alert.rule));
	if (c->counter)
		snprintf(alert.counter, sizeof(alert.counter), "%s", c->counter->name);
	memcpy(alert.hint, c->hint, sizeof(alert.hint));
	return alert;
}

static bool tick_quiet(struct rule *r, struct alert *alert, uint64_t now_ns)
{
	if (alert->value < r->config.raise) {
		r->state = RULE_QUIET;
		return false;
	}
	if (r->state == RULE_QUIET) {
		r->state = RULE_PENDING;
		r->since_ns = now_ns;
	}
	if (now_ns - r->since_ns < r->config.for_s * NSEC_PER_SEC)
		return false;
	alert->state = ALERT_RAISED;
	alert->limit = r->config.raise;
	r->state = RULE_RAISED;
	r->since_ns = r->alerted_ns = now_ns;
	r->raised_total++;
	return true;
}

static bool tick_raised(struct rule *r, struct alert *alert, uint64_t now_ns)
{
	const uint64_t repeat_ns = r->config.repeat_s * NSEC_PER_SEC;

	alert->active_s = (now_ns - r->since_ns) / NSEC_PER_SEC;
	if (alert->value < r->config.clear) {
		alert->state = ALERT_CLEARED;
		alert->limit = r->config.clear;
		r->state = RULE_QUIET;
		return true;
	}
	if (repeat_ns == 0 || now_ns - r->alerted_ns < repeat_ns)
		return false;
	alert->state = ALERT_REPEATED;
	alert->limit = r->config.raise;
	r->alerted_ns = now_ns;
	return true;
}

bool rule_tick(struct rule *r, uint64_t now_ns, struct alert *ret)
{
	history_add(&r->history, r->config.window_s, now_ns, r->total);
	*ret = measure(r, now_ns);
	return r->state == RULE_RAISED ? tick_raised(r, ret, now_ns) : tick_quiet(r, ret, now_ns);
}
