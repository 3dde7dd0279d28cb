/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "ledger/reading.h"

#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "base/counter.h"
#include "base/hash.h"
#include "base/index.h"
#include "base/utf8.h"

struct reading {
	struct reading_value *values;
	size_t n, room;
	struct index index; /* by counter and device */
	struct hash_key key;
	bool cut;
};

struct reading *reading_new(void)
{
	struct reading *r = calloc(1, sizeof(*r));

	if (r)
		r->key = hash_key_random();
	return r;
}

struct reading *reading_free(struct reading *r)
{
	if (!r)
		return NULL;
	index_done(&r->index);
	free(r->values);
	free(r);
	return NULL;
}

bool reading_is_cut(const struct reading *r)
{
	return r->cut;
}

const struct reading_value *reading_values(const struct reading *r, size_t *n)
{
	*n = r->n;
	return r->values;
}

static uint32_t hash_of(const struct reading *r, unsigned int counter, const char *device)
{
	return (uint32_t)hash128(r->key, device, strlen(device)).h[0] + counter;
}

static struct reading_value *find_value(const struct reading *r, unsigned int counter,
					const char *device)
{
	struct index_probe probe = index_probe(&r->index, hash_of(r, counter, device));

	while (index_next(&r->index, &probe)) {
		struct reading_value *v = &r->values[probe.id];

		if (v->counter == counter && strcmp(v->device, device) == 0)
			return v;
	}
	return NULL;
}

static struct reading_value *append_value(struct reading *r, unsigned int counter,
					  const char *device)
{
	struct reading_value *values;

	if (r->n == READING_VALUES_MAX)
		return NULL;
	values = array_grow(r->values, &r->room, r->n + 1, sizeof(*values));
	if (!values)
		return NULL;
	r->values = values;
	if (index_add(&r->index, hash_of(r, counter, device), (uint32_t)r->n) < 0)
		return NULL;
	values[r->n] = (struct reading_value){ .counter = (uint16_t)counter };
	memcpy(values[r->n].device, device, strlen(device) + 1);
	return &values[r->n++];
}

/* @device: as in struct reading_value. */
static void add_to_value(struct reading *r, unsigned int counter, const char *device,
			 uint64_t value)
{
	struct reading_value *v = find_value(r, counter, device);

	if (!v)
		v = append_value(r, counter, device);
	if (v)
		v->value += value;
	else
		r->cut = true;
}

void reading_add(struct reading *r, const char *group, const char *name, const char *device,
		 uint64_t value)
{
	const int counter = counter_find(group, name);
	char text[READING_DEVICE_MAX];

	if (counter < 0)
		return;
	utf8_clean(text, sizeof(text), device, strlen(device));
	add_to_value(r, (unsigned int)counter, text, value);
}

void reading_merge(struct reading *to, const struct reading *from)
{
	for (size_t i = 0; i < from->n; i++)
		add_to_value(to, from->values[i].counter, from->values[i].device,
			     from->values[i].value);
	to->cut |= from->cut;
}
