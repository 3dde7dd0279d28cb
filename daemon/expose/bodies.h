/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/*
 * The bodies of one kind of answer. Each is rendered once and shared by all
 * clients that ask until there is something new to tell, so memory does not
 * grow with the number of clients.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "expose/promtext.h"

/* The latest body, three older ones that are still being read, and a place for the next one. */
#define BODIES_MAX 5

/* A body is good for so long at most: as long as the longest tick. */
#define BODIES_FRESH_S 10

/* What a body was made from: the numbers of the slots' values; 0 where there was none. */
struct body_key {
	uint64_t snapshot, status;
};

struct body {
	struct promtext text;
	struct body_key key;
	uint64_t made_ns;     /* CLOCK_MONOTONIC */
	unsigned int readers; /* answers that are not completely sent */
	bool latest;
};

/* All zero at first. Thread: http; main once that has ended. */
struct bodies {
	struct body table[BODIES_MAX];
	uint64_t used_ns; /* CLOCK_MONOTONIC: when a body was last asked for */
};

/**
 * bodies_find() - the latest body, if it can be shared
 * @b: the bodies
 * @key: what a body would be made from now
 * @now_ns: CLOCK_MONOTONIC
 *
 * Return: the body, without a reference; NULL: one has to be made. Thread: http, here and below.
 */
struct body *bodies_find(struct bodies *b, const struct body_key *key, uint64_t now_ns);

/** bodies_latest() - the body made last, whatever it shows; NULL if there is none. */
struct body *bodies_latest(struct bodies *b);

/**
 * bodies_new() - a place for a new body, its text empty
 *
 * Return: the place, to be passed to bodies_add() unless its text failed; NULL: every body has
 * readers.
 */
struct body *bodies_new(struct bodies *b);

/**
 * bodies_add() - a body is made: it is the latest now
 * @b: the bodies
 * @body: from bodies_new()
 * @key: what it was made from
 * @now_ns: CLOCK_MONOTONIC
 */
void bodies_add(struct bodies *b, struct body *body, const struct body_key *key, uint64_t now_ns);

/** body_ref() - one more reader. Return: @body. */
struct body *body_ref(struct body *body);

/** body_unref() - one reader less; the last reader of a body that is not the latest frees it. */
void body_unref(struct body *body);

/**
 * bodies_crowded() - whose readers have to go?
 *
 * Return: the oldest body, if every body has readers, so that there is no place for the next one;
 * else NULL.
 */
const struct body *bodies_crowded(const struct bodies *b);

/**
 * bodies_rest() - free a large latest body that nobody has asked for lately
 * @b: the bodies
 * @now_ns: CLOCK_MONOTONIC
 */
void bodies_rest(struct bodies *b, uint64_t now_ns);

/** bodies_done() - free all of them; they have no readers any more. */
void bodies_done(struct bodies *b);
