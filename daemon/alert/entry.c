/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Place in the path: beside journal.c, which sends what is made here.
 *
 * Field names are an interface like metric names: journalctl DROPWATCH_RULE=x, and the catalog's
 * @DROPWATCH_RULE@. An unknown field is omitted. The catalog must not use such a field, since
 * journalctl would print the bare name. The hint is always present.
 */
#include "alert/entry.h"

#include <inttypes.h>

#include "base/line.h"

/* 90 s, 12 min, 3 h */
static void add_span(struct line *o, uint64_t seconds)
{
	if (seconds < 120)
		line_add(o, "%" PRIu64 " s", seconds);
	else if (seconds < 7200)
		line_add(o, "%" PRIu64 " min", seconds / 60);
	else
		line_add(o, "%" PRIu64 " h", seconds / 3600);
}

static void add_value(struct line *o, const struct alert *a)
{
	if (*a->counter && a->unit == ALERT_COUNT)
		line_add(o, "%s grew by %" PRIu64 " within ", a->counter, a->count);
	else if (*a->counter)
		line_add(o, "%s grew by %.4g per second over ", a->counter, a->rate);
	else if (a->unit == ALERT_COUNT)
		line_add(o, "%" PRIu64 " packet%s dropped within ", a->count,
			 a->count == 1 ? "" : "s");
	else
		line_add(o, "%.4g packets dropped per second over ", a->rate);
	add_span(o, a->window_s);
}

/* Where most was dropped recently, as far as the configured labels say. */
static void add_labels(struct line *o, const struct alert *a)
{
	const struct {
		const char *first, *later, *value;
	} labels[] = {
		{ "; mainly at", NULL, a->labels[LABEL_SYMBOL] },
		{ "; mainly with reason", ", reason", a->labels[LABEL_REASON] },
		{ "; mainly on device", ", device", a->labels[LABEL_DEVICE] },
	};
	bool first = true;

	for (size_t i = 0; i < sizeof(labels) / sizeof(labels[0]); i++) {
		if (!labels[i].value[0])
			continue;
		line_add(o, "%s %s", first ? labels[i].first : labels[i].later, labels[i].value);
		first = false;
	}
}

static void add_cleared(struct line *o, const struct alert *a)
{
	line_add(o, "Cleared %s after ", a->rule);
	add_span(o, a->active_s);
	if (a->rule_gone) {
		line_add(o, ": a reload removed the rule%s",
			 *a->counter ? ", changed what it watches, or disabled the ledger"
				     : " or changed what it matches");
		return;
	}
	line_add(o, ": ");
	add_value(o, a);
	line_add(o, ", below %.4g", a->limit);
}

void alert_sentence(const struct alert *a, char *buf)
{
	struct line o;

	line_init(&o, buf, ALERT_SENTENCE_MAX);
	if (a->state == ALERT_CLEARED) {
		add_cleared(&o, a);
		return;
	}
	line_add(&o, "%s %s: ", a->state == ALERT_RAISED ? "Raised" : "Still raised", a->rule);
	add_value(&o, a);
	line_add(&o, ", the limit is %.4g", a->limit);
	if (a->state == ALERT_REPEATED) {
		line_add(&o, ", for ");
		add_span(&o, a->active_s);
	}
	add_labels(&o, a);
}

/* NAME=value. No value contains a newline: texts come from utf8_clean() or the config's parser. */
static void add_field(struct line *o, const char *name, const char *value)
{
	if (*value)
		line_add(o, "%s=%s\n", name, value);
}

static const char *const label_fields[LABELS] = {
	[LABEL_SYMBOL] = "DROPWATCH_SYMBOL",	 [LABEL_REASON] = "DROPWATCH_REASON",
	[LABEL_DEVICE] = "DROPWATCH_DEVICE",	 [LABEL_IN_DEVICE] = "DROPWATCH_IN_DEVICE",
	[LABEL_PROTOCOL] = "DROPWATCH_PROTOCOL", [LABEL_TRANSPORT] = "DROPWATCH_TRANSPORT",
	[LABEL_ORIGIN] = "DROPWATCH_ORIGIN",	 [LABEL_CLASS] = "DROPWATCH_CLASS",
};

size_t alert_entry(const struct alert *a, char *buf)
{
	static const char *const states[] = { "raised", "repeated", "cleared" };
	static const char *const units[] = { "rate", "count" };
	static const char no_hint[] =
		"the status page of dropwatchd, which explains each drop point";
	char sentence[ALERT_SENTENCE_MAX];
	struct line o;

	line_init(&o, buf, ALERT_ENTRY_MAX);
	alert_sentence(a, sentence);
	line_add(&o, "MESSAGE=%s\n", sentence);
	line_add(&o, "MESSAGE_ID=%s\n",
		 a->state == ALERT_CLEARED ? ALERT_CLEARED_ID : ALERT_RAISED_ID);
	/* The end of an alert is a notice at most. */
	line_add(&o, "PRIORITY=%d\n",
		 a->state == ALERT_CLEARED && a->priority < 5 ? 5 : a->priority);
	add_field(&o, "SYSLOG_IDENTIFIER", "dropwatchd");
	add_field(&o, "DROPWATCH_RULE", a->rule);
	add_field(&o, "DROPWATCH_STATE", states[a->state]);
	add_field(&o, "DROPWATCH_COUNTER", a->counter);
	for (enum label i = 0; i < LABELS; i++)
		add_field(&o, label_fields[i], a->labels[i]);
	line_add(&o, "DROPWATCH_RATE=%.6g\n", a->rate);
	line_add(&o, "DROPWATCH_COUNT=%" PRIu64 "\n", a->count);
	add_field(&o, "DROPWATCH_UNIT", units[a->unit]);
	line_add(&o, "DROPWATCH_LIMIT=%.6g\n", a->limit);
	line_add(&o, "DROPWATCH_WINDOW=%" PRIu32 "\n", a->window_s);
	line_add(&o, "DROPWATCH_ACTIVE=%" PRIu64 "\n", a->active_s);
	add_field(&o, "DROPWATCH_HINT", *a->hint ? a->hint : no_hint);
	return o.len;
}
