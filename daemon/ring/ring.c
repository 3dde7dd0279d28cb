/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The ring between the source thread and the aggregator thread.
 *
 * Two counters that only grow: head, events ever pushed, which the producer alone writes, and
 * tail, events ever popped, which the consumer alone writes. head - tail events are inside. Each
 * stands on a cache line of its own together with what else its owner writes. Both sides work in
 * batches and look at the other's counter once a batch, which costs a cache miss only if it moved.
 * That also makes the high watermark an observation rather than a guess.
 *
 * Whenever the producer finds the ring empty it begins again at the first slot, by moving the
 * origin, the count at which slot 0 was used. So a ring that is emptied in time never touches more
 * memory than it needed at the worst moment: what is there for a flood costs nothing until it
 * comes, and a busy ring stays in the cache. The consumer uses the origin only while the ring is
 * not empty, and the producer changes it only while it is: head, when the producer publishes it,
 * hands the origin over along with the events, and tail, when it catches up, hands it back.
 *
 * The producer never waits and, as a rule, makes no system call. It makes one, a futex wake, when
 * the consumer sleeps and as many events are inside as it sleeps for. That both see each other in
 * time is Dekker's argument: the producer writes head, then reads waiting; the consumer writes
 * waiting, then reads head. All four are seq_cst, so they stand in one order that both threads
 * agree on, and in any such order at least one of the two reads comes after the other's write:
 * either the producer sees the sleeper, or the sleeper sees the events and does not go to sleep.
 * (Fences would do as well, but ThreadSanitizer does not understand them.)
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

	/* the producer's line */
	alignas(CACHE_LINE) atomic_uint_least64_t head; /* atomic: events ever pushed */
	uint64_t origin; /* producer while the ring is empty, consumer while it is not: see above */
	atomic_uint_least64_t lost; /* atomic: packets; producer writes */

	/* the consumer's line */
	alignas(CACHE_LINE) atomic_uint_least64_t tail; /* atomic: events ever popped */
	atomic_uint_least64_t high_watermark;		/* atomic: events; consumer writes */

	/* written when somebody goes to sleep or wakes somebody */
	alignas(CACHE_LINE) atomic_uint waiting; /* atomic: events slept for; 0 awake; the futex */
	atomic_bool woken;			 /* atomic: a ring_wake() that nobody slept for */

	alignas(CACHE_LINE) struct drop_event events[]; /* between head and tail: see those */
};

int ring_new(size_t capacity, struct ring **ret, struct err *err)
{
	struct ring *r;

	if (capacity < CAPACITY_MIN || capacity > CAPACITY_MAX || (capacity & (capacity - 1)))
		return err_set(err, -EINVAL, "ring of %zu events: not a power of two from %d to %d",
			       capacity, CAPACITY_MIN, CAPACITY_MAX);
	/* The events stay untouched here: memory that no event ever reached is never resident. */
	r = aligned_alloc(CACHE_LINE, sizeof(*r) + capacity * sizeof(r->events[0]));
	if (!r)
		return err_set(err, -ENOMEM, "ring of %zu events: out of memory", capacity);
	memset(r, 0, sizeof(*r));
	r->capacity = capacity;
	r->mask = capacity - 1;
	*ret = r;
	return 0;
}

static void wake_sleeper(struct ring *r)
{
	/* Only one of several wakers makes the system call. */
	if (atomic_exchange_explicit(&r->waiting, 0, memory_order_seq_cst))
		syscall(SYS_futex, &r->waiting, FUTEX_WAKE_PRIVATE, 1, NULL, NULL, 0);
}

static uint64_t packets_of(const struct drop_event *ev, size_t n)
{
	uint64_t packets = 0;

	for (size_t i = 0; i < n; i++)
		packets += ev[i].packets;
	return packets;
}

static void copy_in(struct ring *r, uint64_t at, const struct drop_event *ev, size_t n)
{
	size_t slot = (at - r->origin) & r->mask;
	size_t first = r->capacity - slot;

	if (first > n)
		first = n;
	memcpy(&r->events[slot], ev, first * sizeof(*ev));
	memcpy(&r->events[0], ev + first, (n - first) * sizeof(*ev));
}

