/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "ledger/links.h"

#include <stdlib.h>

#include "base/array.h"

/* The kernel gives out indices in order, so they are spread over the table, not kept secret. */
static uint32_t spread(uint32_t ifindex)
{
	return ifindex * 2654435769u;
}

const char *links_name(const struct links *l, uint32_t ifindex)
{
	struct index_probe probe = index_probe(&l->index, spread(ifindex));

	while (index_next(&l->index, &probe))
		if (l->all[probe.id].ifindex == ifindex)
			return l->all[probe.id].name;
	return NULL;
}

void links_add(struct links *l, const struct link *link)
{
	struct link *all = array_grow(l->all, &l->room, l->n + 1, sizeof(*all));

	if (!all)
		return;
	l->all = all;
	if (index_add(&l->index, spread(link->ifindex), (uint32_t)l->n) == 0)
		all[l->n++] = *link;
}

void links_clear(struct links *l)
{
	index_clear(&l->index);
	l->n = 0;
}

void links_done(struct links *l)
{
	index_done(&l->index);
	free(l->all);
	*l = (struct links){ 0 };
}
