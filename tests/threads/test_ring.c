/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What was pushed is popped in order, or was refused, whatever the sizes. */
#include "../unit/test.h"

#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "ring/ring.h"
#include "source/drop_event.h"

#define EVENTS 300000u

struct run {
	struct ring *ring;
	size_t push_batch; /* events at most; sizes go round below it */
	size_t pop_batch;
	size_t fill;
	uint64_t pushed, refused, popped; /* packets */
	uint64_t popped_events, taken_events;
	atomic_bool done;
};

static void fill_event(struct drop_event *ev, uint32_t number)
{
	memset(ev, 0, sizeof(*ev));
	ev->time_ns = number;
	ev->packets = number % 7 + 1;
	ev->pc = ~(uint64_t)number;
	memset(ev->reason, (int)(number & 0x7f), sizeof(ev->reason));
}

static void check_event(const struct drop_event *ev, uint64_t *last)
{
	struct drop_event want;

	assert_true(ev->time_ns > *last || *last == 0);
	*last = ev->time_ns;
	fill_event(&want, (uint32_t)ev->time_ns);
	assert_memory_equal(ev, &want, sizeof(want));
}

static void *produce(void *arg)
{
	struct run *run = arg;
	struct drop_event ev[128];
	uint32_t number = 1;

	while (number <= EVENTS) {
		size_t n = number % run->push_batch + 1, fitted;

		for (size_t i = 0; i < n; i++) {
			fill_event(&ev[i], number++);
			run->pushed += ev[i].packets;
		}
		fitted = ring_push(run->ring, ev, n);
		run->taken_events += fitted;
		for (size_t i = fitted; i < n; i++)
			run->refused += ev[i].packets;
	}
	atomic_store(&run->done, true);
	ring_wake(run->ring);
	return NULL;
}

static void consume(struct run *run)
{
	struct drop_event ev[128];
	uint64_t last = 0;

	for (;;) {
		bool done = atomic_load(&run->done);
		size_t n = ring_pop(run->ring, ev, run->pop_batch);

		for (size_t i = 0; i < n; i++) {
			check_event(&ev[i], &last);
			run->popped += ev[i].packets;
		}
		run->popped_events += n;
		if (n == 0 && done)
			return;
		/* So long a time-out that a wake-up which got lost shows as a test that hangs. */
		if (n == 0)
			ring_wait(run->ring, run->fill, 3600 * NSEC_PER_SEC);
	}
}

static void run_once(size_t capacity, size_t push_batch, size_t pop_batch, size_t fill)
{
	struct run run = { .push_batch = push_batch, .pop_batch = pop_batch, .fill = fill };
	pthread_t producer;

	assert_int_equal(ring_new(capacity, sizeof(struct drop_event), &run.ring, NULL), 0);
	assert_int_equal(pthread_create(&producer, NULL, produce, &run), 0);
	consume(&run);
	pthread_join(producer, NULL);
	assert_int_equal(run.popped + run.refused, run.pushed);
	assert_int_equal(run.popped_events, run.taken_events);
	assert_int_equal(ring_used(run.ring), 0);
	assert_true(ring_high_watermark(run.ring) <= capacity);
	run.ring = ring_free(run.ring);
}

static void popped_and_refused_are_pushed(void **state)
{
	(void)state;
	run_once(64, 128, 3, 1);
	run_once(64, 1, 1, 1);
	run_once(64, 5, 128, 64);
	run_once(1024, 64, 128, 1);
	run_once(16384, 64, 128, 1);
	run_once(16384, 100, 64, 2048);
}

static void a_full_ring_refuses_the_rest(void **state)
{
	cleanup(ring_freep) struct ring *ring = NULL;
	struct drop_event ev[100], out[100];

	(void)state;
	assert_int_equal(ring_new(64, sizeof(struct drop_event), &ring, NULL), 0);
	for (uint32_t i = 0; i < 100; i++)
		fill_event(&ev[i], i + 1);
	assert_int_equal(ring_push(ring, ev, 100), 64);
	assert_int_equal(ring_used(ring), 64);
	assert_int_equal(ring_push(ring, ev, 1), 0);
	assert_int_equal(ring_pop(ring, out, 100), 64);
	assert_memory_equal(out, ev, 64 * sizeof(ev[0]));
	assert_int_equal(ring_high_watermark(ring), 64);
	assert_int_equal(ring_used(ring), 0);
	assert_int_equal(ring_pop(ring, out, 100), 0);
}

/* Against a plain count of what must come next; the ring wraps and begins again at many fills. */
static void order_holds_at_any_fill(void **state)
{
	cleanup(ring_freep) struct ring *ring = NULL;
	struct drop_event ev[64];
	uint64_t last = 0, pushed = 0, popped = 0;
	unsigned int seed = 1;

	(void)state;
	assert_int_equal(ring_new(64, sizeof(struct drop_event), &ring, NULL), 0);
	for (int i = 0; i < 20000; i++) {
		size_t n = (size_t)rand_r(&seed) % 65;

		if (n > 64 - ring_used(ring))
			n = 64 - ring_used(ring);
		for (size_t k = 0; k < n; k++)
			fill_event(&ev[k], (uint32_t)++pushed);
		assert_int_equal(ring_push(ring, ev, n), n);
		n = ring_pop(ring, ev, (size_t)rand_r(&seed) % 65);
		for (size_t k = 0; k < n; k++)
			check_event(&ev[k], &last);
		popped += n;
		assert_int_equal(last, popped);
		assert_int_equal(ring_used(ring), pushed - popped);
	}
}

/* Elements of an odd size lie side by side, and the ring wraps between them. */
static void elements_have_any_size(void **state)
{
	struct {
		char bytes[13];
	} in[48], out[48];
	cleanup(ring_freep) struct ring *ring = NULL;

	(void)state;
	assert_int_equal(ring_new(64, sizeof(in[0]), &ring, NULL), 0);
	assert_int_equal(ring_push(ring, in, 1), 1); /* never empty: the origin stays */
	for (int round = 0; round < 100; round++) {
		memset(in, round, sizeof(in));
		assert_int_equal(ring_push(ring, in, 48), 48);
		assert_int_equal(ring_pop(ring, out, 1), 1);
		assert_int_equal(ring_pop(ring, out, 47), 47);
		assert_memory_equal(out, in, 47 * sizeof(in[0]));
	}
}

static void a_wake_is_kept_for_the_next_wait(void **state)
{
	cleanup(ring_freep) struct ring *ring = NULL;

	(void)state;
	assert_int_equal(ring_new(64, sizeof(struct drop_event), &ring, NULL), 0);
	ring_wake(ring);
	ring_wait(ring, 1, 3600 * NSEC_PER_SEC); /* hangs unless the wake was kept */
	ring_wait(ring, 1, 1);                   /* used up: ends by its time-out */
}

static void bad_capacities_are_refused(void **state)
{
	static const size_t bad[] = { 0, 1, 32, 65, 100, 2097152, SIZE_MAX };
	struct ring *ring = NULL;
	struct err err;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		assert_int_equal(ring_new(bad[i], sizeof(struct drop_event), &ring, &err), -EINVAL);
		assert_null(ring);
	}
	assert_null(ring_free(NULL));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(popped_and_refused_are_pushed),
		cmocka_unit_test(a_full_ring_refuses_the_rest),
		cmocka_unit_test(order_holds_at_any_fill),
		cmocka_unit_test(elements_have_any_size),
		cmocka_unit_test(a_wake_is_kept_for_the_next_wait),
		cmocka_unit_test(bad_capacities_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
