/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/*
 * The rows of the kinds of drops that were counted recently. Two drops are of one kind if nothing
 * that labels come from differs, so a kind is named once instead of each of its events.
 */

#include <stdint.h>

#include "base/cleanup.h"
#include "base/hash.h"
#include "source/drop_event.h"

struct row_cache;

/** row_cache_new() - an empty cache. Return: NULL when out of memory. Thread: main. */
struct row_cache *row_cache_new(void);

/**
 * row_cache_kind() - the kind of a drop
 * @c: its secret key is used, so that nobody can make two kinds look alike
 * @ev: the drop
 *
 * Return: equal for equal kinds only. Thread: aggregator.
 */
struct hash128 row_cache_kind(const struct row_cache *c, const struct drop_event *ev);

/** row_cache_find() - the row of a kind; -1 if it is not known (any more). Thread: aggregator. */
int row_cache_find(const struct row_cache *c, struct hash128 kind);

/**
 * row_cache_set() - remember the row of a kind
 * @c: forgets all other kinds if there are 16,384 of them, and this one when out of memory
 * @kind: not known yet
 * @row: not negative
 *
 * Thread: aggregator.
 */
void row_cache_set(struct row_cache *c, struct hash128 kind, int row);

/** row_cache_clear() - forget all kinds: names or classes may have changed. Thread: aggregator. */
void row_cache_clear(struct row_cache *c);

/** row_cache_free() - free; NULL is fine. Return: NULL. Thread: main. */
struct row_cache *row_cache_free(struct row_cache *c);

DEFINE_CLEANUP(struct row_cache *, row_cache_free);