static void copy_out(const struct ring *r, uint64_t at, struct drop_event *ev, size_t n)
{
	size_t slot = (at - r->origin) & r->mask;
	size_t first = r->capacity - slot;

	if (first > n)
		first = n;
	memcpy(ev, &r->events[slot], first * sizeof(*ev));
	memcpy(ev + first, &r->events[0], (n - first) * sizeof(*ev));
}

static void count_lost(struct ring *r, const struct drop_event *ev, size_t n)
{
	uint64_t lost = atomic_load_explicit(&r->lost, memory_order_relaxed); /* our own */

	atomic_store_explicit(&r->lost, lost + packets_of(ev, n), memory_order_relaxed);
}

size_t ring_push(struct ring *r, const struct drop_event *ev, size_t n)
{
	uint64_t head = atomic_load_explicit(&r->head, memory_order_relaxed); /* our own */
	/* acquire: pairs with the release in ring_pop(): what we overwrite was copied out */
	uint64_t tail = atomic_load_explicit(&r->tail, memory_order_acquire);
	size_t room = r->capacity - (head - tail);
	size_t fit = n < room ? n : room;
	unsigned int waiting;

	if (fit < n)
		count_lost(r, ev + fit, n - fit);
	if (tail == head)
		r->origin = head;
	copy_in(r, head, ev, fit);
	/* seq_cst, thus release: pairs with the acquire in ring_pop(); and half of Dekker's pair,
	 * with waiting and head in ring_wait() */
	atomic_store_explicit(&r->head, head + fit, memory_order_seq_cst);
	waiting = atomic_load_explicit(&r->waiting, memory_order_seq_cst);
	/* A sleeper does not move tail, and one who is about to sleep looks at head himself. */
	if (waiting && head + fit - atomic_load_explicit(&r->tail, memory_order_relaxed) >= waiting)
		wake_sleeper(r);
	return fit;
}

size_t ring_pop(struct ring *r, struct drop_event *ev, size_t n)
{
	uint64_t tail = atomic_load_explicit(&r->tail, memory_order_relaxed); /* our own */
	/* acquire: pairs with the (seq_cst) release in ring_push(): the events are there */
	uint64_t used = atomic_load_explicit(&r->head, memory_order_acquire) - tail;

	if (used > atomic_load_explicit(&r->high_watermark, memory_order_relaxed))
		atomic_store_explicit(&r->high_watermark, used, memory_order_relaxed);
	if (n > used)
		n = used;
	if (n == 0)
		return 0; /* the origin is not ours */
	copy_out(r, tail, ev, n);
	/* release: pairs with the acquire in ring_push() */
	atomic_store_explicit(&r->tail, tail + n, memory_order_release);
	return n;
}

static void futex_wait(atomic_uint *word, unsigned int value, uint64_t timeout_ns)
{
	struct timespec ts = { .tv_sec = (time_t)(timeout_ns / 1000000000u),
			       .tv_nsec = (long)(timeout_ns % 1000000000u) };

	/* EAGAIN, EINTR, ETIMEDOUT: all mean "look again", which the caller does anyway. */
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
	/* acquire: pairs with woken in ring_wake(): what was done before it is seen from here on */
	atomic_exchange_explicit(&r->woken, false, memory_order_acquire);
}

void ring_wake(struct ring *r)
{
	/* seq_cst: with wake_sleeper()'s exchange, pairs with waiting and woken in ring_wait() */
	atomic_store_explicit(&r->woken, true, memory_order_seq_cst);
	wake_sleeper(r);
}

uint64_t ring_lost(const struct ring *r)
{
	return atomic_load_explicit(&r->lost, memory_order_relaxed);
}

size_t ring_capacity(const struct ring *r)
{
	return r->capacity;
}

size_t ring_used(const struct ring *r)
{
	/* tail first: head can only be further on by then, which is why the result needs a cap. */
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
