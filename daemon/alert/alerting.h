/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/*
 * The rules and the way to the journal as one thing, for the main loop to drive.
 */

#include <stdbool.h>

#include "alert/alert.h"
#include "base/err.h"

struct alerting;

/**
 * alerting_new() - with the rules of a config
 * @journal: the journal's socket, JOURNAL_SOCKET
 * @c: see alerts_apply_config()
 * @ret: set on success only
 * @err: what failed
 *
 * Return: 0 or a negative errno. Thread: main.
 */
int alerting_new(const char *journal, struct config *c, struct alerting **ret, struct err *err);

/** alerting_apply_config() - as alerts_apply_config(). Thread: main. */
int alerting_apply_config(struct alerting *a, struct config *c);

/**
 * alerting_tick() - hold the rules against a snapshot, tell the journal, try again what waited
 * @a: the alerting
 * @s: the latest snapshot, new or not; NULL is fine
 *
 * Return: whether what a scrape is told of alerts has changed.
 * Thread: main. Never blocks on the journal.
 */
bool alerting_tick(struct alerting *a, const struct snapshot *s);

/**
 * alerting_tell_changes() - which rules are in another state than at the last call
 * @a: the alerting
 * @tell: called with the rule's name and "quiet", "pending" or "raised"; NULL: only remember
 * @arg: for @tell
 *
 * Thread: main.
 */
void alerting_tell_changes(struct alerting *a,
			   void (*tell)(const char *rule, const char *state, void *arg), void *arg);

/** alerting_rules() - the rules, to tell a scrape of. Thread: main. */
const struct alerts *alerting_rules(const struct alerting *a);

/** alerting_lost() - see journal_lost(). Thread: main. */
uint64_t alerting_lost(const struct alerting *a);

/**
 * alerting_free() - try once more what waits for the journal, free
 * @a: may be NULL
 *
 * Return: NULL. Thread: main.
 */
struct alerting *alerting_free(struct alerting *a);

DEFINE_CLEANUP(struct alerting *, alerting_free);
