/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "reporter.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "aggregate/snapshot.h"
#include "alert/journal.h"
#include "alert/ruleset.h"
#include "alert/status.h"
#include "base/clock.h"
#include "base/log.h"
#include "service/notify.h"
#include "service/status_line.h"
#include "source/source_log.h"

#define LINE_NS	       (NSEC_PER_SEC * 9 / 10) /* between two status lines, at least */
#define CHANGES_LOGGED 60		       /* of alert rules, a minute */

struct reporter {
	struct slot *snapshots; /* immutable */
	struct slot *ledger;	/* immutable */
	struct slot *status;	/* immutable */
	struct ruleset *rules;
	struct journal *journal;
	struct source_log sources[SOURCES_MAX];
	size_t n_sources;	    /* 0 before reporter_begin() */
	char line[STATUS_LINE_MAX]; /* as last sent */
	uint64_t line_ns;	    /* CLOCK_MONOTONIC of that */
	bool reload_ok;		    /* did the last load of the configuration succeed? */
	uint64_t reload_time_ns;    /* CLOCK_REALTIME of the last one that did */
	struct log_limit changes;   /* of alert rules */
};

static void publish_status(struct reporter *r)
{
	struct status *s = status_new(ruleset_count(r->rules));

	if (!s)
		return; /* the old one stays */
	s->reload_ok = r->reload_ok;
	s->reload_time_ns = r->reload_time_ns;
	s->journal_lost = journal_lost(r->journal);
	for (size_t i = 0; i < s->n_alerts; i++) {
		const struct rule *rule = ruleset_rule(r->rules, i);

		snprintf(s->alerts[i].rule, sizeof(s->alerts[i].rule), "%s", rule->config.name);
		s->alerts[i].active = rule->state == RULE_RAISED;
		s->alerts[i].total = rule->raised_total;
	}
	slot_publish(r->status, &s->value);
}

/* ---- each snapshot ---- */

static void log_alert_change(const char *rule, const char *state, void *arg)
{
	struct reporter *r = arg;

	if (log_limit_ok(&r->changes, clock_monotonic_ns()))
		log_debug("alert %s: %s", rule, state);
}

static void check_alerts(struct reporter *r, const struct snapshot *s)
{
	cleanup(ledger_unrefp) struct ledger *l = ledger_get(r->ledger);
	const uint64_t lost = journal_lost(r->journal);
	const struct alert *alerts = NULL;
	/* Out of memory: the next tick sees the same growth. */
	const int n = ruleset_evaluate(r->rules, s, l, &alerts);

	for (int i = 0; i < n; i++)
		journal_send(r->journal, &alerts[i]);
	journal_flush(r->journal);
	if (n > 0 || journal_lost(r->journal) != lost)
		publish_status(r);
	ruleset_log_changes(r->rules, log_alert_change, r);
}

static void log_sources(struct reporter *r, const struct snapshot *s)
{
	for (size_t i = 0; i < r->n_sources; i++)
		source_log_changes(&r->sources[i], &s->health.sources[i], clock_monotonic_ns());
}

/* Return: whether the line has changed. */
static bool renew_line(struct reporter *r, const struct snapshot *snapshot)
{
	cleanup(status_unrefp) struct status *status = status_get(r->status);
	char line[STATUS_LINE_MAX];

	status_line(snapshot, status, line);
	if (strcmp(line, r->line) == 0)
		return false;
	memcpy(r->line, line, sizeof(line));
	r->line_ns = clock_monotonic_ns();
	return true;
}

/* Without the source of hardware drops there is still something to count. */
static bool has_broken(const struct source_stats *software)
{
	if (!software->ended || software->finished)
		return false;
	log_error("source %s: %s; exiting so that systemd restarts dropwatchd", software->source,
		  software->trouble);
	return true;
}

bool reporter_tick(struct reporter *r)
{
	cleanup(snapshot_unrefp) struct snapshot *s = snapshot_get(r->snapshots);

	check_alerts(r, s);
	log_sources(r, s);
	if (clock_monotonic_ns() - r->line_ns >= LINE_NS && renew_line(r, s))
		notify_status(r->line);
	return has_broken(&s->health.sources[0]);
}

void reporter_begin(struct reporter *r)
{
	cleanup(snapshot_unrefp) struct snapshot *s = snapshot_get(r->snapshots);

	check_alerts(r, s);
	r->n_sources = s->health.n_sources;
	for (size_t i = 0; i < r->n_sources; i++)
		source_log_init(&r->sources[i], &s->health.sources[i]);
}

void reporter_end(struct reporter *r)
{
	cleanup(snapshot_unrefp) struct snapshot *s = r ? snapshot_get(r->snapshots) : NULL;

	if (s)
		log_sources(r, s);
}

const char *reporter_line(struct reporter *r)
{
	cleanup(snapshot_unrefp) struct snapshot *s = snapshot_get(r->snapshots);

	renew_line(r, s);
	return r->line;
}

/* ---- reload ---- */

int reporter_reloaded(struct reporter *r, struct config *c)
{
	int code = 0;

	r->reload_ok = c;
	if (c) {
		r->reload_time_ns = c->loaded_ns;
		code = ruleset_apply_config(r->rules, c);
	}
	publish_status(r);
	return code;
}

int reporter_new(struct config *c, struct slot *snapshots, struct slot *ledger, struct slot *status,
		 struct reporter **ret, struct err *err)
{
	cleanup(reporter_freep) struct reporter *r = calloc(1, sizeof(*r));
	int code;

	if (!r)
		return err_set(err, -ENOMEM, "alerts: %m");
	r->snapshots = snapshots;
	r->ledger = ledger;
	r->status = status;
	r->changes.burst = CHANGES_LOGGED;
	r->rules = ruleset_new();
	if (!r->rules || ruleset_apply_config(r->rules, c) < 0)
		return err_set(err, -ENOMEM, "alerts: %m");
	code = journal_open(JOURNAL_SOCKET, &r->journal, err);
	if (code < 0)
		return code;
	r->reload_ok = true;
	r->reload_time_ns = c->loaded_ns;
	publish_status(r);
	*ret = take(r);
	return 0;
}

struct reporter *reporter_free(struct reporter *r)
{
	if (!r)
		return NULL;
	journal_close(r->journal);
	ruleset_free(r->rules);
	free(r);
	return NULL;
}
