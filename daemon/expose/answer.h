/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/*
 * The routes: a path becomes an answer, made from what lies in the slots at this
 * moment. No socket here, and nothing of the HTTP library.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/slot.h"
#include "expose/bodies.h"
#include "expose/row_texts.h"

struct answers {
	struct slot *snapshots; /* struct snapshot */
	struct slot *status;	/* struct status */
	uint64_t boot_time_ns;	/* for process_read() */
	const char *revision;	/* see struct metrics_input */
	struct row_texts rows;
	struct bodies metrics, pages;
};

struct answer {
	unsigned int code; /* HTTP status */
	const char *type;  /* content type, a constant */
	const char *body;  /* a constant, or in shared, or in small */
	size_t len;
	struct body *shared; /* a reference, to be given back by body_unref() once sent; or NULL */
	char small[320];
};

/**
 * answers_get() - the answer to a request
 * @a: where answers come from; rows and bodies begin all zero
 * @path: of the URL, decoded, without the query
 * @ret: always filled; its body may lie within it
 *
 * Never waits. Thread: http.
 */
void answers_get(struct answers *a, const char *path, struct answer *ret);

/**
 * answers_rest() - free large bodies that nobody has asked for lately
 * @a: the answers
 * @now_ns: CLOCK_MONOTONIC
 *
 * To be called about once a second. Thread: http.
 */
void answers_rest(struct answers *a, uint64_t now_ns);

/** answers_done() - free what was kept. Thread: main, after the http thread ended. */
void answers_done(struct answers *a);
