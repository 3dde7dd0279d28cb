/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/*
 * The labels of each row as the text format wants them, made once. Label sets
 * never change, so all that a scrape has to format is the numbers.
 */

#include <stdint.h>

#include "aggregate/snapshot.h"
#include "expose/promtext.h"

struct row_texts {
	struct promtext texts; /* one after the other */
	struct row_text {
		uint32_t start, end;	 /* in texts; both 0: not made yet */
	} * rows;			 /* by id of the labels */
	size_t size;			 /* of rows */
	const struct label_store *store; /* they belong to these labels … */
	unsigned int labels_off;	 /* … and to this choice of them */
};

/**
 * row_texts_update() - make the texts that are still missing
 * @r: all zero at first
 * @s: whose rows will be asked for
 *
 * Return: 0 or -ENOMEM. Thread: the one that owns @r.
 */
int row_texts_update(struct row_texts *r, const struct snapshot *s);

/**
 * row_texts_get() - "{name="value",...} " of a row, or " "
 * @id: of the labels of a row of the snapshot that row_texts_update() was called with
 * @ret_len: bytes
 *
 * Return: the bytes, until the next update. Thread: the one that owns @r.
 */
static inline const char *row_texts_get(const struct row_texts *r, uint32_t id, size_t *ret_len)
{
	const struct row_text *row = &r->rows[id];

	*ret_len = row->end - row->start;
	return r->texts.out.bytes + row->start;
}

/** row_texts_done() - free them. Thread: the one that owns @r. */
void row_texts_done(struct row_texts *r);
