/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The ledger thread between real slots. A reading finds what the test says, or never returns. */
#include "../unit/test.h"

#include <errno.h>
#include <semaphore.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "aggregate/snapshot.h"
#include "base/canary_note.h"
#include "base/clock.h"
#include "ledger/ledger.h"
#include "ledger/ledger_thread.h"
#include "ledger/reader.h"

static atomic_bool hangs, fails;
static atomic_ulong begun; /* readings */
static sem_t release, released;

/* Without memory: every third allocation of the thread fails. */
static atomic_bool starves;
static _Thread_local bool is_reader;
static _Thread_local unsigned int allocations;

static bool memory_fails(void)
{
	return is_reader && starves && ++allocations % 3 == 0;
}

#define WRAP(type, name, ...)                                                                      \
	type __real_##name(__VA_ARGS__);                                                           \
	type __wrap_##name(__VA_ARGS__);                                                           \
	type __wrap_##name(__VA_ARGS__)

WRAP(void *, malloc, size_t size)
{
	return memory_fails() ? NULL : __real_malloc(size);
}

WRAP(void *, calloc, size_t n, size_t size)
{
	return memory_fails() ? NULL : __real_calloc(n, size);
}

WRAP(void *, realloc, void *old, size_t size)
{
	return memory_fails() ? NULL : __real_realloc(old, size);
}

int __real_reader_read(struct reader *r, uint64_t deadline_ns, struct reading **ret);
int __wrap_reader_read(struct reader *r, uint64_t deadline_ns, struct reading **ret);

int __wrap_reader_read(struct reader *r, uint64_t deadline_ns, struct reading **ret)
{
	atomic_fetch_add(&begun, 1);
	is_reader = true;
	if (fails)
		return -ENOMEM;
	if (hangs) {
		sem_wait(&release);
		sem_post(&released);
	}
	return __real_reader_read(r, deadline_ns, ret);
}

/* The clock of a program that was stopped for a while. */
static atomic_ulong stopped_ns;

uint64_t __real_clock_monotonic_ns(void);
uint64_t __wrap_clock_monotonic_ns(void);

uint64_t __wrap_clock_monotonic_ns(void)
{
	return __real_clock_monotonic_ns() + stopped_ns;
}

struct fixture {
	struct slot config, snapshots, ledger, canary;
	struct ledger_thread *thread;
};

static void publish_config(struct fixture *f, bool enabled)
{
	struct config *c = config_new();

	c->ledger.enabled = enabled;
	c->ledger.canary_s = 1;
	c->ledger.interval_s = 1; /* below the least of a file */
	slot_publish(&f->config, &c->value);
}

/* The canary that is expected was counted. */
static void publish_snapshot(struct fixture *f)
{
	cleanup(canary_note_unrefp) struct canary_note *note = canary_note_get(&f->canary);
	struct snapshot *s = snapshot_new(0, 0);

	s->health.canary_seen = note ? note->number : 0;
	s->monotonic_ns = clock_monotonic_ns();
	slot_publish(&f->snapshots, &s->value);
}

static struct fixture *begin(void)
{
	struct fixture *f = calloc(1, sizeof(*f));
	const struct ledger_ports ports = { &f->config, &f->snapshots, &f->ledger, &f->canary };

	slot_init(&f->config);
	slot_init(&f->snapshots);
	slot_init(&f->ledger);
	slot_init(&f->canary);
	hangs = fails = starves = false;
	begun = 0;
	publish_config(f, true);
	publish_snapshot(f);
	assert_int_equal(ledger_thread_start(&ports, &f->thread, NULL), 0);
	return f;
}

static void end(struct fixture *f)
{
	ledger_thread_stop(f->thread);
	slot_done(&f->config);
	slot_done(&f->snapshots);
	slot_done(&f->ledger);
	slot_done(&f->canary);
	free(f);
}

/* As the aggregator does, until the reading is shown. */
static struct ledger *wait_for_reading(struct fixture *f, uint64_t number)
{
	struct ledger *l = ledger_get(&f->ledger);

	while (!l || l->readings < number) {
		ledger_unref(l);
		publish_snapshot(f);
		clock_sleep_ns(50 * NSEC_PER_MSEC);
		l = ledger_get(&f->ledger);
	}
	return l;
}

static void wait_until_begun(struct fixture *f, unsigned long n)
{
	while (begun < n) {
		publish_snapshot(f);
		clock_sleep_ns(10 * NSEC_PER_MSEC);
	}
}

static void readings_follow_each_other(void **state)
{
	struct fixture *f = begin();
	cleanup(ledger_unrefp) struct ledger *first = NULL, *second = NULL;

	(void)state;
	first = wait_for_reading(f, 1);
	second = wait_for_reading(f, 2);
	assert_true(second->monotonic_ns > first->monotonic_ns);
	assert_true(first->time_ns > 0);
	assert_true(first->n_rows > 0); /* /proc/net/snmp exists everywhere */
	assert_int_equal(second->n_rows, first->n_rows);
	assert_true(first->canary.on);
	assert_true(second->canary.seen > 0);
	assert_int_equal(second->canary.missed, 0);
	end(f);
}

