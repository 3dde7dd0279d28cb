/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/index.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define PLACES_MIN 64

struct index_probe index_probe(const struct index *x, uint32_t hash)
{
	return (struct index_probe){ .hash = hash, .at = hash & (x->n_places - 1) };
}

bool index_next(const struct index *x, struct index_probe *probe)
{
	if (!x->n_places)
		return false;
	/* There is always a free place. */
	for (;;) {
		const struct index_place *p = &x->places[probe->at];

		if (!p->id1)
			return false;
		probe->at = (probe->at + 1) & (x->n_places - 1);
		if (p->hash == probe->hash) {
			probe->id = p->id1 - 1;
			return true;
		}
	}
}

static void put(struct index *x, struct index_place place)
{
	size_t at = place.hash & (x->n_places - 1);

	while (x->places[at].id1)
		at = (at + 1) & (x->n_places - 1);
	x->places[at] = place;
}

static int double_places(struct index *x)
{
	struct index grown = { .n_places = x->n_places ? x->n_places * 2 : PLACES_MIN,
			       .used = x->used };

	grown.places = calloc(grown.n_places, sizeof(*grown.places));
	if (!grown.places)
		return -ENOMEM;
	for (size_t i = 0; i < x->n_places; i++)
		if (x->places[i].id1)
			put(&grown, x->places[i]);
	free(x->places);
	*x = grown;
	return 0;
}

int index_add(struct index *x, uint32_t hash, uint32_t id)
{
	/* At most three quarters full: places are then found after a few steps. */
	if (x->used * 4 >= x->n_places * 3 && double_places(x) < 0)
		return -ENOMEM;
	put(x, (struct index_place){ .hash = hash, .id1 = id + 1 });
	x->used++;
	return 0;
}

void index_clear(struct index *x)
{
	if (x->used)
		memset(x->places, 0, x->n_places * sizeof(*x->places));
	x->used = 0;
}

void index_done(struct index *x)
{
	free(x->places);
	*x = (struct index){ 0 };
}
