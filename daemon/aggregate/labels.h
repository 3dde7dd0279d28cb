/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/*
 * The label store: label sets, and each distinct text once. It only grows, nothing in it moves or
 * changes, and it lives as long as the series table or any snapshot has a reference. So snapshots
 * point into it instead of copying. The series table replaces it when too many of its sets are
 * retired.
 */

#include <stddef.h>
#include <stdint.h>

#include "base/cleanup.h"
#include "base/label.h"

/*
 * One label set. It never changes and lives as long as any snapshot that shows it. Texts are valid
 * UTF-8, not escaped; a label that is unknown or not configured is "" and is left out.
 */
struct drop_labels {
	uint32_t id;	    /* small, for arrays; used again after this set is retired */
	uint32_t born;	    /* id and born together are unique */
	uint8_t origin;	    /* enum drop_origin */
	uint8_t drop_class; /* enum drop_class */
	const char *text[LABEL_TEXTS];
	struct label_text all; /* of the configured labels */
};

/** drop_labels_texts() - the texts of all labels, whatever their types. Thread: any; pure. */
void drop_labels_texts(const struct drop_labels *labels, const char *ret[LABELS]);

struct label_store;

/**
 * label_store_new() - make an empty store with one reference
 * @shown: LABEL_BIT()s of the labels that scrapes show; only origin and class matter, since the
 *	others are "" if they are not shown
 *
 * Return: the store, NULL when out of memory. Thread: aggregator.
 */
struct label_store *label_store_new(unsigned int shown);

/**
 * label_store_text() - store a text unless it is stored
 * @store: the store
 * @text: valid UTF-8
 *
 * Return: the stored text, the same pointer for equal texts; NULL when out of memory.
 * Thread: aggregator.
 */
const char *label_store_text(struct label_store *store, const char *text);

/** label_store_find() - the stored text; NULL if it is not stored. Thread: aggregator. */
const char *label_store_find(const struct label_store *store, const char *text);

/**
 * label_store_add() - store a label set
 * @store: the store
 * @labels: texts are copied unless they are stored; id and born are kept; .all is set here
 *
 * Return: the stored set, NULL when out of memory. Thread: aggregator.
 */
const struct drop_labels *label_store_add(struct label_store *store,
					  const struct drop_labels *labels);

/** label_store_ref() - one more reference. Return: @store. Thread: aggregator. */
struct label_store *label_store_ref(struct label_store *store);

/**
 * label_store_unref() - release a reference
 * @store: may be NULL
 *
 * Return: NULL. Thread: any.
 */
struct label_store *label_store_unref(struct label_store *store);

DEFINE_CLEANUP(struct label_store *, label_store_unref);
