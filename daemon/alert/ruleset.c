/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Place in the path: snapshot → alerts → journal.c, once a tick.
 *
 * A rule that watches a counter of the kernel is evaluated only when there is a new reading, at the
 * time of that reading, between two of which nothing is known of it.
 *
 * Cost: a snapshot has up to a million rows, and there are up to 64 rules. Globs are therefore
 * matched once per label set and rule, not once per tick: bit r of a row's mask says that rule r
 * matches it. Label sets never change and their ids are small, which makes the masks an array. When
 * an id is given to another label set, its mask is made again. A tick then walks the rows and adds
 * the growth of each to the rules in its mask. What a retired row had counted was added while it
 * grew.
 *
 * The label set in an alert: each row keeps a sum of its growth that decays within half a minute,
 * one for all rules; the matching row with the largest sum is named. That is the recent past and
 * not exactly each rule's window, for 4 bytes a row instead of a history each.
 *
 * Thread: main. It keeps no snapshot between two calls. It keeps the config, whose texts the rules
 * point into.
 */
#include "alert/ruleset.h"

#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "alert/counter_growth.h"
#include "base/array.h"
#include "base/clock.h"
#include "base/utf8.h"

/* A label set, by its id. */
struct row {
	uint32_t born1; /* labels->born + 1; 0 = none yet */
	uint64_t total; /* packets, at the last tick */
	uint64_t mask;	/* bit r: rule r matches */
	float recent;	/* decaying sum of growth */
};

struct ruleset {
	struct config *config; /* a reference; NULL before the first */
	struct rule *rules;
	size_t n_rules;
	struct row *rows;
	size_t room_rows;
	bool rules_changed;		/* since the masks were made */
	uint64_t last_ns;		/* of the last snapshot; 0 before the first */
	struct counter_growth counters; /* of the kernel */
	struct alert alerts[RULESET_ALERTS_MAX];
	size_t n_gone; /* alerts of rules that a reload removed; they come first */
};

_Static_assert(CONFIG_ALERTS_MAX <= 64, "a bit each in row.mask");

struct ruleset *ruleset_new(void)
{
	return calloc(1, sizeof(struct ruleset));
}

struct ruleset *ruleset_free(struct ruleset *rs)
{
	if (!rs)
		return NULL;
	config_unref(rs->config);
	counter_growth_reset(&rs->counters);
	free(rs->rules);
	free(rs->rows);
	free(rs);
	return NULL;
}

size_t ruleset_count(const struct ruleset *rs)
{
	return rs->n_rules;
}

const struct rule *ruleset_rule(const struct ruleset *rs, size_t i)
{
	return &rs->rules[i];
}

/* Until when its total is known. */
static uint64_t rule_now_ns(const struct ruleset *rs, const struct config_alert *config)
{
	return config->counter ? rs->counters.time_ns : rs->last_ns;
}

/* ---- reload ---- */

static bool has_readings(const struct config *c)
{
	return c && c->ledger.enabled;
}

static bool same_matches(const struct config_alert *a, const struct config_alert *b)
{
	if (a->n_matches != b->n_matches || a->counter != b->counter)
		return false;
	for (size_t i = 0; i < a->n_matches; i++)
		if (!config_match_same(&a->matches[i], &b->matches[i]))
			return false;
	return true;
}

static const struct rule *find_rule(const struct ruleset *rs, const char *name)
{
	for (size_t i = 0; i < rs->n_rules; i++)
		if (strcmp(rs->rules[i].config.name, name) == 0)
			return &rs->rules[i];
	return NULL;
}

static const struct config_alert *find_config(const struct config *c, const char *name)
{
	for (size_t i = 0; i < c->n_alerts; i++)
		if (strcmp(c->alerts[i].name, name) == 0)
			return &c->alerts[i];
	return NULL;
}

/* The next evaluation returns it. There is room, since only an evaluation raises rules. */
static void clear_gone(struct ruleset *rs, const struct rule *r)
{
	struct alert *gone;

	if (r->state != RULE_RAISED)
		return;
	assert(rs->n_gone < CONFIG_ALERTS_MAX);
	gone = &rs->alerts[rs->n_gone++];
	*gone = r->last_alert;
	gone->state = ALERT_CLEARED;
	gone->rule_gone = true;
	gone->active_s = (rule_now_ns(rs, &r->config) - r->since_ns) / NSEC_PER_SEC;
}

