/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Place in the path: beside journal.c, which sends what is made here.
 *
 * Field names are an interface like metric names: journalctl DROPWATCH_RULE=x, and the catalog's
 * @DROPWATCH_RULE@. A field that is unknown is left out, so that the catalog must not ask for it:
 * journalctl would print the bare name. A hint there is always, if need be one of our own.
 */
#include "alert/entry.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* A growing text; what does not fit is cut, as of bounded parts it cannot be. */
struct out {
	char *buf;
	size_t size, used;
};

static void add(struct out *o, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

static void add(struct out *o, const char *fmt, ...)
{
	size_t room = o->size - o->used;
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(o->buf + o->used, room, fmt, ap);
	va_end(ap);
	if (n > 0)
		o->used += (size_t)n < room ? (size_t)n : room - 1;
}

/* 90 s, 12 min, 3 h */
static void add_span(struct out *o, uint64_t seconds)
{
	if (seconds < 120)
		add(o, "%" PRIu64 " s", seconds);
	else if (seconds < 7200)
		add(o, "%" PRIu64 " min", seconds / 60);
	else
		add(o, "%" PRIu64 " h", seconds / 3600);
}

static void add_value(struct out *o, const struct alert *a)
{
	if (a->unit == ALERT_COUNT)
		add(o, "%" PRIu64 " packet%s dropped within ", a->count, a->count == 1 ? "" : "s");
	else
		add(o, "%.4g packets dropped per second over ", a->rate);
	add_span(o, a->window_s);
}

/* Where lately most was dropped, as far as the configured labels tell. */
static void add_labels(struct out *o, const struct alert *a)
{
	const struct {
		const char *first, *later, *value;
	} labels[] = {
		{ "; lately most at", NULL, a->labels[LABEL_SYMBOL] },
		{ "; lately most with reason", ", reason", a->labels[LABEL_REASON] },
		{ "; lately most on device", ", device", a->labels[LABEL_DEVICE] },
	};
	bool first = true;

	for (size_t i = 0; i < sizeof(labels) / sizeof(labels[0]); i++) {
		if (!labels[i].value[0])
			continue;
		add(o, "%s %s", first ? labels[i].first : labels[i].later, labels[i].value);
		first = false;
	}
}

static void add_cleared(struct out *o, const struct alert *a)
{
	add(o, "Cleared %s after ", a->rule);
	add_span(o, a->active_s);
	if (a->rule_gone) {
		add(o, ": a reload removed the rule or changed what it matches");
		return;
	}
	add(o, ": ");
	add_value(o, a);
	add(o, ", below %.4g", a->limit);
}

void alert_sentence(const struct alert *a, char *buf)
{
	struct out o = { buf, ALERT_SENTENCE_MAX, 0 };

	buf[0] = '\0';
	if (a->state == ALERT_CLEARED) {
		add_cleared(&o, a);
		return;
	}
	add(&o, "%s %s: ", a->state == ALERT_RAISED ? "Raised" : "Still raised", a->rule);
	add_value(&o, a);
	add(&o, ", the limit is %.4g", a->limit);
	if (a->state == ALERT_REPEATED) {
		add(&o, ", for ");
		add_span(&o, a->active_s);
	}
	add_labels(&o, a);
}

/* NAME=value; no value here holds a newline: texts come from utf8_clean() or the config's parser.
 */
static void add_text(struct out *o, const char *name, const char *value)
{
	if (*value)
		add(o, "%s=%s\n", name, value);
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
	struct out o = { buf, ALERT_ENTRY_MAX, 0 };
	char sentence[ALERT_SENTENCE_MAX];

	alert_sentence(a, sentence);
	add(&o, "MESSAGE=%s\n", sentence);
	add(&o, "MESSAGE_ID=%s\n", a->state == ALERT_CLEARED ? ALERT_CLEARED_ID : ALERT_RAISED_ID);
	/* An end is no trouble: notice at most. */
	add(&o, "PRIORITY=%d\n", a->state == ALERT_CLEARED && a->priority < 5 ? 5 : a->priority);
	add_text(&o, "SYSLOG_IDENTIFIER", "dropwatchd");
	add_text(&o, "DROPWATCH_RULE", a->rule);
	add_text(&o, "DROPWATCH_STATE", states[a->state]);
	for (enum label i = 0; i < LABELS; i++)
		add_text(&o, label_fields[i], a->labels[i]);
	add(&o, "DROPWATCH_RATE=%.6g\n", a->rate);
	add(&o, "DROPWATCH_COUNT=%" PRIu64 "\n", a->count);
	add_text(&o, "DROPWATCH_UNIT", units[a->unit]);
	add(&o, "DROPWATCH_LIMIT=%.6g\n", a->limit);
	add(&o, "DROPWATCH_WINDOW=%" PRIu32 "\n", a->window_s);
	add(&o, "DROPWATCH_ACTIVE=%" PRIu64 "\n", a->active_s);
	add_text(&o, "DROPWATCH_HINT", *a->hint ? a->hint : no_hint);
	return o.used;
}
