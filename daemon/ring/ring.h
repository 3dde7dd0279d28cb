/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/*
 * A ring of elements between two threads: one producer, one consumer. The producer never waits:
 * what does not fit is the producer's to count as lost.
 */

#include <stddef.h>
#include <stdint.h>

#include "base/cleanup.h"
#include "base/err.h"

struct ring;

/**
 * ring_new() - create an empty ring
 * @capacity: elements; a power of two, 64 to 1048576
 * @element_bytes: size of an element
 * @ret: the ring
 *
 * Return: 0, -EINVAL or -ENOMEM. Thread: main.
 */
int ring_new(size_t capacity, size_t element_bytes, struct ring **ret, struct err *err);

/**
 * ring_push() - append elements, and wake the consumer if enough are inside
 * @ring: the ring
 * @elements: an array
 * @n: its length
 *
 * Return: how many fitted; the first ones are in the ring. Thread: the producer.
 */
size_t ring_push(struct ring *ring, const void *elements, size_t n);

/**
 * ring_pop() - remove the oldest elements
 * @ring: the ring
 * @elements: room for @n of them
 * @n: how many at most
 *
 * Return: how many were removed. Thread: the consumer.
 */
size_t ring_pop(struct ring *ring, void *elements, size_t n);

/**
 * ring_wait() - sleep until the ring holds enough elements or ring_wake() is called
 * @ring: the ring
 * @fill: elements that are worth waking up for; 1: any; at most the capacity
 * @timeout_ns: the longest sleep
 *
 * The larger @fill, the fewer wake-ups of a busy machine: the ring takes the elements meanwhile.
 * May return early.
 *
 * Thread: the consumer.
 */
void ring_wait(struct ring *ring, size_t fill, uint64_t timeout_ns);

/**
 * ring_wake() - end the consumer's current ring_wait(), or else the next one
 *
 * Thread: any.
 */
void ring_wake(struct ring *ring);

/** ring_capacity() - the elements that fit. Thread: any. */
size_t ring_capacity(const struct ring *ring);

/** ring_used() - the elements inside. Thread: any. */
size_t ring_used(const struct ring *ring);

/** ring_high_watermark() - the most elements that were ever inside. Thread: any. */
size_t ring_high_watermark(const struct ring *ring);

/**
 * ring_free() - free the ring and the elements inside
 * @ring: may be NULL
 *
 * Return: NULL. Thread: main, after both threads have stopped.
 */
struct ring *ring_free(struct ring *ring);

DEFINE_CLEANUP(struct ring *, ring_free);
