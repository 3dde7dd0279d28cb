/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "expose/row_texts.h"

#include <errno.h>
#include <stdlib.h>

#include "expose/metrics.h"

static void software_labels(struct promtext *t, const struct drop_labels *l, unsigned int off)
{
	if (!(off & LABEL_ORIGIN))
		promtext_label(t, "origin", "software");
	promtext_label(t, "symbol", l->symbol);
	promtext_label(t, "reason", l->reason);
	promtext_label(t, "device", l->device);
	promtext_label(t, "protocol", l->protocol);
	if (!(off & LABEL_CLASS))
		promtext_label(t, "class", metrics_class_name(l->drop_class));
}

static void hardware_labels(struct promtext *t, const struct drop_labels *l)
{
	promtext_label(t, "trap", l->symbol);
	promtext_label(t, "group", l->reason);
	promtext_label(t, "device", l->device);
}

/* Room for ids below n. Tables double, so that what is copied stays in proportion. */
static int grow(struct row_texts *r, size_t n)
{
	size_t size = r->size ? r->size : 64;
	struct row_text *rows;

	if (n <= r->size)
		return 0;
	while (size < n)
		size *= 2;
	rows = reallocarray(r->rows, size, sizeof(*rows));
	if (!rows)
		return -ENOMEM;
	memset(rows + r->size, 0, (size - r->size) * sizeof(*rows));
	r->rows = rows;
	r->size = size;
	return 0;
}

static int add(struct row_texts *r, const struct drop_labels *l)
{
	const size_t start = r->texts.out.len;

	promtext_sample(&r->texts, "");
	if (l->origin == DROP_ORIGIN_HARDWARE)
		hardware_labels(&r->texts, l);
	else
		software_labels(&r->texts, l, r->labels_off);
	promtext_labels_end(&r->texts);
	if (r->texts.out.failed || r->texts.out.len > UINT32_MAX)
		return -ENOMEM;
	r->rows[l->id] = (struct row_text){ (uint32_t)start, (uint32_t)r->texts.out.len };
	return 0;
}

/* Rows are in order of id, so the last one has the highest. */
static int update(struct row_texts *r, const struct snapshot *s)
{
	int err = s->n_rows ? grow(r, (size_t)s->rows[s->n_rows - 1].labels->id + 1) : 0;

	for (size_t i = 0; i < s->n_rows && err == 0; i++)
		if (r->rows[s->rows[i].labels->id].end == 0)
			err = add(r, s->rows[i].labels);
	return err;
}

int row_texts_update(struct row_texts *r, const struct snapshot *s)
{
	int err;

	if (r->store != s->store || r->labels_off != s->labels_off) {
		row_texts_done(r);
		r->store = s->store;
		r->labels_off = s->labels_off;
	}
	err = update(r, s);
	if (err < 0)
		row_texts_done(r);
	return err;
}

void row_texts_done(struct row_texts *r)
{
	text_done(&r->texts.out);
	free(r->rows);
	*r = (struct row_texts){ 0 };
}
