/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "aggregate/parking.h"

bool parking_add(struct parking *p, struct hash128 kind, const struct drop_event *ev)
{
	/* Few kinds, and only while the symbols are read: no index is needed. */
	for (size_t i = 0; i < p->n; i++) {
		if (p->kinds[i].h[0] != kind.h[0] || p->kinds[i].h[1] != kind.h[1])
			continue;
		p->sums[i].packets += ev->packets;
		p->sums[i].bytes += ev->bytes;
		return true;
	}
	if (p->n == PARKING_MAX)
		return false;
	p->kinds[p->n] = kind;
	p->sums[p->n++] = *ev;
	return true;
}
