/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/*
 * The labels of each row as the text format wants them, made once. Label sets
 * never change, so all that a scrape has to format is the numbers.
 *
 * A row's text is two pieces: up to the symbol, and what follows. Ten thousand
 * rows are some hundred symbols with some dozen ways to end, so the pieces are
 * shared, and take a twentieth of what whole texts would.
 */

#include <stdint.h>

#include "aggregate/snapshot.h"
#include "expose/promtext.h"

struct row_shown;

struct row_texts {
	struct text texts; /* of the pieces, one after the other */
	struct row_piece {
		uint32_t start, len; /* in texts */
	} * pieces;		     /* in order of their making */
	struct row_shown *shown;     /* what each piece shows */
	size_t n_pieces, pieces_room;
	uint32_t *places; /* open addressing, what a piece shows -> its number + 1; 0 = free */
	size_t n_places;  /* a power of two */
	struct row_text {
		uint32_t head1, tail1;	 /* numbers of pieces, + 1; both 0: not made yet */
	} * rows;			 /* by id of the labels */
	size_t size;			 /* of rows */
	const struct label_store *store; /* they belong to these labels … */
	uint64_t generation;
	unsigned int labels_off; /* … and to this choice of them */
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
 * @r: the texts
 * @id: of the labels of a row of the snapshot that row_texts_update() was called with
 *
 * Return: the two pieces, until the next update. Thread: the one that owns @r.
 */
static inline struct promtext_labels row_texts_get(const struct row_texts *r, uint32_t id)
{
	const struct row_piece *head = &r->pieces[r->rows[id].head1 - 1];
	const struct row_piece *tail = &r->pieces[r->rows[id].tail1 - 1];

	return (struct promtext_labels){ .head = r->texts.bytes + head->start,
					 .head_len = head->len,
					 .tail = r->texts.bytes + tail->start,
					 .tail_len = tail->len };
}

/** row_texts_done() - free them. Thread: the one that owns @r. */
void row_texts_done(struct row_texts *r);
