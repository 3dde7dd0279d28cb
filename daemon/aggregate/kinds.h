/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/*
 * The kinds of drop events that were seen lately, and the row that each is
 * counted in. Two events are of one kind if nothing that labels come from
 * differs: so naming, cleaning and classing are done once a kind, not once an
 * event.
 */

#include <stdint.h>

#include "aggregate/hash.h"
#include "base/cleanup.h"
#include "source/drop_event.h"

struct kinds;

/** kinds_new() - none yet. Return: NULL when out of memory. Thread: main. */
struct kinds *kinds_new(void);

/**
 * kinds_find() - the row of an event's kind
 * @k: the kinds
 * @ev: any event
 * @kind: set in any case, for kinds_set()
 *
 * Return: the row, -1 if the kind is not known (any more). Thread: aggregator.
 */
int kinds_find(const struct kinds *k, const struct drop_event *ev, struct hash128 *kind);

/** kinds_set() - remember a kind's row; an older kind may give way to it. Thread: aggregator. */
void kinds_set(struct kinds *k, struct hash128 kind, int row);

/** kinds_forget() - forget them all: names or classes may have changed. Thread: aggregator. */
void kinds_forget(struct kinds *k);

/** kinds_free() - free; NULL is fine. Return: NULL. Thread: main. */
struct kinds *kinds_free(struct kinds *k);

DEFINE_CLEANUP(struct kinds *, kinds_free);
