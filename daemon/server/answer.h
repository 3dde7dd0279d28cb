/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/*
 * Requested path to answer: finds the route, and renders its body or shares one that was rendered
 * before. No socket here, and nothing of the HTTP library.
 */

#include "server/bodies.h"
#include "server/content.h"

struct answers {
	const struct content *content;
	struct bodies *bodies; /* one for each route */
};

struct answer {
	unsigned int code;   /* HTTP status */
	const char *type;    /* content type */
	struct body *shared; /* a reference; or NULL, and then the body is … */
	struct text own;     /* … here */
};

/**
 * answers_init() - prepare to answer from content
 * @content: outlives @a
 *
 * Return: 0 or -ENOMEM. Thread: main.
 */
int answers_init(struct answers *a, const struct content *content);

/**
 * answers_get() - the answer to a request
 * @path: decoded, without the query
 * @ret: filled on success only, to be released
 *
 * Return: 0 or -ENOMEM. Thread: http.
 */
int answers_get(struct answers *a, const char *path, struct answer *ret);

/** answer_release() - release the body of an answer. Thread: http. */
void answer_release(struct answer *answer);

/**
 * answers_rest() - free large bodies that were not requested recently
 * @now_ns: CLOCK_MONOTONIC
 *
 * Return: whether large bodies are still kept, so that another call is needed in about a second.
 * Thread: http.
 */
bool answers_rest(struct answers *a, uint64_t now_ns);

/** answers_done() - free all bodies, which have no readers. Thread: main, without http thread. */
void answers_done(struct answers *a);
