/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/*
 * A single-producer single-consumer ring of drop events. The producer never
 * waits: what does not fit is lost and counted, in packets.
 */

#include <stddef.h>
#include <stdint.h>

#include "base/cleanup.h"
#include "base/err.h"
#include "source/drop_event.h"

struct ring;

/**
 * ring_new() - an empty ring
 * @capacity: events; a power of two, 64 to 1048576
 * @ret: the ring
 *
 * Return: 0, -EINVAL or -ENOMEM. Thread: main.
 */
int ring_new(size_t capacity, struct ring **ret, struct err *err);

/**
 * ring_push() - append events, and wake the consumer if it sleeps for so many
 * @ring: the ring
 * @ev: the events
 * @n: how many
 *
 * Return: how many fitted; the packets in the rest were added to ring_lost().
 * Thread: the producer.
 */
size_t ring_push(struct ring *ring, const struct drop_event *ev, size_t n);

/**
 * ring_pop() - take the oldest events
 * @ring: the ring
 * @ev: room for @n events
 * @n: how many at most
 *
 * Return: how many were taken. Thread: the consumer.
 */
size_t ring_pop(struct ring *ring, struct drop_event *ev, size_t n);

/**
 * ring_wait() - sleep until enough was pushed, ring_wake() was called, or time is up
 * @ring: the ring
 * @fill: events inside that are worth waking up for; 1 = any; at most the capacity
 * @timeout_ns: at most so long
 *
 * A larger @fill is what keeps a busy machine's wake-ups few: the ring takes the events in the
 * meantime. May return early.
 *
 * Thread: the consumer.
 */
void ring_wait(struct ring *ring, size_t fill, uint64_t timeout_ns);

/**
 * ring_wake() - end the consumer's ring_wait(), now or the next one
 *
 * Thread: any.
 */
void ring_wake(struct ring *ring);

/** ring_lost() - packets that did not fit since ring_new(). Thread: any. */
uint64_t ring_lost(const struct ring *ring);

/** ring_capacity() - events that fit. Thread: any. */
size_t ring_capacity(const struct ring *ring);

/** ring_used() - events inside just now. Thread: any. */
size_t ring_used(const struct ring *ring);

/** ring_high_watermark() - the most that were ever inside. Thread: any. */
size_t ring_high_watermark(const struct ring *ring);

/**
 * ring_free() - free the ring with what is in it
 * @ring: may be NULL
 *
 * Return: NULL. Thread: main, after both ends stopped.
 */
struct ring *ring_free(struct ring *ring);

DEFINE_CLEANUP(struct ring *, ring_free);