/* The snapshot after a reading has to show the drops before its end. */
static void an_old_snapshot_ends_no_reading(void **state)
{
	struct fixture *f = begin();
	cleanup(ledger_unrefp) struct ledger *l = NULL;

	(void)state;
	wait_until_begun(f, 1);
	publish_snapshot(f); /* too early */
	clock_sleep_ns(5 * NSEC_PER_SEC);
	assert_null(ledger_get(&f->ledger));
	l = wait_for_reading(f, 1);
	assert_int_equal(l->readings, 1);
	end(f);
}

/* The first snapshot after a stop may lack what the source has not read meanwhile. */
static void the_snapshot_after_a_stop_ends_no_reading(void **state)
{
	struct fixture *f = begin();
	cleanup(ledger_unrefp) struct ledger *l = NULL;

	(void)state;
	wait_until_begun(f, 1);
	stopped_ns += 30 * NSEC_PER_SEC;
	publish_snapshot(f);
	ledger_thread_reloaded(f->thread);
	clock_sleep_ns(5 * NSEC_PER_SEC);
	assert_null(ledger_get(&f->ledger));
	l = wait_for_reading(f, 1);
	assert_int_equal(l->readings, 1);
	end(f);
}

static void a_request_does_not_wait_for_the_interval(void **state)
{
	struct fixture *f = begin();
	struct config *c = config_new();
	cleanup(ledger_unrefp) struct ledger *l = NULL;

	(void)state;
	c->ledger.interval_s = 600;
	slot_publish(&f->config, &c->value);
	ledger_unref(wait_for_reading(f, 1));
	ledger_thread_request(f->thread);
	l = wait_for_reading(f, 2);
	assert_int_equal(begun, 2);
	end(f);
}

static void a_reload_switches_it_off_and_on(void **state)
{
	struct fixture *f = begin();
	struct ledger *l;

	(void)state;
	ledger_unref(wait_for_reading(f, 2));
	publish_config(f, false);
	ledger_thread_reloaded(f->thread);
	while ((l = ledger_get(&f->ledger))) {
		ledger_unref(l);
		clock_sleep_ns(10 * NSEC_PER_MSEC);
	}
	assert_null(canary_note_get(&f->canary));
	publish_config(f, true);
	ledger_thread_reloaded(f->thread);
	l = wait_for_reading(f, 1);
	assert_int_equal(l->readings, 1); /* it begins again */
	ledger_unref(l);
	end(f);
}

static void a_failed_reading_is_followed_by_another(void **state)
{
	struct fixture *f = begin();

	(void)state;
	ledger_unref(wait_for_reading(f, 1));
	fails = true;
	wait_until_begun(f, begun + 2);
	fails = false;
	ledger_unref(wait_for_reading(f, 2));
	end(f);
}

static void it_survives_without_memory(void **state)
{
	struct fixture *f = begin();
	cleanup(ledger_unrefp) struct ledger *l = NULL;

	(void)state;
	starves = true;
	wait_until_begun(f, 4);
	starves = false;
	l = wait_for_reading(f, 1);
	assert_true(l->n_rows > 0);
	end(f);
}

/* The slots are freed while the thread hangs, and it goes on afterwards. */
static void nobody_waits_for_a_driver_that_hangs(void **state)
{
	struct fixture *f = begin();

	(void)state;
	ledger_unref(wait_for_reading(f, 1));
	hangs = true;
	wait_until_begun(f, begun + 1);
	for (int i = 0; i < 1000; i++) {
		ledger_thread_request(f->thread);
		ledger_thread_reloaded(f->thread);
		publish_config(f, i % 2);
		publish_snapshot(f);
	}
	end(f);
	sem_post(&release);
	sem_wait(&released);
	clock_sleep_ns(NSEC_PER_SEC); /* it would use the slots now */
}

static void it_stops_at_any_time(void **state)
{
	(void)state;
	for (unsigned int i = 0; i < 20; i++) {
		struct fixture *f = begin();

		clock_sleep_ns(i * NSEC_PER_MSEC / 4);
		end(f);
	}
	assert_null(ledger_thread_stop(NULL));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(readings_follow_each_other),
		cmocka_unit_test(an_old_snapshot_ends_no_reading),
		cmocka_unit_test(the_snapshot_after_a_stop_ends_no_reading),
		cmocka_unit_test(a_request_does_not_wait_for_the_interval),
		cmocka_unit_test(a_reload_switches_it_off_and_on),
		cmocka_unit_test(a_failed_reading_is_followed_by_another),
		cmocka_unit_test(it_survives_without_memory),
		cmocka_unit_test(nobody_waits_for_a_driver_that_hangs),
		cmocka_unit_test(it_stops_at_any_time),
	};

	sem_init(&release, 0, 0);
	sem_init(&released, 0, 0);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
