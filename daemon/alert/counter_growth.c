/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Place in the path: a ledger → ruleset.c, which adds the growth to the totals of its rules.
 *
 * The count of a row since the start decreases when the ledger restarts the row, since its device
 * was created again. Only growth is passed on, so totals never decrease.
 *
 * Thread: none of its own. It keeps no ledger between two calls.
 */
#include "alert/counter_growth.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "alert/history.h"

/* One counter, of one device if it is one of devices. */
struct counter_row {
	const struct counter *counter;
	char device[READING_DEVICE_MAX];
	uint64_t count;	 /* since the start of the row */
	uint64_t growth; /* since the reading before; 0 at the first one */
	float recent;	 /* decaying sum of growth */
};

/* Both are in the same order, so the search goes on where the last one ended. */
static const struct counter_row *find_row(const struct counter_growth *g,
					  const struct ledger_row *row, size_t *next)
{
	for (size_t i = *next; i < g->n_rows; i++) {
		int order;

		if (g->rows[i].counter != row->counter)
			continue;
		order = strcmp(g->rows[i].device, row->device);
		if (order > 0)
			break;
		if (order == 0) {
			*next = i + 1;
			return &g->rows[i];
		}
	}
	return NULL;
}

static void fill_row(struct counter_row *row, const struct ledger_row *now,
		     const struct counter_row *before, float keep)
{
	row->counter = now->counter;
	row->count = now->cells[LEDGER_SINCE_START].kernel;
	memcpy(row->device, now->device, sizeof(row->device));
	if (!before)
		return;
	row->growth = row->count - (row->count >= before->count ? before->count : 0);
	row->recent = before->recent * keep + (float)row->growth;
}

int counter_growth_add(struct counter_growth *g, const struct ledger *l)
{
	struct counter_row *rows;
	size_t next = 0;
	float keep;

	if (!l || l->monotonic_ns <= g->time_ns)
		return 0;
	rows = calloc(l->n_rows + 1, sizeof(*rows));
	if (!rows)
		return -ENOMEM;
	keep = history_fade(l->monotonic_ns - g->time_ns);
	for (size_t i = 0; i < l->n_rows; i++)
		fill_row(&rows[i], &l->rows[i], find_row(g, &l->rows[i], &next), keep);
	counter_growth_reset(g);
	*g = (struct counter_growth){ rows, l->n_rows, l->monotonic_ns };
	return 1;
}

uint64_t counter_growth_of(const struct counter_growth *g, const struct counter *counter)
{
	uint64_t sum = 0;

	for (size_t i = 0; i < g->n_rows; i++)
		if (g->rows[i].counter == counter)
			sum += g->rows[i].growth;
	return sum;
}

const char *counter_growth_device(const struct counter_growth *g, const struct counter *counter)
{
	const char *device = "";
	float most = 0;

	for (size_t i = 0; i < g->n_rows; i++) {
		const struct counter_row *row = &g->rows[i];

		if (row->counter != counter || row->recent <= most)
			continue;
		device = row->device;
		most = row->recent;
	}
	return device;
}

void counter_growth_reset(struct counter_growth *g)
{
	free(g->rows);
	*g = (struct counter_growth){ 0 };
}
