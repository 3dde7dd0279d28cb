/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Place in the path: snapshot → alerts → journal.c, once a tick.
 *
 * Cost: a snapshot has up to a million rows and there are 64 rules, so globs are matched once per
 * label set and rule, not once per tick: bit r of a row's mask says that rule r matches it. Label
 * sets never change and their ids are small, which makes the cache an array. An id that was given
 * to another label set starts over. A tick then walks the rows and adds, for those that grew, the
 * growth to the rules in the mask. What a retired row had counted was added while it grew.
 *
 * Which label set is to blame: each row keeps a sum of its growth that fades within half a minute,
 * one for all rules; the matching row with the largest sum is named. That is the recent past and
 * not exactly each rule's window, for 4 bytes a row instead of a history each.
 *
 * Thread: main. It holds no reference on a snapshot between two calls, and one on the config, whose
 * texts the rules point into.
 */
#include "alert/alert.h"

#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "alert/rule.h"
#include "base/clock.h"
#include "base/utf8.h"

#define MEMORY_S    30.0 /* the time constant of row.recent */
#define RETIRED_MAX 256	 /* names whose totals are remembered after their rules went */

/* A label set, by its id. */
struct row {
	uint32_t born1; /* labels->born + 1; 0 = none yet */
	uint64_t total; /* packets, at the last tick */
	uint64_t mask;	/* bit r: rule r matches */
	float recent;	/* decaying sum of growth */
};

struct retired {
	char name[CONFIG_NAME_MAX];
	uint64_t raised_total;
};

struct alerts {
	struct config *config; /* a reference; NULL before the first */
	struct rule *rules;
	size_t n_rules;
	struct row *rows;
	size_t n_rows, room_rows;
	bool rules_changed;		      /* since the masks were made */
	uint64_t last_ns;		      /* of the last snapshot; 0 before the first */
	struct alert gone[CONFIG_ALERTS_MAX]; /* cleared by a reload, still to be told */
	size_t n_gone;
	struct retired retired[RETIRED_MAX]; /* a ring */
	size_t next_retired;
};

_Static_assert(CONFIG_ALERTS_MAX <= 64, "a bit each in row.mask");

struct alerts *alerts_new(void)
{
	return calloc(1, sizeof(struct alerts));
}

struct alerts *alerts_free(struct alerts *a)
{
	if (!a)
		return NULL;
	config_unref(a->config);
	free(a->rules);
	free(a->rows);
	free(a);
	return NULL;
}

/* ---- reload ---- */

static bool same_matches(const struct config_alert *a, const struct config_alert *b)
{
	if (a->n_matches != b->n_matches)
		return false;
	for (size_t i = 0; i < a->n_matches; i++)
		if (!config_match_same(&a->matches[i], &b->matches[i]))
			return false;
	return true;
}

static struct rule *find_rule(const struct alerts *a, const char *name)
{
	for (size_t i = 0; i < a->n_rules; i++)
		if (strcmp(a->rules[i].config.name, name) == 0)
			return &a->rules[i];
	return NULL;
}

static struct retired *find_retired(struct alerts *a, const char *name)
{
	for (size_t i = 0; i < RETIRED_MAX; i++)
		if (strcmp(a->retired[i].name, name) == 0)
			return &a->retired[i];
	return NULL;
}

/* A counter that is exported must not go back when its rule comes back. */
static void retire(struct alerts *a, const struct rule *r)
{
	struct retired *retired = find_retired(a, r->config.name);

	if (!retired) {
		retired = &a->retired[a->next_retired];
		a->next_retired = (a->next_retired + 1) % RETIRED_MAX;
	}
	memcpy(retired->name, r->config.name, sizeof(retired->name));
	retired->raised_total = r->raised_total;
}

