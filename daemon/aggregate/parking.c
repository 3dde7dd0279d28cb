/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "aggregate/parking.h"

#include <stdlib.h>

#include "base/array.h"

#define KINDS_MAX 256

static struct drop_event *find_kind(const struct parking *p, struct hash128 kind)
{
	struct index_probe probe = index_probe(&p->index, (uint32_t)kind.h[0]);

	while (index_next(&p->index, &probe)) {
		struct parked *parked = &p->all[probe.id];

		if (parked->kind.h[0] == kind.h[0] && parked->kind.h[1] == kind.h[1])
			return &parked->ev;
	}
	return NULL;
}

static bool add_kind(struct parking *p, struct hash128 kind, const struct drop_event *ev)
{
	struct parked *all = array_grow(p->all, &p->room, p->n + 1, sizeof(*all));

	if (!all)
		return false;
	p->all = all;
	if (index_add(&p->index, (uint32_t)kind.h[0], (uint32_t)p->n) < 0)
		return false;
	p->all[p->n++] = (struct parked){ .kind = kind, .ev = *ev };
	return true;
}

bool parking_add(struct parking *p, struct hash128 kind, const struct drop_event *ev)
{
	struct drop_event *sum = find_kind(p, kind);

	if (!sum)
		return p->n < KINDS_MAX && add_kind(p, kind, ev);
	sum->packets += ev->packets;
	sum->bytes += ev->bytes;
	return true;
}

void parking_clear(struct parking *p)
{
	p->n = 0;
	index_clear(&p->index);
}

void parking_done(struct parking *p)
{
	free(p->all);
	index_done(&p->index);
	*p = (struct parking){ 0 };
}
