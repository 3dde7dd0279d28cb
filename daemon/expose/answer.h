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
#include "expose/promtext.h"
#include "expose/row_texts.h"

/* Answers of any size that can be under way at once; they bound our memory. */
#define ANSWER_TEXTS 4

struct answer_text {
	struct promtext text;
	bool used; /* by an answer that is not wholly sent */
};

struct answers {
	struct slot *snapshots; /* struct snapshot */
	struct slot *status;	/* struct status */
	uint64_t boot_time_ns;	/* for process_read() */
	struct row_texts rows;
	struct answer_text texts[ANSWER_TEXTS];
	uint64_t used_ns; /* CLOCK_MONOTONIC: when the last text was begun */
};

struct answer {
	unsigned int code; /* HTTP status */
	const char *type;  /* content type, a constant */
	const char *body;  /* a constant, or in text, or in small */
	size_t len;
	struct answer_text *text; /* to be given back by answers_sent(), or NULL */
	bool busy;		  /* all texts are in use */
	char small[320];
};

/**
 * answers_get() - the answer to a request
 * @a: where answers come from; rows and texts begin all zero
 * @path: of the URL, decoded, without the query
 * @ret: always filled; its body may lie within it
 *
 * Never waits. Thread: http.
 */
void answers_get(struct answers *a, const char *path, struct answer *ret);

/** answers_sent() - an answer's text is no longer needed. Thread: http. */
void answers_sent(struct answers *a, struct answer_text *text);

/**
 * answers_rest() - give back a large text when nobody has asked for a while
 * @a: the answers
 * @now_ns: CLOCK_MONOTONIC
 *
 * To be called about once a second. Thread: http.
 */
void answers_rest(struct answers *a, uint64_t now_ns);

/** answers_done() - free what was kept. Thread: main, after the http thread ended. */
void answers_done(struct answers *a);
