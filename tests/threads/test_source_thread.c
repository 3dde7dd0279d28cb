/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The loop around a source, with sources that play a script: what they yield is
 * known to the packet, so what arrives and what is lost can be held against it.
 */
#include "../unit/test.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/thread.h"
#include "source/source_thread.h"

struct script {
	struct source source;
	int fd;	       /* always readable */
	uint64_t left; /* events still to be yielded */
	int end;       /* what read() says when none is left */
	atomic_ulong reads;
	struct source_stats stats;
};

static int script_fd(const struct source *s)
{
	return ((const struct script *)s)->fd;
}

static int script_read(struct source *s, struct drop_event *ev, size_t n)
{
	struct script *script = (struct script *)s;

	atomic_fetch_add(&script->reads, 1);
	if (script->left == 0)
		return script->end;
	if (n > script->left)
		n = script->left;
	for (size_t i = 0; i < n; i++)
		ev[i] = (struct drop_event){ .packets = 3 };
	script->left -= n;
	script->stats.events += n;
	script->stats.packets += 3 * n;
	return (int)n;
}

static void script_stats(struct source *s, struct source_stats *ret)
{
	*ret = ((const struct script *)s)->stats;
}

static const struct source_ops loses = {
	.name = "script",
	.fd = script_fd,
	.read = script_read,
	.stats = script_stats,
};

static const struct source_ops keeps = {
	.name = "script",
	.keeps = true,
	.fd = script_fd,
	.read = script_read,
	.stats = script_stats,
};

/* Its blind time grows each time that it is asked. */
static void growing_stats(struct source *s, struct source_stats *ret)
{
	((struct script *)s)->stats.blind_ns++;
	script_stats(s, ret);
}

/* Never readable. */
static int no_fd(const struct source *s)
{
	(void)s;
	return -1;
}

static const struct source_ops upkept = {
	.name = "script",
	.upkeep_ms = 1000,
	.fd = no_fd,
	.read = script_read,
	.stats = growing_stats,
};

struct fixture {
	struct script script;
	struct ring *ring;
	struct source_stats_slot stats;
	atomic_ulong beat;
	struct source_thread *thread;
};

static void start(struct fixture *f, const struct source_ops *ops, size_t capacity, uint64_t events,
		  int end)
{
	memset(f, 0, sizeof(*f));
	f->script = (struct script){
		.source.ops = ops,
		.fd = eventfd(1, EFD_CLOEXEC | EFD_NONBLOCK),
		.left = events,
		.end = end,
		.stats = { .source = "script", .up = true },
	};
	source_stats_slot_init(&f->stats);
	assert_int_equal(ring_new(capacity, sizeof(struct drop_event), &f->ring, NULL), 0);
	assert_int_equal(source_thread_start(&(struct source_set){ { &f->script.source }, 1 },
					     f->ring, &f->stats, &f->beat, &f->thread, NULL),
			 0);
}

static void finish(struct fixture *f)
{
	f->thread = source_thread_stop(f->thread);
	ring_free(f->ring);
	source_stats_slot_done(&f->stats);
	close(f->script.fd);
}

static struct source_stats latest(struct fixture *f)
{
	struct source_stats all[SOURCES_MAX];

	assert_int_equal(source_stats_get(&f->stats, all), 1);
	return all[0];
}

/* Pop until the stats say that the thread ended and the ring is empty. Return: packets. */
static uint64_t pop_to_the_end(struct fixture *f)
{
	static struct drop_event ev[256];
	uint64_t packets = 0;

	for (;;) {
		const bool ended = latest(f).ended;
		size_t n = ring_pop(f->ring, ev, 256);

		for (size_t i = 0; i < n; i++)
			packets += ev[i].packets;
		if (n == 0 && ended)
			return packets;
		if (n == 0)
			ring_wait(f->ring, 1, NSEC_PER_MSEC);
	}
}