/* Does a rule go on as before? Without readings, nothing is known of a counter. */
static bool goes_on(const struct config_alert *old, const struct config_alert *next,
		    const struct config *c)
{
	return same_matches(old, next) && (!next->counter || has_readings(c));
}

static void clear_all_gone(struct ruleset *rs, const struct config *c)
{
	for (size_t i = 0; i < rs->n_rules; i++) {
		const struct rule *r = &rs->rules[i];
		const struct config_alert *next = find_config(c, r->config.name);

		if (!next || !goes_on(&r->config, next, c))
			clear_gone(rs, r);
	}
}

static void set_up_rule(const struct ruleset *rs, struct rule *next,
			const struct config_alert *config, const struct config *c)
{
	const struct rule *old = find_rule(rs, config->name);
	const uint64_t now_ns = rule_now_ns(rs, config);

	if (old && goes_on(&old->config, config, c))
		*next = *old;
	else if (old)
		next->raised_total = old->raised_total;
	if (config->window_s < next->config.window_s)
		history_shorten(&next->history, config->window_s, now_ns, next->total);
	next->config = *config;
	if (next->history.n == 0 && now_ns > 0) /* it counts from now on */
		history_add(&next->history, config->window_s, now_ns, 0);
	next->logged_state = next->state;
}

/* Do the masks of all rows remain valid? */
static bool same_rules(const struct ruleset *rs, const struct config *c)
{
	if (rs->n_rules != c->n_alerts)
		return false;
	for (size_t i = 0; i < rs->n_rules; i++)
		if (!same_matches(&rs->rules[i].config, &c->alerts[i]))
			return false;
	return true;
}

int ruleset_apply_config(struct ruleset *rs, struct config *c)
{
	struct rule *rules = calloc(c->n_alerts + 1, sizeof(*rules));

	if (!rules)
		return -ENOMEM;
	for (size_t i = 0; i < c->n_alerts; i++)
		set_up_rule(rs, &rules[i], &c->alerts[i], c);
	clear_all_gone(rs, c);
	if (!has_readings(c))
		counter_growth_reset(&rs->counters);
	if (!same_rules(rs, c))
		rs->rules_changed = true;
	free(rs->rules);
	rs->rules = rules;
	rs->n_rules = c->n_alerts;
	slot_value_ref(&c->value);
	config_unref(rs->config);
	rs->config = c;
	return 0;
}

/* ---- one tick: what grew ---- */

static bool rule_matches(const struct rule *r, const char *const texts[LABELS])
{
	if (r->config.n_matches == 0)
		return !r->config.counter;
	for (size_t i = 0; i < r->config.n_matches; i++)
		if (config_match_fits(&r->config.matches[i], texts, ""))
			return true;
	return false;
}

static uint64_t rules_mask(const struct ruleset *rs, const struct drop_labels *labels)
{
	const char *texts[LABELS];
	uint64_t mask = 0;

	drop_labels_texts(labels, texts);
	for (size_t i = 0; i < rs->n_rules; i++)
		mask |= (uint64_t)rule_matches(&rs->rules[i], texts) << i;
	return mask;
}

/* Rows for all ids of the snapshot. */
static int make_row_room(struct ruleset *rs, const struct snapshot *s)
{
	const size_t needed = snapshot_ids(s);
	struct row *rows;

	if (needed <= rs->room_rows)
		return 0;
	rows = array_grow_zero(rs->rows, &rs->room_rows, needed, sizeof(*rows));
	if (!rows)
		return -ENOMEM;
	rs->rows = rows;
	return 0;
}

static void match_rows(struct ruleset *rs, const struct snapshot *s)
{
	for (size_t i = 0; i < s->n_rows; i++) {
		const struct drop_labels *labels = s->rows[i].labels;
		struct row *row = &rs->rows[labels->id];
		const bool other_set = row->born1 != labels->born + 1;

		if (other_set)
			*row = (struct row){ .born1 = labels->born + 1 };
		if (other_set || rs->rules_changed)
			row->mask = rules_mask(rs, labels);
	}
	rs->rules_changed = false;
}

static void add_growth(struct ruleset *rs, uint64_t mask, uint64_t growth)
{
	for (; mask; mask &= mask - 1)
		rs->rules[__builtin_ctzll(mask)].total += growth;
}

