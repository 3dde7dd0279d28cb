/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Place in the path: alert.c adds to each rule's total and asks here what it means.
 *
 * Value: a rule has a cumulative total of its own, which only grows, and a history of it: at most
 * 64 samples, 1/60 of the window apart, so a window is exact to 1/60 of itself or a tick, and on
 * the long side. While a history is younger than its window, what came before counts as nothing; a
 * rate is divided by the whole window then, so that a burst right after the start does not look
 * like a flood.
 *
 * State: quiet → (at the limit for as long as "for" says) → active → (below "clear") → quiet.
 *
 * Thread: main.
 */
#include "alert/rule.h"

#include <string.h>

#include "base/clock.h"

/* The rule's value now, as an alert without its state. */
static struct alert measure(const struct rule *r, uint64_t now_ns)
{
	const struct config_alert *c = &r->config;
	struct history_growth g = history_growth(&r->history, c->window_s, now_ns, r->total);
	uint64_t window_ns = c->window_s * NSEC_PER_SEC;
	struct alert alert = {
		.priority = c->priority, .unit = c->unit, .count = g.count, .window_s = c->window_s
	};

	alert.rate = (double)g.count * NSEC_PER_SEC /
		     (double)(g.span_ns > window_ns ? g.span_ns : window_ns);
	alert.value = c->unit == ALERT_COUNT ? (double)g.count : alert.rate;
	memcpy(alert.rule, c->name, sizeof(alert.rule));
	memcpy(alert.hint, c->hint, sizeof(alert.hint));
	return alert;
}

/* Has the value been at the limit for as long as the rule wants? */
static bool held(struct rule *r, bool at_limit, uint64_t now_ns)
{
	if (at_limit && !r->rising)
		r->rising_ns = now_ns;
	r->rising = at_limit;
	return at_limit && now_ns - r->rising_ns >= r->config.for_s * NSEC_PER_SEC;
}

static bool decide_quiet(struct rule *r, struct alert *alert, uint64_t now_ns)
{
	if (!held(r, alert->value >= r->config.raise, now_ns))
		return false;
	alert->state = ALERT_RAISED;
	alert->limit = r->config.raise;
	r->active = true;
	r->rising = false;
	r->raised_total++;
	r->raised_ns = r->said_ns = now_ns;
	return true;
}

static bool decide_active(struct rule *r, struct alert *alert, uint64_t now_ns)
{
	const uint64_t repeat_ns = r->config.repeat_s * NSEC_PER_SEC;

	alert->active_s = (now_ns - r->raised_ns) / NSEC_PER_SEC;
	if (alert->value < r->config.clear) {
		alert->state = ALERT_CLEARED;
		alert->limit = r->config.clear;
		r->active = false;
		return true;
	}
	if (repeat_ns == 0 || now_ns - r->said_ns < repeat_ns)
		return false;
	alert->state = ALERT_REPEATED;
	alert->limit = r->config.raise;
	r->said_ns = now_ns;
	return true;
}

bool rule_tick(struct rule *r, uint64_t now_ns, struct alert *ret)
{
	history_add(&r->history, r->config.window_s, now_ns, r->total);
	*ret = measure(r, now_ns);
	return r->active ? decide_active(r, ret, now_ns) : decide_quiet(r, ret, now_ns);
}
