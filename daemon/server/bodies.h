/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/*
 * The rendered bodies of one route. Each is rendered once and shared by all clients
 * that request it until it is out of date, so memory does not grow with the number
 * of clients. All times are CLOCK_MONOTONIC.
 */

#include <stdbool.h>
#include <stdint.h>

#include "base/text.h"

/* The latest body, three older ones that are still being sent, and room for the next one. */
#define BODIES_MAX 5

/* A body is shared for at most this long. It is the longest interval between two ticks. */
#define BODIES_FRESH_S 10

struct body {
	struct text text;
	uint64_t version; /* of the content */
	uint64_t made_ns;
	unsigned int readers; /* answers that are not completely sent */
	bool latest;
};

/* All zero at first. Thread: http; main once that has ended. */
struct bodies {
	struct body table[BODIES_MAX];
	uint64_t used_ns; /* when a body was last requested */
};

/**
 * bodies_find() - the latest body, if it can be shared
 * @version: of the content now
 *
 * Return: the body, without a reference; NULL if a new one must be rendered. Thread: http, here and
 * below.
 */
struct body *bodies_find(struct bodies *b, uint64_t version, uint64_t now_ns);

/** bodies_latest() - the latest body, even if it is out of date; NULL if there is none. */
struct body *bodies_latest(struct bodies *b);

/**
 * bodies_new() - room for a new body
 *
 * Return: a body without text, to be passed to bodies_add() unless rendering fails; NULL if every
 * body has readers.
 */
struct body *bodies_new(struct bodies *b);

/**
 * bodies_add() - make a rendered body the latest one
 * @body: from bodies_new()
 * @version: of the content that was rendered
 */
void bodies_add(struct bodies *b, struct body *body, uint64_t version, uint64_t now_ns);

/** body_ref() - add a reader. Return: @body. */
struct body *body_ref(struct body *body);

/** body_unref() - remove a reader; without readers, a body that is not the latest is freed. */
void body_unref(struct body *body);

/**
 * bodies_crowded() - the body whose readers should be disconnected
 *
 * Return: the oldest body, if every body has readers and there is no room for the next one; else
 * NULL.
 */
const struct body *bodies_crowded(const struct bodies *b);

/**
 * bodies_rest() - free the latest body if it is large and was not requested recently
 *
 * Return: whether a large body is still kept, so that another call is needed later.
 */
bool bodies_rest(struct bodies *b, uint64_t now_ns);

/** bodies_done() - free all bodies, which must not have readers. */
void bodies_done(struct bodies *b);