static void add_rows(struct ruleset *rs, const struct snapshot *s)
{
	const bool first = rs->last_ns == 0;
	const float keep = history_fade(s->monotonic_ns - rs->last_ns);

	for (size_t i = 0; i < s->n_rows; i++) {
		struct row *row = &rs->rows[s->rows[i].labels->id];
		uint64_t growth = s->rows[i].total - row->total;

		row->total = s->rows[i].total;
		if (first)
			continue;
		row->recent = row->recent * keep + (float)growth;
		if (growth)
			add_growth(rs, row->mask, growth);
	}
}

static void add_counters(struct ruleset *rs)
{
	for (size_t i = 0; i < rs->n_rules; i++) {
		struct rule *r = &rs->rules[i];

		if (r->config.counter)
			r->total += counter_growth_of(&rs->counters, r->config.counter);
	}
}

/* ---- one tick: what it means ---- */

/* The label set that rule i names. */
static const struct drop_labels *find_worst(const struct ruleset *rs, const struct snapshot *s,
					    size_t i)
{
	const struct drop_labels *worst = NULL;
	float most = -1;

	for (size_t k = 0; k < s->n_rows; k++) {
		const struct row *row = &rs->rows[s->rows[k].labels->id];

		if (!(row->mask >> i & 1) || row->recent <= most)
			continue;
		worst = s->rows[k].labels;
		most = row->recent;
	}
	return worst;
}

static void set_labels(struct alert *alert, const struct drop_labels *l)
{
	const char *texts[LABELS];

	if (!l)
		return;
	drop_labels_texts(l, texts);
	for (enum label i = 0; i < LABELS; i++) /* cuts at the boundary of a character */
		utf8_clean(alert->labels[i], sizeof(alert->labels[i]), texts[i], strlen(texts[i]));
}

static void set_device(struct alert *alert, const char *device)
{
	snprintf(alert->labels[LABEL_DEVICE], sizeof(alert->labels[LABEL_DEVICE]), "%s", device);
}

/* Rule i at one moment; returns whether there is an alert. */
static bool evaluate_rule(struct ruleset *rs, const struct snapshot *s, size_t i, struct alert *ret)
{
	struct rule *r = &rs->rules[i];
	const struct counter *counter = r->config.counter;

	if (!rule_tick(r, rule_now_ns(rs, &r->config), ret))
		return false;
	if (ret->state == ALERT_CLEARED) {
		memcpy(ret->labels, r->last_alert.labels, sizeof(ret->labels));
		return true;
	}
	if (counter)
		set_device(ret, counter_growth_device(&rs->counters, counter));
	else
		set_labels(ret, find_worst(rs, s, i));
	r->last_alert = *ret;
	return true;
}

int ruleset_evaluate(struct ruleset *rs, const struct snapshot *s, const struct ledger *l,
		     const struct alert **ret)
{
	size_t n = rs->n_gone;
	int is_read;

	*ret = rs->alerts;
	if (rs->last_ns > 0 && s->monotonic_ns <= rs->last_ns)
		return 0;
	if (make_row_room(rs, s) < 0)
		return -ENOMEM;
	is_read = counter_growth_add(&rs->counters, has_readings(rs->config) ? l : NULL);
	if (is_read < 0)
		return is_read;
	match_rows(rs, s);
	add_rows(rs, s);
	if (is_read)
		add_counters(rs);
	rs->last_ns = s->monotonic_ns;
	rs->n_gone = 0;
	for (size_t i = 0; i < rs->n_rules; i++)
		if (is_read || !rs->rules[i].config.counter)
			n += evaluate_rule(rs, s, i, &rs->alerts[n]);
	return (int)n;
}

void ruleset_log_changes(struct ruleset *rs,
			 void (*log)(const char *rule, const char *state, void *arg), void *arg)
{
	static const char *const names[] = {
		[RULE_QUIET] = "quiet",
		[RULE_PENDING] = "pending",
		[RULE_RAISED] = "raised",
	};

	for (size_t i = 0; i < rs->n_rules; i++) {
		struct rule *r = &rs->rules[i];

		if (r->logged_state != r->state)
			log(r->config.name, names[r->state], arg);
		r->logged_state = r->state;
	}
}
