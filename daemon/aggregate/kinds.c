/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A cache in front of all the naming, on the path of every event. A kind is known by a keyed
 * 128-bit hash of the fields that labels come from; the fields themselves are not kept, which
 * makes an entry 24 bytes instead of 128. Sets of eight, within a set the oldest gives way: hostile
 * traffic can only make us name things again.
 */
#include "aggregate/kinds.h"

#include <stddef.h>
#include <string.h>

#define WAYS 8
#define SETS 2048 /* 16,384 kinds, 384 KB when all are used */

struct kind {
	struct hash128 hash;
	uint32_t row1; /* row + 1; 0 = free */
};

struct kinds {
	struct hash_key key;
	struct kind sets[SETS][WAYS]; /* newest first */
};

struct kinds *kinds_new(void)
{
	struct kinds *k = calloc(1, sizeof(*k));

	if (k)
		k->key = hash_key_random();
	return k;
}

static size_t append(char *to, size_t at, const void *from, size_t len)
{
	memcpy(to + at, from, len);
	return at + len;
}

static struct hash128 kind_hash(struct hash_key hash_key, const struct drop_event *ev)
{
	uint8_t point_len = (uint8_t)strnlen(ev->point, sizeof(ev->point));
	uint8_t reason_len = (uint8_t)strnlen(ev->reason, sizeof(ev->reason));
	uint8_t small[5] = { ev->origin, ev->ip_protocol, ev->cast, point_len, reason_len };
	char key[sizeof(*ev)];
	size_t len = append(key, 0, &ev->pc, sizeof(ev->pc));

	len = append(key, len, &ev->ifindex, sizeof(ev->ifindex));
	len = append(key, len, &ev->in_ifindex, sizeof(ev->in_ifindex));
	len = append(key, len, &ev->netns, sizeof(ev->netns));
	len = append(key, len, small, sizeof(small));
	len = append(key, len, &ev->ethertype, sizeof(ev->ethertype));
	len = append(key, len, ev->point, point_len);
	len = append(key, len, ev->reason, reason_len);
	return hash128(hash_key, key, len);
}

int kinds_find(const struct kinds *k, const struct drop_event *ev, struct hash128 *kind)
{
	struct hash128 h = kind_hash(k->key, ev);
	const struct kind *set = k->sets[h.h[0] % SETS];

	*kind = h;
	for (size_t i = 0; i < WAYS; i++)
		if (set[i].hash.h[0] == h.h[0] && set[i].hash.h[1] == h.h[1] && set[i].row1)
			return (int)set[i].row1 - 1;
	return -1;
}

void kinds_set(struct kinds *k, struct hash128 kind, int row)
{
	struct kind *set = k->sets[kind.h[0] % SETS];

	memmove(&set[1], &set[0], (WAYS - 1) * sizeof(set[0]));
	set[0] = (struct kind){ .hash = kind, .row1 = (uint32_t)row + 1 };
}

void kinds_forget(struct kinds *k)
{
	memset(k->sets, 0, sizeof(k->sets));
}

struct kinds *kinds_free(struct kinds *k)
{
	free(k);
	return NULL;
}
