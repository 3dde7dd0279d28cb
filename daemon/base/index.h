/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/*
 * From a hash to the numbers of elements in an array of the owner's. The index knows hashes only,
 * the owner compares keys:
 *
 *	struct index_probe probe = index_probe(&x, hash);
 *
 *	while (index_next(&x, &probe))
 *		if (same_key(&elements[probe.id], key))
 *			return &elements[probe.id];
 *
 * If others choose the keys, the hash has to be keyed (base/hash.h), or they can choose keys that
 * collide.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct index_place {
	uint32_t hash;
	uint32_t id1; /* id + 1; 0: free */
};

/* Empty when all zero. */
struct index {
	struct index_place *places; /* open addressing */
	size_t n_places;	    /* 0 or a power of two */
	size_t used;
};

struct index_probe {
	uint32_t id; /* set by index_next() */
	uint32_t hash;
	size_t at; /* the next place to look at */
};

/** index_probe() - begin to look for a hash. Thread: the owner's, here and below. */
struct index_probe index_probe(const struct index *x, uint32_t hash);

/**
 * index_next() - the next element that has this hash
 * @x: the index
 * @probe: its id is set
 *
 * Return: whether there is one.
 */
bool index_next(const struct index *x, struct index_probe *probe);

/**
 * index_add() - add an element
 * @x: the index
 * @hash: of its key
 * @id: below UINT32_MAX; may be there already
 *
 * Return: 0 or -ENOMEM. After index_clear() it does not fail for as many elements as before.
 */
int index_add(struct index *x, uint32_t hash, uint32_t id);

/** index_clear() - remove all elements and keep the memory. */
void index_clear(struct index *x);

/** index_done() - free the memory; @x is empty again. */
void index_done(struct index *x);