/* Its clearing is told at the next evaluation. The list has room: a rule is only raised there. */
static void clear_gone(struct alerts *a, const struct rule *r)
{
	struct alert *gone;

	if (!r->active)
		return;
	assert(a->n_gone < CONFIG_ALERTS_MAX);
	gone = &a->gone[a->n_gone++];
	*gone = r->said;
	gone->state = ALERT_CLEARED;
	gone->rule_gone = true;
	gone->active_s = (a->last_ns - r->raised_ns) / NSEC_PER_SEC;
}

static void take_up_rule(struct alerts *a, struct rule *next, const struct config_alert *config)
{
	const struct rule *old = find_rule(a, config->name);
	const struct retired *retired = find_retired(a, config->name);

	if (old && same_matches(&old->config, config))
		*next = *old;
	else if (old)
		next->raised_total = old->raised_total;
	else if (retired)
		next->raised_total = retired->raised_total;
	if (config->window_s < next->config.window_s)
		history_shorten(&next->history, config->window_s, a->last_ns, next->total);
	next->config = *config;
	if (next->history.n == 0 && a->last_ns > 0) /* it counts from now on */
		history_add(&next->history, config->window_s, a->last_ns, 0);
}

/* Do the masks of all rows stay what they are? */
static bool same_rules(const struct alerts *a, const struct config *c)
{
	if (a->n_rules != c->n_alerts)
		return false;
	for (size_t i = 0; i < a->n_rules; i++)
		if (!same_matches(&a->rules[i].config, &c->alerts[i]))
			return false;
	return true;
}

int alerts_apply_config(struct alerts *a, struct config *c)
{
	struct rule *rules = calloc(c->n_alerts + 1, sizeof(*rules));

	if (!rules)
		return -ENOMEM;
	for (size_t i = 0; i < c->n_alerts; i++)
		take_up_rule(a, &rules[i], &c->alerts[i]);
	for (size_t i = 0; i < a->n_rules; i++) {
		const struct config_alert *next = NULL;

		for (size_t j = 0; j < c->n_alerts && !next; j++)
			if (strcmp(c->alerts[j].name, a->rules[i].config.name) == 0)
				next = &c->alerts[j];
		if (!next)
			retire(a, &a->rules[i]);
		if (!next || !same_matches(next, &a->rules[i].config))
			clear_gone(a, &a->rules[i]);
	}
	if (!same_rules(a, c))
		a->rules_changed = true;
	free(a->rules);
	a->rules = rules;
	a->n_rules = c->n_alerts;
	slot_value_ref(&c->value);
	config_unref(a->config);
	a->config = c;
	return 0;
}

/* ---- one tick: what grew ---- */

static bool rule_matches(const struct rule *r, const char *const texts[LABELS])
{
	if (r->config.n_matches == 0)
		return true;
	for (size_t i = 0; i < r->config.n_matches; i++)
		if (config_match_fits(&r->config.matches[i], texts, ""))
			return true;
	return false;
}

static uint64_t rules_mask(const struct alerts *a, const struct drop_labels *labels)
{
	const char *texts[LABELS];
	uint64_t mask = 0;

	snapshot_labels(labels, texts);
	for (size_t i = 0; i < a->n_rules; i++)
		mask |= (uint64_t)rule_matches(&a->rules[i], texts) << i;
	return mask;
}

/* Rows for all ids of the snapshot; new ones are zero. */
static int make_room(struct alerts *a, const struct snapshot *s)
{
	size_t n = a->n_rows, room = a->room_rows ? a->room_rows : 64;
	struct row *rows;

	for (size_t i = 0; i < s->n_rows; i++)
		if (s->rows[i].labels->id >= n)
			n = (size_t)s->rows[i].labels->id + 1;
	while (room < n)
		room *= 2;
	if (room != a->room_rows) {
		rows = reallocarray(a->rows, room, sizeof(*rows));
		if (!rows)
			return -ENOMEM;
		memset(rows + a->room_rows, 0, (room - a->room_rows) * sizeof(*rows));
		a->rows = rows;
		a->room_rows = room;
	}
	a->n_rows = n;
	return 0;
}

