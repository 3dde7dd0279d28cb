/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/*
 * A slot holds the latest immutable value of one kind. One thread publishes, any thread takes a
 * reference. The lock is held only to swap a pointer or to change a reference count, so neither
 * side waits for the work of the other.
 *
 * A value begins with a struct slot_value. Dropping the last reference frees it.
 */

#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>

#include "base/cleanup.h"

struct slot_value {
	atomic_uint refs; /* atomic */
	uint64_t number;  /* immutable once published: 1 for a slot's first value */
	void (*destroy)(struct slot_value *); /* immutable */
};

struct slot {
	pthread_mutex_t lock;
	struct slot_value *value; /* under lock; the slot owns one reference */
	uint64_t published;	  /* under lock: how many values there were */
};

/**
 * slot_value_init() - a new value with one reference, the caller's
 * @value: embedded first in the caller's struct
 * @destroy: frees the whole struct; NULL: free() does
 */
void slot_value_init(struct slot_value *value, void (*destroy)(struct slot_value *));

/**
 * slot_value_ref() - one more reference
 * @value: a value that the caller holds a reference on
 *
 * Return: @value. Thread: any.
 */
struct slot_value *slot_value_ref(struct slot_value *value);

/**
 * slot_value_unref() - give a reference back; the last one frees the value
 * @value: may be NULL
 *
 * Return: NULL. Thread: any.
 */
struct slot_value *slot_value_unref(struct slot_value *value);

/** slot_init() - an empty slot in the caller's memory */
void slot_init(struct slot *slot);

/** slot_done() - drop the slot's value; no other thread may use the slot any more */
void slot_done(struct slot *slot);

/**
 * slot_publish() - put a new value in, drop the old one
 * @slot: the slot
 * @value: the slot takes over the caller's reference, and numbers the value, which must not have
 *	been published before; NULL empties the slot
 *
 * Thread: any; the old value is freed outside the lock.
 */
void slot_publish(struct slot *slot, struct slot_value *value);

/**
 * slot_get() - a reference on the latest value
 * @slot: the slot
 *
 * Return: the value, to be given back by slot_value_unref(); NULL while nothing was published.
 * Thread: any.
 */
struct slot_value *slot_get(struct slot *slot);

/*
 * The functions of a struct that begins with "struct slot_value value":
 *
 * NAME_get() - a reference on the latest value of a slot; NULL while nothing was published.
 * NAME_unref() - give a reference back; NULL is fine. Return: NULL; also as cleanup(NAME_unrefp).
 *
 * Thread: any.
 */
#define DEFINE_SLOT_VALUE(name)                                                                    \
	static inline struct name *name##_get(struct slot *slot)                                   \
	{                                                                                          \
		return (struct name *)slot_get(slot);                                              \
	}                                                                                          \
	static inline struct name *name##_unref(struct name *v)                                    \
	{                                                                                          \
		slot_value_unref(v ? &v->value : NULL);                                            \
		return NULL;                                                                       \
	}                                                                                          \
	DEFINE_CLEANUP(struct name *, name##_unref)
