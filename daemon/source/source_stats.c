/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "source/source_stats.h"

#include <string.h>

bool source_stats_same(const struct source_stats *a, const struct source_stats *b)
{
	const size_t numbers = offsetof(struct source_stats, events);
	const size_t size = offsetof(struct source_stats, trouble) - numbers;

	return a->mode == b->mode && a->owner == b->owner && a->up == b->up &&
	       a->ended == b->ended && a->finished == b->finished &&
	       !memcmp((const char *)a + numbers, (const char *)b + numbers, size) &&
	       !strcmp(a->trouble, b->trouble);
}

void source_stats_slot_init(struct source_stats_slot *slot)
{
	pthread_mutex_init(&slot->lock, NULL);
	slot->n = 0;
}

void source_stats_slot_done(struct source_stats_slot *slot)
{
	pthread_mutex_destroy(&slot->lock);
}

void source_stats_publish(struct source_stats_slot *slot, const struct source_stats *all, size_t n)
{
	pthread_mutex_lock(&slot->lock);
	memcpy(slot->all, all, n * sizeof(*all));
	slot->n = n;
	pthread_mutex_unlock(&slot->lock);
}

size_t source_stats_get(struct source_stats_slot *slot, struct source_stats ret[SOURCES_MAX])
{
	size_t n;

	pthread_mutex_lock(&slot->lock);
	n = slot->n;
	memcpy(ret, slot->all, n * sizeof(*ret));
	pthread_mutex_unlock(&slot->lock);
	return n;
}

const char *source_mode_name(enum source_mode mode)
{
	static const char *const names[] = { "", "summary", "packet" };

	return names[mode];
}

const char *source_owner_name(enum source_owner owner)
{
	static const char *const names[] = { "", "self", "other", "unknown" };

	return names[owner];
}

const char *lost_stage_name(enum lost_stage stage)
{
	static const char *const names[LOST_STAGES] = {
		[LOST_KERNEL_QUEUE] = "kernel_queue",
		[LOST_RECURSION] = "recursion",
		[LOST_SOCKET] = "socket",
		[LOST_PARSE] = "parse",
		[LOST_RING] = "ring",
	};

	return names[stage];
}
