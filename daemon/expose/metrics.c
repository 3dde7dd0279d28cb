/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A snapshot as the text of a scrape, at the end of the data path, behind the slot. It runs
 * on the http thread, once for each snapshot. metrics_table.c says which metrics there are;
 * this file writes their samples. A metric without samples is omitted.
 *
 * Series have their labels as text (aggregate/labels.c), so a scrape only copies them and
 * formats numbers. tests/bench/render.c measures the cost.
 */
#include "expose/metrics.h"

#include <string.h>

static uint64_t value_at(const struct metric *m, const void *base)
{
	const char *at = (const char *)base + m->field;
	uint64_t value;
	bool flag;

	if (m->size == sizeof(flag)) {
		memcpy(&flag, at, sizeof(flag));
		return flag;
	}
	memcpy(&value, at, sizeof(value));
	return value;
}

/* A sample with one label, or without if its value is "". */
static void sample(struct promtext *t, const struct metric *m, const char *label, const char *text,
		   const void *base)
{
	promtext_sample(t, m->name);
	promtext_label(t, label, text);
	if (m->decimals)
		promtext_decimal(t, value_at(m, base), m->decimals);
	else
		promtext_value(t, value_at(m, base));
}

static void source_samples(struct promtext *t, const struct metric *m, const struct snapshot *s)
{
	for (size_t i = 0; i < s->health.n_sources; i++)
		sample(t, m, "source", s->health.sources[i].source, &s->health.sources[i]);
}

static void alert_samples(struct promtext *t, const struct metric *m, const struct status *s)
{
	for (size_t i = 0; i < s->n_alerts; i++)
		sample(t, m, "rule", s->alerts[i].rule, &s->alerts[i]);
}

static void origin_samples(struct promtext *t, const struct metric *m, const struct snapshot *s)
{
	for (enum drop_origin i = DROP_ORIGIN_SOFTWARE; i <= DROP_ORIGIN_HARDWARE; i++)
		sample(t, m, label_name(LABEL_ORIGIN), label_origin(i),
		       (const char *)s + i * sizeof(uint64_t));
}

static void series_samples(struct promtext *t, const struct metric *m, const struct snapshot *s,
			   enum drop_origin origin)
{
	const size_t name_len = strlen(m->name);

	for (size_t i = 0; i < s->n_rows; i++) {
		const struct drop_labels *labels = s->rows[i].labels;
		const uint64_t value = value_at(m, &s->rows[i]);

		if (labels->origin == origin && (value || !m->omit_zero))
			promtext_series(t, m->name, name_len, &labels->all, value);
	}
}

static void snapshot_samples(struct promtext *t, const struct metric *m, const struct snapshot *s)
{
	switch (m->home) {
	case HOME_SNAPSHOT:
		sample(t, m, "", "", s);
		break;
	case HOME_HEALTH:
		sample(t, m, "", "", &s->health);
		break;
	case HOME_SOURCES:
		source_samples(t, m, s);
		break;
	case HOME_ORIGINS:
		origin_samples(t, m, s);
		break;
	case HOME_SOFTWARE:
		series_samples(t, m, s, DROP_ORIGIN_SOFTWARE);
		break;
	case HOME_HARDWARE:
		series_samples(t, m, s, DROP_ORIGIN_HARDWARE);
		break;
	default:
		break;
	}
}

/* Counters start at 0; gauges need a reading. */
static void ledger_sample(struct promtext *t, const struct metric *m, const struct ledger *l)
{
	static const struct ledger none;

	if (!l)
		l = &none;
	if (l->time_ns || m->type == PROMTEXT_COUNTER)
		sample(t, m, "", "", l);
}

static void write_samples(struct promtext *t, const struct metric *m,
			  const struct metrics_input *in)
{
	if (m->samples)
		m->samples(t, m, in);
	else if (m->home == HOME_STATUS && in->status)
		sample(t, m, "", "", in->status);
	else if (m->home == HOME_ALERTS && in->status)
		alert_samples(t, m, in->status);
	else if (m->home == HOME_LEDGER)
		ledger_sample(t, m, in->ledger);
	else if (m->home == HOME_PROCESS && in->process)
		sample(t, m, "", "", in->process);
	else
		snapshot_samples(t, m, in->snapshot);
}

static void write_family(struct promtext *t, const struct metric *m, const struct metrics_input *in)
{
	const size_t before = t->out->len;
	size_t headed;

	promtext_family(t, m->name, m->type, m->help);
	headed = t->out->len;
	write_samples(t, m, in);
	if (t->out->len == headed)
		t->out->len = before;
}

void metrics_render(struct text *t, const struct metrics_input *in)
{
	struct promtext p = { .out = t };

	for (size_t i = 0; i < metrics_n; i++)
		write_family(&p, &metrics_table[i], in);
}
