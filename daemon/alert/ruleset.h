/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/*
 * All alert rules: they are evaluated with each snapshot and make alerts. This code opens nothing,
 * starts nothing and never reads the clock, so a test can play a day in a millisecond.
 */

#include <stddef.h>

#include "aggregate/snapshot.h"
#include "alert/alert.h"
#include "alert/rule.h"
#include "base/cleanup.h"
#include "ledger/ledger.h"

/* Each rule may be replaced by a reload, and the new one raised at once. */
#define RULESET_ALERTS_MAX (2 * CONFIG_ALERTS_MAX)

struct ruleset;

/** ruleset_new() - without any rule. Return: NULL when out of memory. Thread: main. */
struct ruleset *ruleset_new(void);

/**
 * ruleset_apply_config() - replace the rules by those of a config
 * @c: a reference is kept until the next call
 *
 * A rule is identified by its name. If its match or counter is the same as before, its state and
 * its history continue, under the new limits. Otherwise it starts again, and the next
 * ruleset_evaluate() clears it if it is raised. So does a rule on a counter when the ledger is
 * disabled.
 *
 * Return: 0, or -ENOMEM and the old rules stay. Thread: main.
 */
int ruleset_apply_config(struct ruleset *rs, struct config *c);

/**
 * ruleset_evaluate() - evaluate all rules with a snapshot and the latest reading of the counters
 * @s: later than all before, otherwise nothing happens
 * @l: may be NULL, or the same as before; rules on counters are evaluated if it is a new one
 * @ret: the alerts; valid until the next call
 *
 * Rules count from the first snapshot or reading on, which therefore raises nothing.
 *
 * Return: the number of alerts, or -ENOMEM. Thread: main.
 */
int ruleset_evaluate(struct ruleset *rs, const struct snapshot *s, const struct ledger *l,
		     const struct alert **ret);

/** ruleset_count() - the number of rules. Thread: main. */
size_t ruleset_count(const struct ruleset *rs);

/** ruleset_rule() - the i-th rule, i below ruleset_count(). Thread: main. */
const struct rule *ruleset_rule(const struct ruleset *rs, size_t i);

/**
 * ruleset_log_changes() - report each rule whose state differs from that at the last call
 * @log: called with the name of the rule and of its state
 *
 * Thread: main.
 */
void ruleset_log_changes(struct ruleset *rs,
			 void (*log)(const char *rule, const char *state, void *arg), void *arg);

/**
 * ruleset_free()
 * @rs: may be NULL
 *
 * Return: NULL. Thread: main.
 */
struct ruleset *ruleset_free(struct ruleset *rs);

DEFINE_CLEANUP(struct ruleset *, ruleset_free);