static void match_rows(struct alerts *a, const struct snapshot *s)
{
	for (size_t i = 0; i < s->n_rows; i++) {
		const struct drop_labels *labels = s->rows[i].labels;
		struct row *row = &a->rows[labels->id];
		const bool other_set = row->born1 != labels->born + 1;

		if (other_set)
			*row = (struct row){ .born1 = labels->born + 1 };
		if (other_set || a->rules_changed)
			row->mask = rules_mask(a, labels);
	}
	a->rules_changed = false;
}

static void add_growth(struct alerts *a, uint64_t mask, uint64_t growth)
{
	for (; mask; mask &= mask - 1)
		a->rules[__builtin_ctzll(mask)].total += growth;
}

static void add_rows(struct alerts *a, const struct snapshot *s)
{
	const bool first = a->last_ns == 0;
	double elapsed_s = first ? 0 : (double)(s->monotonic_ns - a->last_ns) / NSEC_PER_SEC;
	float keep = (float)(MEMORY_S / (MEMORY_S + elapsed_s));

	for (size_t i = 0; i < s->n_rows; i++) {
		struct row *row = &a->rows[s->rows[i].labels->id];
		uint64_t growth = s->rows[i].total - row->total;

		row->total = s->rows[i].total;
		if (first)
			continue;
		row->recent = row->recent * keep + (float)growth;
		if (growth)
			add_growth(a, row->mask, growth);
	}
}

/* ---- one tick: what it means ---- */

static const struct drop_labels *to_blame(const struct alerts *a, const struct snapshot *s,
					  size_t rule)
{
	const struct drop_labels *worst = NULL;
	float most = -1;

	for (size_t i = 0; i < s->n_rows; i++) {
		const struct row *row = &a->rows[s->rows[i].labels->id];

		if (!(row->mask >> rule & 1) || row->recent <= most)
			continue;
		worst = s->rows[i].labels;
		most = row->recent;
	}
	return worst;
}

static void set_labels(struct alert *alert, const struct drop_labels *l)
{
	for (enum label i = 0; l && i < LABELS; i++) {
		const char *text = snapshot_label(l, i);

		/* Cuts at the boundary of a character. */
		utf8_clean(alert->labels[i], sizeof(alert->labels[i]), text, strlen(text));
	}
}

static void name_culprit(const struct alerts *a, const struct snapshot *s, size_t rule,
			 struct alert *alert)
{
	struct rule *r = &a->rules[rule];

	if (alert->state != ALERT_CLEARED) {
		set_labels(alert, to_blame(a, s, rule));
		r->said = *alert;
		return;
	}
	memcpy(alert->labels, r->said.labels, sizeof(alert->labels));
}

/* One rule at one moment; is there something to be told? */
static bool evaluate_rule(const struct alerts *a, const struct snapshot *s, size_t rule,
			  struct alert *ret)
{
	if (!rule_tick(&a->rules[rule], s->monotonic_ns, ret))
		return false;
	name_culprit(a, s, rule, ret);
	return true;
}

int alerts_evaluate(struct alerts *a, const struct snapshot *s, struct alert *out)
{
	size_t n = a->n_gone;

	if (a->last_ns > 0 && s->monotonic_ns <= a->last_ns)
		return 0;
	if (make_room(a, s) < 0)
		return -ENOMEM;
	match_rows(a, s);
	add_rows(a, s);
	a->last_ns = s->monotonic_ns;
	memcpy(out, a->gone, n * sizeof(*out));
	a->n_gone = 0;
	for (size_t i = 0; i < a->n_rules; i++)
		n += evaluate_rule(a, s, i, &out[n]);
	return (int)n;
}

size_t alerts_rules(const struct alerts *a)
{
	return a->n_rules;
}

struct alert_rule_state alerts_rule_state(const struct alerts *a, size_t i)
{
	const struct rule *r = &a->rules[i];

	return (struct alert_rule_state){ .name = r->config.name,
					  .rising = r->rising,
					  .active = r->active,
					  .total = r->raised_total };
}
