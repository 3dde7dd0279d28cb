/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Two counters that only grow: head, elements ever pushed, which the producer alone writes, and
 * tail, elements ever popped, which the consumer alone writes. head - tail elements are inside.
 * Each is on its own cache line, together with what else its thread writes. Both threads work in
 * batches and read the other's counter once per batch, which costs a cache miss only if it moved.
 * The high watermark is therefore an observation, not an estimate.
 *
 * When the producer finds the ring empty, it starts again at the first slot by moving the origin,
 * the count at which slot 0 was used. A ring that is emptied in time therefore touches no more
 * memory than it needed at its worst moment: room for a flood costs nothing until there is one, and
 * a busy ring stays in the cache. The consumer uses the origin only while the ring is not empty,
 * and the producer changes it only while it is empty. Publishing head hands the origin over to the
 * consumer, and the tail that catches up with head hands it back.
 *
 * The producer never waits and usually makes no system call. It makes one, a futex wake, if the
 * consumer sleeps and the ring holds as many elements as it sleeps for. Dekker's argument shows
 * that neither misses the other: the producer writes head, then reads waiting; the consumer writes
 * waiting, then reads head. All four are seq_cst, so both threads agree on one order, and in any
 * such order at least one of the two reads follows the other thread's write: either the producer
 * sees the sleeper, or the consumer sees the elements and does not sleep. (Fences would do as well,
 * but ThreadSanitizer does not understand them.)
 */
#include "ring/ring.h"

#include <errno.h>
#include <limits.h>
#include <linux/futex.h>
#include <stdalign.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#define CACHE_LINE   64
#define CAPACITY_MIN 64
#define CAPACITY_MAX 1048576

struct ring {
	/* immutable */
	alignas(CACHE_LINE) size_t capacity;
	size_t mask;
	size_t element_bytes;

	/* the producer's line */
	alignas(CACHE_LINE) atomic_uint_least64_t head; /* atomic: elements ever pushed */
	uint64_t origin; /* producer while the ring is empty, consumer while it is not: see above */

	/* the consumer's line */
	alignas(CACHE_LINE) atomic_uint_least64_t tail; /* atomic: elements ever popped */
	atomic_uint_least64_t high_watermark;		/* atomic: elements; consumer writes */

	/* written by the consumer when it sleeps, and by those who wake it */
	alignas(CACHE_LINE)
		atomic_uint waiting; /* atomic: elements slept for, 0 awake; the futex */
	atomic_bool woken;	     /* atomic: a ring_wake() while the consumer was awake */

	alignas(CACHE_LINE) char elements[]; /* from tail to head: the consumer's */
};

int ring_new(size_t capacity, size_t element_bytes, struct ring **ret, struct err *err)
{
	struct ring *r;

	if (capacity < CAPACITY_MIN || capacity > CAPACITY_MAX || (capacity & (capacity - 1)))
		return err_set(err, -EINVAL,
			       "ring of %zu elements: not a power of two from %d to %d", capacity,
			       CAPACITY_MIN, CAPACITY_MAX);
	/* Do not touch the slots: memory that no element has reached is not resident. */
	r = aligned_alloc(CACHE_LINE, sizeof(*r) + capacity * element_bytes);
	if (!r)
		return err_set(err, -ENOMEM, "ring of %zu elements: out of memory", capacity);
	memset(r, 0, sizeof(*r));
	r->capacity = capacity;
	r->mask = capacity - 1;
	r->element_bytes = element_bytes;
	*ret = r;
	return 0;
}

static void wake_sleeper(struct ring *r)
{
	/* Only one of several threads makes the system call. */
	if (atomic_exchange_explicit(&r->waiting, 0, memory_order_seq_cst))
		syscall(SYS_futex, &r->waiting, FUTEX_WAKE_PRIVATE, 1, NULL, NULL, 0);
}

/* Elements from the slot for the count @at up to the last slot, but at most @n. */
static size_t before_end(const struct ring *r, uint64_t at, size_t n, size_t *slot)
{
	*slot = (at - r->origin) & r->mask;
	return n < r->capacity - *slot ? n : r->capacity - *slot;
}

static void copy_in(struct ring *r, uint64_t at, const char *from, size_t n)
{
	size_t slot, first = before_end(r, at, n, &slot), bytes = r->element_bytes;

	memcpy(r->elements + slot * bytes, from, first * bytes);
	memcpy(r->elements, from + first * bytes, (n - first) * bytes);
}

