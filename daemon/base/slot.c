/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/slot.h"

#include <stdlib.h>

void slot_value_init(struct slot_value *value, void (*destroy)(struct slot_value *))
{
	atomic_init(&value->refs, 1);
	value->number = 0;
	value->destroy = destroy;
}

struct slot_value *slot_value_ref(struct slot_value *value)
{
	/* relaxed: the caller's own reference keeps the value alive */
	atomic_fetch_add_explicit(&value->refs, 1, memory_order_relaxed);
	return value;
}

struct slot_value *slot_value_unref(struct slot_value *value)
{
	/* acq_rel: pairs with itself in other threads, so that the last sees all their uses done */
	if (!value || atomic_fetch_sub_explicit(&value->refs, 1, memory_order_acq_rel) != 1)
		return NULL;
	if (value->destroy)
		value->destroy(value);
	else
		free(value);
	return NULL;
}

void slot_init(struct slot *slot)
{
	pthread_mutex_init(&slot->lock, NULL);
	slot->value = NULL;
	slot->published = 0;
}

void slot_done(struct slot *slot)
{
	slot->value = slot_value_unref(slot->value);
	pthread_mutex_destroy(&slot->lock);
}

void slot_publish(struct slot *slot, struct slot_value *value)
{
	struct slot_value *old;

	pthread_mutex_lock(&slot->lock);
	if (value)
		value->number = ++slot->published;
	old = slot->value;
	slot->value = value;
	pthread_mutex_unlock(&slot->lock);
	slot_value_unref(old);
}

struct slot_value *slot_get(struct slot *slot)
{
	struct slot_value *value;

	pthread_mutex_lock(&slot->lock);
	value = slot->value;
	if (value)
		slot_value_ref(value);
	pthread_mutex_unlock(&slot->lock);
	return value;
}
