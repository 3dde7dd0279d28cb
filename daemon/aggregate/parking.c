/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "aggregate/parking.h"

#include "base/array.h"

bool parking_add(struct parking *p, struct hash128 kind, const struct drop_event *ev)
{
	struct parked *all = p->all;

	/* Few kinds, and only while the symbols are read: no index is needed. */
	for (size_t i = 0; i < p->n; i++) {
		if (all[i].kind.h[0] != kind.h[0] || all[i].kind.h[1] != kind.h[1])
			continue;
		all[i].ev.packets += ev->packets;
		all[i].ev.bytes += ev->bytes;
		return true;
	}
	if (p->n == PARKING_MAX)
		return false;
	all = array_grow(all, &p->room, p->n + 1, sizeof(*all));
	if (!all)
		return false;
	p->all = all;
	all[p->n++] = (struct parked){ .kind = kind, .ev = *ev };
	return true;
}
