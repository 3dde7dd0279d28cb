/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "ledger/sight.h"

#include <string.h>

/* Drop points of a kernel that reports reasons have one, be it NOT_SPECIFIED. */
static bool has_reasons(const struct snapshot *s)
{
	bool unknown = false;

	for (size_t i = 0; i < s->n_rows; i++) {
		const struct drop_labels *l = s->rows[i].labels;

		if (l->origin != DROP_ORIGIN_SOFTWARE)
			continue;
		if (l->text[LABEL_REASON][0])
			return true;
		unknown = true;
	}
	return !unknown;
}

struct sight sight_of(const struct snapshot *s, unsigned int labels)
{
	if (s->health.n_sources == 0)
		return (struct sight){ .labels = labels };
	return (struct sight){
		.started = true,
		.netdm = strcmp(s->health.sources[0].source, SOURCE_NAME_NETDM) == 0,
		.reasons = !(labels & LABEL_BIT(LABEL_REASON)) || has_reasons(s),
		.labels = labels,
	};
}

/* LABEL_BIT()s of the labels that a counter's drops are found by. */
static unsigned int labels_needed(const struct counter *c)
{
	unsigned int needed = c->scope == COUNTER_DEVICE ? LABEL_BIT(LABEL_DEVICE) : 0;

	for (size_t i = 0; i < c->n_points; i++) {
		const struct counter_point *p = &c->points[i];

		needed |= p->symbol ? LABEL_BIT(LABEL_SYMBOL) : 0;
		needed |= p->reason ? LABEL_BIT(LABEL_REASON) : 0;
		needed |= p->protocol ? LABEL_BIT(LABEL_PROTOCOL) : 0;
		needed |= p->transport ? LABEL_BIT(LABEL_TRANSPORT) : 0;
	}
	return needed;
}

static const char *problem_of_labels(unsigned int missing)
{
	if (missing & LABEL_BIT(LABEL_SYMBOL))
		return "series.labels omits symbol.";
	if (missing & LABEL_BIT(LABEL_REASON))
		return "series.labels omits reason.";
	if (missing & LABEL_BIT(LABEL_DEVICE))
		return "series.labels omits device.";
	if (missing & LABEL_BIT(LABEL_PROTOCOL))
		return "series.labels omits protocol.";
	return missing & LABEL_BIT(LABEL_TRANSPORT) ? "series.labels omits transport." : NULL;
}

const char *sight_problem(const struct sight *sight, const struct counter *c)
{
	const unsigned int needed = labels_needed(c);

	if (c->n_points == 0)
		return NULL;
	if (!sight->started)
		return "The source of drop events has not started.";
	if (sight->netdm && c->scope != COUNTER_HOST)
		return "netdm does not report the network namespace.";
	if (sight->netdm && needed & ~LABEL_BIT(LABEL_SYMBOL))
		return "netdm does not always report what these drops are found by.";
	if (!sight->reasons && needed & LABEL_BIT(LABEL_REASON))
		return "This kernel does not report drop reasons.";
	return problem_of_labels(needed & ~sight->labels);
}
