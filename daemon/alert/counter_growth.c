/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Place in the path: a ledger → ruleset.c, which adds the growth to the totals of its rules.
 *
 * Only growth is passed on, so totals never decrease. The count of a row since the start does, when
 * the ledger restarts the row since its device was created again. The ledger omits counters of
 * devices that have not grown, and restarts those of devices that were away: a row that was not in
 * the reading before was 0. All other counters go on after a reading without them.
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
	bool found;	 /* in the next reading */
	uint64_t count;	 /* since the start of the row */
	uint64_t growth; /* since the reading before; 0 at the first one */
	float recent;	 /* decaying sum of growth */
};

/* Readings have nearly the same order, so the search begins where the last one ended. */
static struct counter_row *find_row(const struct counter_growth *g, const struct ledger_row *row,
				    size_t *next)
{
	for (size_t i = 0; i < g->n_rows; i++) {
		const size_t place = (*next + i) % g->n_rows;
		struct counter_row *r = &g->rows[place];

		if (r->counter != row->counter || strcmp(r->device, row->device) != 0)
			continue;
		*next = place + 1;
		return r;
	}
	return NULL;
}

static uint64_t grown(const struct counter_growth *g, const struct counter_row *before,
		      uint64_t count)
{
	if (g->time_ns == 0) /* the first reading */
		return 0;
	return before && before->count <= count ? count - before->count : count;
}

static void fill_row(const struct counter_growth *g, const struct ledger_row *from,
		     struct counter_row *before, float keep, struct counter_row *ret)
{
	ret->counter = from->counter;
	memcpy(ret->device, from->device, sizeof(ret->device));
	ret->count = from->cells[LEDGER_SINCE_START].kernel;
	ret->growth = grown(g, before, ret->count);
	ret->recent = (float)ret->growth;
	if (!before)
		return;
	ret->recent += before->recent * keep;
	before->found = true;
}

/* The rows of a reading, and those that it lacks for a while. Return: how many. */
static size_t fill_rows(struct counter_growth *g, const struct ledger *l, struct counter_row *ret)
{
	const float keep = history_fade(l->monotonic_ns - g->time_ns);
	size_t n = 0, next = 0;

	for (; n < l->n_rows; n++)
		fill_row(g, &l->rows[n], find_row(g, &l->rows[n], &next), keep, &ret[n]);
	for (size_t i = 0; i < g->n_rows; i++) {
		if (g->rows[i].found || g->rows[i].counter->scope == COUNTER_DEVICE)
			continue;
		ret[n] = g->rows[i];
		ret[n++].growth = 0;
	}
	return n;
}

int counter_growth_add(struct counter_growth *g, const struct ledger *l)
{
	struct counter_row *rows;
	size_t n;

	if (!l || l->monotonic_ns <= g->time_ns)
		return 0;
	rows = calloc(l->n_rows + g->n_rows + 1, sizeof(*rows));
	if (!rows)
		return -ENOMEM;
	n = fill_rows(g, l, rows);
	counter_growth_reset(g);
	*g = (struct counter_growth){ rows, n, l->monotonic_ns };
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
