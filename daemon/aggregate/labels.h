/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/*
 * The label store: label sets, and each distinct text once. It only grows, nothing in it moves or
 * changes, and it lives as long as the series table or any snapshot holds a reference: so snapshots
 * point into it instead of copying. The series table replaces it with a new one when too many of
 * its sets are retired.
 */

#include <stddef.h>
#include <stdint.h>

#include "base/cleanup.h"
#include "base/label.h"

/*
 * One label set. Made once, never changed, alive as long as any snapshot that shows it. Texts are
 * clean UTF-8, not escaped; "" = unknown or not configured, and then the label is left out.
 */
struct drop_labels {
	uint32_t id;	    /* small, for arrays; given to another set when this one is retired */
	uint32_t born;	    /* id and born together are given only once */
	uint8_t origin;	    /* enum drop_origin */
	uint8_t drop_class; /* enum drop_class */
	const char *text[LABEL_TEXTS];
	struct label_text all; /* of the configured labels */
};

struct label_store;

/**
 * label_store_new() - an empty store, one reference
 * @shown: LABEL_BIT()s of the labels that scrapes show; matters for origin and class only, since
 *	the others are "" if they are not shown
 *
 * Return: the store, NULL when out of memory. Thread: aggregator.
 */
struct label_store *label_store_new(unsigned int shown);

/**
 * label_store_text() - the one copy of a text
 * @store: the store
 * @text: clean UTF-8
 *
 * Return: the copy: equal texts yield the same pointer, "" a constant. NULL when out of memory.
 * Thread: aggregator.
 */
const char *label_store_text(struct label_store *store, const char *text);

/** label_store_find() - the copy of a text, NULL if there is none. Thread: aggregator. */
const char *label_store_find(const struct label_store *store, const char *text);

/**
 * label_store_add() - one more label set
 * @store: the store
 * @labels: its texts are interned; the text of all of them is made here
 *
 * Return: the stored set, NULL when out of memory. Thread: aggregator.
 */
const struct drop_labels *label_store_add(struct label_store *store,
					  const struct drop_labels *labels);

/** label_store_ref() - one more reference. Return: @store. Thread: aggregator. */
struct label_store *label_store_ref(struct label_store *store);

/**
 * label_store_unref() - give a reference back
 * @store: may be NULL
 *
 * Return: NULL. Thread: any.
 */
struct label_store *label_store_unref(struct label_store *store);

DEFINE_CLEANUP(struct label_store *, label_store_unref);