/* Who looks before the thread runs, such as the first snapshot, knows already what there is. */
static void a_source_is_announced(void **state)
{
	struct fixture f = {
		.script = {
			.source.ops = &keeps,
			.stats = { .source = "script", .up = true },
		},
	};

	(void)state;
	source_stats_slot_init(&f.stats);
	source_thread_announce(&(struct source_set){ { &f.script.source }, 1 }, &f.stats);
	assert_string_equal(latest(&f).source, "script");
	assert_true(latest(&f).up);
	source_stats_slot_done(&f.stats);
}

static void a_patient_source_waits_for_room(void **state)
{
	struct fixture f;

	(void)state;
	start(&f, &keeps, 1024, 100000, -ENODATA);
	assert_int_equal(pop_to_the_end(&f), 300000);
	assert_int_equal(latest(&f).lost[LOST_RING], 0);
	assert_true(latest(&f).finished);
	assert_int_equal(latest(&f).packets, 300000);
	finish(&f);
}

/* There is never room for a whole batch, but for what has to be read at least. */
static void even_if_there_is_little_room(void **state)
{
	struct fixture f;

	(void)state;
	start(&f, &keeps, 64, 10000, -ENODATA);
	assert_int_equal(pop_to_the_end(&f), 30000);
	assert_int_equal(latest(&f).lost[LOST_RING], 0);
	finish(&f);
}

static void another_one_loses_and_counts(void **state)
{
	static const size_t capacities[] = { 64, 1024 };
	struct fixture f;
	uint64_t popped;

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		start(&f, &loses, capacities[i], 100000, -ENODATA);
		while (!latest(&f).ended) /* nobody makes room */
			clock_sleep_ns(NSEC_PER_MSEC);
		popped = pop_to_the_end(&f);
		assert_int_equal(popped, 3 * capacities[i]);
		assert_int_equal(popped + latest(&f).lost[LOST_RING], 300000);
		finish(&f);
	}
}

/* Nobody makes room, and nothing is left to read: both are waited for, a millisecond at a time. */
static void a_full_ring_is_no_reason_to_hurry(void **state)
{
	struct fixture f;
	uint64_t began_ns, reads;

	(void)state;
	start(&f, &loses, 1024, 100000, 0);
	while (latest(&f).lost[LOST_RING] < 300000 - 3 * 1024)
		clock_sleep_ns(NSEC_PER_MSEC);
	began_ns = clock_monotonic_ns();
	reads = atomic_load(&f.script.reads);
	clock_sleep_ns(100 * NSEC_PER_MSEC);
	reads = atomic_load(&f.script.reads) - reads;
	/* A machine that is late makes for fewer. */
	assert_in_range(reads, 0, (clock_monotonic_ns() - began_ns) / NSEC_PER_MSEC + 2);
	finish(&f);
}

/* A listener that has one thing to tell, and does so at once. */
struct teller {
	struct source source;
	int fd;
	bool announced;
};

static int teller_fd(const struct source *s)
{
	return ((const struct teller *)s)->fd;
}

static int teller_read(struct source *s, struct drop_event *ev, size_t n)
{
	struct teller *teller = (struct teller *)s;

	if (teller->announced || n == 0)
		return 0;
	teller->announced = true;
	*ev = (struct drop_event){ .type = EVENT_MODULES };
	return 1;
}

static const struct source_ops tells = {
	.name = "teller", .keeps = true, .fd = teller_fd, .read = teller_read
};

/* The tracepoint's first 0 ends what it has read; only then does it look for more. */
static int finishing_read(struct source *s, struct drop_event *ev, size_t n)
{
	struct script *script = (struct script *)s;

	if (atomic_load(&script->reads) == 0) {
		atomic_fetch_add(&script->reads, 1);
		return 0;
	}
	return script_read(s, ev, n);
}

static const struct source_ops finishes = {
	.name = "script",
	.keeps = true,
	.fd = script_fd,
	.read = finishing_read,
	.stats = script_stats,
};