static void copy_out(const struct ring *r, uint64_t at, char *to, size_t n)
{
	size_t slot, first = before_end(r, at, n, &slot), bytes = r->element_bytes;

	memcpy(to, r->elements + slot * bytes, first * bytes);
	memcpy(to + first * bytes, r->elements, (n - first) * bytes);
}

size_t ring_push(struct ring *r, const void *elements, size_t n)
{
	uint64_t head = atomic_load_explicit(&r->head, memory_order_relaxed); /* our own */
	/* acquire: pairs with the release in ring_pop(): what we overwrite was copied out */
	uint64_t tail = atomic_load_explicit(&r->tail, memory_order_acquire);
	size_t room = r->capacity - (head - tail);
	size_t fit = n < room ? n : room;
	unsigned int waiting;

	if (tail == head)
		r->origin = head;
	copy_in(r, head, elements, fit);
	/* seq_cst, thus release: pairs with the acquire in ring_pop(); and half of Dekker's pair,
	 * with waiting and head in ring_wait() */
	atomic_store_explicit(&r->head, head + fit, memory_order_seq_cst);
	waiting = atomic_load_explicit(&r->waiting, memory_order_seq_cst);
	/* A sleeping consumer does not move tail; one about to sleep reads head itself. */
	if (waiting && head + fit - atomic_load_explicit(&r->tail, memory_order_relaxed) >= waiting)
		wake_sleeper(r);
	return fit;
}

size_t ring_pop(struct ring *r, void *elements, size_t n)
{
	uint64_t tail = atomic_load_explicit(&r->tail, memory_order_relaxed); /* our own */
	/* acquire: pairs with the (seq_cst) release in ring_push(): the elements are there */
	uint64_t used = atomic_load_explicit(&r->head, memory_order_acquire) - tail;

	if (used > atomic_load_explicit(&r->high_watermark, memory_order_relaxed))
		atomic_store_explicit(&r->high_watermark, used, memory_order_relaxed);
	if (n > used)
		n = used;
	if (n == 0)
		return 0; /* the origin is not ours */
	copy_out(r, tail, elements, n);
	/* release: pairs with the acquire in ring_push() */
	atomic_store_explicit(&r->tail, tail + n, memory_order_release);
	return n;
}

static void futex_wait(atomic_uint *word, unsigned int value, uint64_t timeout_ns)
{
	struct timespec ts = { .tv_sec = (time_t)(timeout_ns / 1000000000u),
			       .tv_nsec = (long)(timeout_ns % 1000000000u) };

	/* After EAGAIN, EINTR and ETIMEDOUT alike, the caller looks again. */
	syscall(SYS_futex, word, FUTEX_WAIT_PRIVATE, value, &ts, NULL, 0);
}

void ring_wait(struct ring *r, size_t fill, uint64_t timeout_ns)
{
	uint64_t tail = atomic_load_explicit(&r->tail, memory_order_relaxed); /* our own */

	if (fill < 1)
		fill = 1;
	if (fill > r->capacity)
		fill = r->capacity;
	/* Dekker's other half: pairs with head and waiting in ring_push(), and with woken and
	 * waiting in ring_wake() */
	atomic_store_explicit(&r->waiting, (unsigned int)fill, memory_order_seq_cst);
	if (atomic_load_explicit(&r->head, memory_order_seq_cst) - tail < fill &&
	    !atomic_load_explicit(&r->woken, memory_order_seq_cst))
		futex_wait(&r->waiting, (unsigned int)fill, timeout_ns);
	atomic_store_explicit(&r->waiting, 0, memory_order_relaxed);
	/* acquire: pairs with woken in ring_wake(): what happened before it is visible from here on
	 */
	atomic_exchange_explicit(&r->woken, false, memory_order_acquire);
}

void ring_wake(struct ring *r)
{
	/* seq_cst: with wake_sleeper()'s exchange, pairs with waiting and woken in ring_wait() */
	atomic_store_explicit(&r->woken, true, memory_order_seq_cst);
	wake_sleeper(r);
}

size_t ring_capacity(const struct ring *r)
{
	return r->capacity;
}

size_t ring_used(const struct ring *r)
{
	/* Read tail first. head may have moved on since, so limit the result. */
	uint64_t tail = atomic_load_explicit(&r->tail, memory_order_acquire);
	uint64_t used = atomic_load_explicit(&r->head, memory_order_relaxed) - tail;

	return used < r->capacity ? (size_t)used : r->capacity;
}

size_t ring_high_watermark(const struct ring *r)
{
	return (size_t)atomic_load_explicit(&r->high_watermark, memory_order_relaxed);
}

struct ring *ring_free(struct ring *r)
{
	free(r);
	return NULL;
}
