/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "expose/row_texts.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum part { HEAD, TAIL };

/*
 * What a piece shows; compared byte by byte. The label store holds each text once, so that equal
 * texts are the same pointer; if they were not, a piece would only be made twice.
 */
struct row_shown {
	const char *texts[LABEL_TEXTS];
	uint8_t part;
	uint8_t origin;
	uint8_t drop_class;
	uint8_t labelled; /* TAIL: something comes before it */
	uint32_t zero;
};

_Static_assert(sizeof(struct row_shown) % sizeof(uint64_t) == 0,
	       "hashed by words, without padding");

static struct row_shown shown_by(enum part part, const struct drop_labels *l, bool labelled)
{
	struct row_shown s = { .part = part, .origin = l->origin, .labelled = labelled };

	if (part == HEAD) {
		s.texts[LABEL_SYMBOL] = l->text[LABEL_SYMBOL];
		return s;
	}
	for (enum label i = 0; i < LABEL_TEXTS; i++)
		s.texts[i] = i == LABEL_SYMBOL ? NULL : l->text[i];
	s.drop_class = l->drop_class;
	return s;
}

static void write_head(struct promtext *t, const struct drop_labels *l, unsigned int off)
{
	if (l->origin == DROP_ORIGIN_HARDWARE) {
		promtext_label(t, "trap", l->text[LABEL_SYMBOL]);
		return;
	}
	if (!(off & LABEL_BIT(LABEL_ORIGIN)))
		promtext_label(t, "origin", label_origin(l->origin));
	promtext_label(t, "symbol", l->text[LABEL_SYMBOL]);
}

static void write_tail(struct promtext *t, const struct drop_labels *l, unsigned int off)
{
	if (l->origin == DROP_ORIGIN_HARDWARE) {
		promtext_label(t, "group", l->text[LABEL_REASON]);
		promtext_label(t, "device", l->text[LABEL_DEVICE]);
	} else {
		for (enum label i = LABEL_REASON; i < LABEL_TEXTS; i++)
			promtext_label(t, label_name(i), l->text[i]);
		if (!(off & LABEL_BIT(LABEL_CLASS)))
			promtext_label(t, "class", label_class(l->drop_class));
	}
	promtext_labels_end(t);
}

/* Addresses that nobody outside chooses: mixing them will do. */
static size_t hash(const struct row_shown *s)
{
	uint64_t words[sizeof(*s) / sizeof(uint64_t)], h = 0;

	memcpy(words, s, sizeof(words));
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		h = (h ^ words[i]) * 0x9e3779b97f4a7c15u;
		h ^= h >> 32;
	}
	return (size_t)h;
}

/* Where the piece's number is, or belongs. There is always a free place. */
static uint32_t *place_of(const struct row_texts *r, const struct row_shown *s)
{
	const size_t mask = r->n_places - 1;
	size_t i = hash(s) & mask;

	while (r->places[i] && memcmp(&r->shown[r->places[i] - 1], s, sizeof(*s)) != 0)
		i = (i + 1) & mask;
	return &r->places[i];
}

static int grow_places(struct row_texts *r)
{
	const size_t n = r->n_places ? r->n_places * 2 : 64;
	uint32_t *places = calloc(n, sizeof(*places));

	if (!places)
		return -ENOMEM;
	free(r->places);
	r->places = places;
	r->n_places = n;
	for (size_t i = 0; i < r->n_pieces; i++)
		*place_of(r, &r->shown[i]) = (uint32_t)i + 1;
	return 0;
}

/* Room for one more piece, and its place. */
static int grow_pieces(struct row_texts *r)
{
	const size_t room = r->pieces_room ? r->pieces_room + r->pieces_room / 2 : 64;
	struct row_piece *pieces;
	struct row_shown *shown;

	if (r->n_pieces * 4 >= r->n_places * 3 && grow_places(r) < 0)
		return -ENOMEM;
	if (r->n_pieces < r->pieces_room)
		return 0;
	pieces = reallocarray(r->pieces, room, sizeof(*pieces));
	if (!pieces)
		return -ENOMEM;
	r->pieces = pieces;
	shown = reallocarray(r->shown, room, sizeof(*shown));
	if (!shown)
		return -ENOMEM;
	r->shown = shown;
	r->pieces_room = room;
	return 0;
}

/* Return: the number of the piece, + 1; 0 when out of memory. */
static uint32_t piece(struct row_texts *r, enum part part, const struct drop_labels *l,
		      bool labelled)
{
	const struct row_shown shown = shown_by(part, l, labelled);
	const size_t start = r->texts.len;
	struct promtext t = { .out = &r->texts, .labelled = labelled };
	uint32_t *place;

	if (grow_pieces(r) < 0)
		return 0;
	place = place_of(r, &shown);
	if (*place)
		return *place;
	if (part == HEAD)
		write_head(&t, l, r->labels_off);
	else
		write_tail(&t, l, r->labels_off);
	if (r->texts.failed || r->texts.len > UINT32_MAX)
		return 0;
	r->shown[r->n_pieces] = shown;
	r->pieces[r->n_pieces] = (struct row_piece){ .start = (uint32_t)start,
						     .len = (uint32_t)(r->texts.len - start) };
	*place = (uint32_t)++r->n_pieces;
	return *place;
}

static int add(struct row_texts *r, const struct drop_labels *l)
{
	struct row_text row = { .head1 = piece(r, HEAD, l, false) };

	if (row.head1)
		row.tail1 = piece(r, TAIL, l, r->pieces[row.head1 - 1].len > 0);
	if (!row.tail1)
		return -ENOMEM;
	r->rows[l->id] = row;
	return 0;
}

/* Room for ids below n, and half as much again, so that what is copied stays in proportion. */
static int grow_rows(struct row_texts *r, size_t n)
{
	const size_t size = n + n / 2;
	struct row_text *rows;

	if (n <= r->size)
		return 0;
	rows = reallocarray(r->rows, size, sizeof(*rows));
	if (!rows)
		return -ENOMEM;
	memset(rows + r->size, 0, (size - r->size) * sizeof(*rows));
	r->rows = rows;
	r->size = size;
	return 0;
}

/* Rows are in order of id, so the last one has the highest. */
static int update(struct row_texts *r, const struct snapshot *s)
{
	int err = s->n_rows ? grow_rows(r, (size_t)s->rows[s->n_rows - 1].labels->id + 1) : 0;

	for (size_t i = 0; i < s->n_rows && err == 0; i++)
		if (!r->rows[s->rows[i].labels->id].head1)
			err = add(r, s->rows[i].labels);
	return err;
}

int row_texts_update(struct row_texts *r, const struct snapshot *s)
{
	int err;

	if (r->store != s->store || r->generation != s->generation ||
	    r->labels_off != s->labels_off) {
		row_texts_done(r);
		r->store = s->store;
		r->generation = s->generation;
		r->labels_off = s->labels_off;
	}
	err = update(r, s);
	if (err < 0)
		row_texts_done(r);
	return err;
}

void row_texts_done(struct row_texts *r)
{
	text_done(&r->texts);
	free(r->pieces);
	free(r->shown);
	free(r->places);
	free(r->rows);
	*r = (struct row_texts){ 0 };
}
