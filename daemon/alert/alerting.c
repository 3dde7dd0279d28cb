/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Place in the path: daemon.c's tick → alerts_evaluate() → journal_send(). Thread: main. */
#include "alert/alerting.h"

#include <errno.h>

#include "alert/journal.h"

struct alerting {
	struct alerts *alerts;
	struct journal *journal;
	uint64_t told_lost;			   /* journal_lost() when last asked */
	const char *told_state[CONFIG_ALERTS_MAX]; /* of each rule */
	struct alert buffer[ALERTS_AT_ONCE_MAX];   /* too large for the stack */
};

int alerting_new(const char *journal, struct config *c, struct alerting **ret, struct err *err)
{
	cleanup(alerting_freep) struct alerting *a = calloc(1, sizeof(*a));
	int r;

	if (!a)
		return err_set(err, -ENOMEM, "alerts: %m");
	a->alerts = alerts_new();
	if (!a->alerts || alerts_apply_config(a->alerts, c) < 0)
		return err_set(err, -ENOMEM, "alerts: %m");
	alerting_tell_changes(a, NULL, NULL);
	r = journal_open(journal, &a->journal, err);
	if (r < 0)
		return r;
	*ret = take(a);
	return 0;
}

int alerting_apply_config(struct alerting *a, struct config *c)
{
	int r = alerts_apply_config(a->alerts, c);

	alerting_tell_changes(a, NULL, NULL); /* the rules may stand in another order */
	return r;
}

static const char *state_of(const struct alert_rule_state *rule)
{
	if (rule->active)
		return "raised";
	return rule->rising ? "pending" : "quiet";
}

void alerting_tell_changes(struct alerting *a,
			   void (*tell)(const char *rule, const char *state, void *arg), void *arg)
{
	for (size_t i = 0; i < alerts_rules(a->alerts); i++) {
		const struct alert_rule_state rule = alerts_rule_state(a->alerts, i);
		const char *state = state_of(&rule);

		if (tell && a->told_state[i] != state)
			tell(rule.name, state, arg);
		a->told_state[i] = state;
	}
}

bool alerting_tick(struct alerting *a, const struct snapshot *s)
{
	/* Out of memory: the next tick sees the same growth. */
	int n = s ? alerts_evaluate(a->alerts, s, a->buffer) : 0;
	bool changed;

	for (int i = 0; i < n; i++)
		journal_send(a->journal, &a->buffer[i]);
	journal_flush(a->journal);
	changed = n > 0 || journal_lost(a->journal) != a->told_lost;
	a->told_lost = journal_lost(a->journal);
	return changed;
}

const struct alerts *alerting_rules(const struct alerting *a)
{
	return a->alerts;
}

uint64_t alerting_lost(const struct alerting *a)
{
	return journal_lost(a->journal);
}

struct alerting *alerting_free(struct alerting *a)
{
	if (!a)
		return NULL;
	journal_close(a->journal);
	alerts_free(a->alerts);
	free(a);
	return NULL;
}