/* Whatever size the ring has, a change comes after all drops that were there before it. */
static void a_change_comes_after_the_drops_before_it(void **state)
{
	static const size_t capacities[] = { 64, 1024, 16384 };
	static struct drop_event ev;

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		struct teller teller = { .source.ops = &tells, .fd = eventfd(0, EFD_CLOEXEC) };
		struct fixture f = {
			.script = { .source.ops = &finishes,
				    .fd = eventfd(1, EFD_CLOEXEC | EFD_NONBLOCK),
				    .left = 5000,
				    .stats = { .source = "script", .up = true } },
		};
		uint64_t drops = 0;

		source_stats_slot_init(&f.stats);
		assert_int_equal(ring_new(capacities[i], sizeof(struct drop_event), &f.ring, NULL),
				 0);
		assert_int_equal(
			source_thread_start(
				&(struct source_set){ { &f.script.source, &teller.source }, 2 },
				f.ring, &f.stats, &f.beat, &f.thread, NULL),
			0);
		do {
			while (!ring_pop(f.ring, &ev, 1))
				ring_wait(f.ring, 1, NSEC_PER_MSEC);
			drops += ev.type == EVENT_DROP;
		} while (ev.type != EVENT_MODULES);
		assert_int_equal(drops, 5000);
		finish(&f);
		close(teller.fd);
	}
}

static void a_broken_source_is_reported(void **state)
{
	struct fixture f;

	(void)state;
	start(&f, &loses, 1024, 10, -EIO);
	assert_int_equal(pop_to_the_end(&f), 30);
	assert_false(latest(&f).finished);
	assert_false(latest(&f).up);
	assert_non_null(strstr(latest(&f).trouble, "Input/output error"));
	finish(&f);
}

/* An aggregator without news is asleep; no event tells it what is new. */
static void a_change_of_the_stats_wakes_the_aggregator(void **state)
{
	struct fixture f;

	(void)state;
	start(&f, &upkept, 1024, 0, 0);
	for (int i = 0; i < 3; i++)
		ring_wait(f.ring, 1, 3600 * NSEC_PER_SEC);
	assert_int_equal(ring_used(f.ring), 0);
	assert_true(latest(&f).blind_ns > 0);
	finish(&f);
}

/* Nothing to read, nothing to do: the thread waits, which is no reason for the watchdog to bark. */
static void a_quiet_source_is_left_alone(void **state)
{
	unsigned long seen = 0;
	uint64_t value;
	struct fixture f;
	unsigned long reads;

	(void)state;
	start(&f, &keeps, 1024, 0, 0);
	assert_int_equal(read(f.script.fd, &value, sizeof(value)), sizeof(value));
	do {
		reads = atomic_load(&f.script.reads);
		clock_sleep_ns(2 * NSEC_PER_SEC);
	} while (atomic_load(&f.script.reads) != reads);
	assert_false(thread_is_stuck(&f.beat, &seen));
	assert_false(thread_is_stuck(&f.beat, &seen));
	finish(&f);
}

static void stopping_reads_what_is_left(void **state)
{
	struct fixture f;
	struct drop_event ev;
	uint64_t packets = 0;

	(void)state;
	start(&f, &loses, 65536, 50000, 0);
	f.thread = source_thread_stop(f.thread);
	while (ring_pop(f.ring, &ev, 1))
		packets += ev.packets;
	assert_int_equal(packets, 150000);
	assert_int_equal(latest(&f).packets, 150000);
	assert_true(atomic_load(&f.beat) > 0);
	finish(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_source_is_announced),
		cmocka_unit_test(a_patient_source_waits_for_room),
		cmocka_unit_test(even_if_there_is_little_room),
		cmocka_unit_test(another_one_loses_and_counts),
		cmocka_unit_test(a_full_ring_is_no_reason_to_hurry),
		cmocka_unit_test(a_change_comes_after_the_drops_before_it),
		cmocka_unit_test(a_broken_source_is_reported),
		cmocka_unit_test(a_change_of_the_stats_wakes_the_aggregator),
		cmocka_unit_test(a_quiet_source_is_left_alone),
		cmocka_unit_test(stopping_reads_what_is_left),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
