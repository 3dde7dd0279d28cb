/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Every drop event looks here first. A kind is known by a keyed 128-bit hash of the fields that
 * labels come from. The fields themselves are not kept, so an entry has 24 bytes instead of 128.
 * A full cache starts again from empty: traffic made to fill it only causes kinds to be named
 * again.
 */
#include "aggregate/row_cache.h"

#include <string.h>

#include "base/array.h"
#include "base/index.h"

#define KINDS_MAX 16384

struct entry {
	struct hash128 kind;
	int row;
};

struct row_cache {
	struct hash_key key;
	struct entry *entries;
	size_t n, room;
	struct index index; /* kind to entry */
};

struct row_cache *row_cache_new(void)
{
	struct row_cache *c = calloc(1, sizeof(*c));

	if (c)
		c->key = hash_key_random();
	return c;
}

static size_t append(char *to, size_t at, const void *from, size_t len)
{
	memcpy(to + at, from, len);
	return at + len;
}

struct hash128 row_cache_kind(const struct row_cache *c, const struct drop_event *ev)
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
	return hash128(c->key, key, len);
}

int row_cache_find(const struct row_cache *c, struct hash128 kind)
{
	struct index_probe probe = index_probe(&c->index, (uint32_t)kind.h[0]);

	while (index_next(&c->index, &probe)) {
		const struct entry *e = &c->entries[probe.id];

		if (e->kind.h[0] == kind.h[0] && e->kind.h[1] == kind.h[1])
			return e->row;
	}
	return -1;
}

void row_cache_set(struct row_cache *c, struct hash128 kind, int row)
{
	struct entry *entries;

	if (c->n == KINDS_MAX)
		row_cache_clear(c);
	entries = array_grow(c->entries, &c->room, c->n + 1, sizeof(*entries));
	if (!entries)
		return;
	c->entries = entries;
	if (index_add(&c->index, (uint32_t)kind.h[0], (uint32_t)c->n) == 0)
		c->entries[c->n++] = (struct entry){ .kind = kind, .row = row };
}

void row_cache_clear(struct row_cache *c)
{
	c->n = 0;
	index_clear(&c->index);
}

struct row_cache *row_cache_free(struct row_cache *c)
{
	if (!c)
		return NULL;
	index_done(&c->index);
	free(c->entries);
	free(c);
	return NULL;
}
