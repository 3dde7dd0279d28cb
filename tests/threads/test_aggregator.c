/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The aggregator thread between a real ring and real slots; how drops are named: test_naming.c. */
#include "../unit/test.h"
#include "../unit/modules.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "aggregate/aggregator.h"
#include "aggregate/snapshot.h"
#include "base/canary_note.h"
#include "base/clock.h"
#include "base/thread.h"

struct fixture {
	struct ring *ring;
	struct source_stats_slot source_stats;
	struct slot config, canary, snapshots;
	atomic_ulong beat;
	struct aggregator *aggregator;
};

static struct config *test_config(void)
{
	struct config *c = config_new();

	c->series.tick_ms = 100;
	/* A recording: what the machine of the test is called or runs must not matter. */
	c->source.kind = SOURCE_REPLAY;
	return c;
}

static void start(struct fixture *f, struct config *c)
{
	struct aggregator_ports ports = { .source_stats = &f->source_stats,
					  .config = &f->config,
					  .canary = &f->canary,
					  .snapshots = &f->snapshots,
					  .published_fd = -1,
					  .beat = &f->beat };
	struct err err = { 0 };

	memset(f, 0, sizeof(*f));
	source_stats_slot_init(&f->source_stats);
	slot_init(&f->config);
	slot_init(&f->canary);
	slot_init(&f->snapshots);
	assert_int_equal(ring_new(1024, sizeof(struct drop_event), &f->ring, NULL), 0);
	ports.ring = f->ring;
	slot_publish(&f->config, &c->value);
	assert_int_equal(aggregator_start(&ports, &f->aggregator, &err), 0);
}

/* The last snapshot, after everything was counted. */
static struct snapshot *stop(struct fixture *f)
{
	f->aggregator = aggregator_stop(f->aggregator);
	return snapshot_get(&f->snapshots);
}

static void done(struct fixture *f)
{
	f->ring = ring_free(f->ring);
	source_stats_slot_done(&f->source_stats);
	slot_done(&f->config);
	slot_done(&f->canary);
	slot_done(&f->snapshots);
}

static struct drop_event event(const char *point, const char *reason, uint32_t packets)
{
	struct drop_event ev = {
		.packets = packets, .bytes = 100 * packets, .ifindex = 3, .ethertype = 0x0800
	};

	snprintf(ev.point, sizeof(ev.point), "%s", point);
	snprintf(ev.reason, sizeof(ev.reason), "%s", reason);
	return ev;
}

/* As a source that can wait: nothing may be lost here. */
static void push(struct fixture *f, struct drop_event ev)
{
	while (ring_used(f->ring) == ring_capacity(f->ring))
		clock_sleep_ns(NSEC_PER_MSEC);
	assert_int_equal(ring_push(f->ring, &ev, 1), 1);
}

static const struct snapshot_row *find(const struct snapshot *s, const char *symbol,
				       const char *reason, enum drop_class drop_class)
{
	for (size_t i = 0; i < s->n_rows; i++) {
		const struct drop_labels *l = s->rows[i].labels;

		assert_int_equal(l->id, i);
		if (!strcmp(l->text[LABEL_SYMBOL], symbol) &&
		    !strcmp(l->text[LABEL_REASON], reason) && l->drop_class == drop_class)
			return &s->rows[i];
	}
	return NULL;
}

static void the_first_snapshot_is_there_at_once(void **state)
{
	cleanup(snapshot_unrefp) struct snapshot *first = NULL, *last = NULL;
	struct fixture f;

	(void)state;
	start(&f, test_config());
	first = snapshot_get(&f.snapshots);
	assert_non_null(first);
	assert_int_equal(first->total, 0);
	assert_int_equal(first->n_rows, 0);
	assert_int_equal(first->health.ring_capacity, 1024);
	assert_string_not_equal(first->health.symbols_source, "");
	last = stop(&f);
	assert_ptr_not_equal(first, last);
	done(&f);
}

static void every_event_is_counted_under_its_labels(void **state)
{
	cleanup(snapshot_unrefp) struct snapshot *s = NULL;
	const struct snapshot_row *row;
	struct fixture f;
	struct drop_event hw = event("ttl_value_is_too_small", "l3_drops", 5);

	(void)state;
	start(&f, test_config());
	hw.origin = DROP_ORIGIN_HARDWARE;
	for (int i = 0; i < 5000; i++) {
		push(&f, event("__udp4_lib_rcv+0x1ab/0x2c0", "NO_SOCKET", 2));
		push(&f, event("nft_do_chain.isra.0+0x1/0x2 [nf_tables]", "NETFILTER_DROP", 1));
		push(&f, hw);
	}
	s = stop(&f);
	assert_int_equal(s->total, 5000 * (2 + 1 + 5));
	assert_int_equal(s->n_rows, 3);
	row = find(s, "__udp4_lib_rcv", "NO_SOCKET", DROP_CLASS_SUSPECT);
	assert_int_equal(row->total, 10000);
	assert_int_equal(row->bytes, 1000000);
	assert_string_equal(row->labels->text[LABEL_DEVICE], "if3");
	assert_string_equal(row->labels->text[LABEL_PROTOCOL], "ipv4");
	row = find(s, "nft_do_chain", "NETFILTER_DROP", DROP_CLASS_SUSPECT);
	assert_int_equal(row->total, 5000);
	row = find(s, "ttl_value_is_too_small", "l3_drops", DROP_CLASS_SUSPECT);
	assert_int_equal(row->labels->origin, DROP_ORIGIN_HARDWARE);
	assert_int_equal(row->total, 25000);
	assert_int_equal(s->n_windows, 3);
	assert_string_equal(s->windows[0].symbol, "ttl_value_is_too_small");
	assert_int_equal(s->windows[0].sums[s->n_spans - 1], 25000);
	assert_int_equal(s->health.sources[0].lost[LOST_RING], 0);
	done(&f);
}

static void a_canary_is_expected(void **state)
{
	struct drop_event ev = event("__udp4_lib_rcv+0x1ab/0x2c0", "NO_SOCKET", 2);
	cleanup(snapshot_unrefp) struct snapshot *s = NULL;
	struct fixture f;

	(void)state;
	start(&f, test_config());
	ev.ifindex = 1;
	push(&f, ev);
	while (ring_used(f.ring))
		clock_sleep_ns(NSEC_PER_MSEC);
	slot_publish(&f.canary, &canary_note_new(7)->value);
	push(&f, ev);
	push(&f, ev);
	s = stop(&f);
	assert_int_equal(s->health.canary_seen, 7);
	assert_int_equal(s->total, 6);
	assert_int_equal(find(s, "__udp4_lib_rcv", "NO_SOCKET", DROP_CLASS_EXPECTED)->total, 1);
	assert_int_equal(find(s, "__udp4_lib_rcv", "NO_SOCKET", DROP_CLASS_SUSPECT)->total, 5);
	done(&f);
}

static uint64_t last_tick(struct fixture *f)
{
	cleanup(snapshot_unrefp) struct snapshot *s = snapshot_get(&f->snapshots);

	return s->monotonic_ns;
}

static void wait_for_ticks(struct fixture *f, unsigned long n)
{
	for (unsigned long i = 0; i < n; i++)
		for (uint64_t before = last_tick(f); last_tick(f) == before;)
			clock_sleep_ns(NSEC_PER_MSEC);
}

/* For the watchdog, a thread that waits for its tick is not stuck. */
static void waiting_is_not_stuck(void **state)
{
	struct config *c = test_config();
	unsigned long seen = 0;
	struct fixture f;
	uint64_t tick;

	(void)state;
	c->series.tick_ms = 3600 * 1000;
	start(&f, c);
	tick = last_tick(&f);
	while (atomic_load(&f.beat) == 0 || atomic_load(&f.beat) % 2)
		clock_sleep_ns(NSEC_PER_MSEC);
	assert_false(thread_is_stuck(&f.beat, &seen));
	assert_false(thread_is_stuck(&f.beat, &seen));
	assert_int_equal(last_tick(&f), tick);
	snapshot_unref(stop(&f));
	done(&f);
}

/* While nothing happens, ticks are left out. */
static void wait_until_idle(struct fixture *f)
{
	uint64_t before;

	do {
		before = last_tick(f);
		clock_sleep_ns(500 * NSEC_PER_MSEC);
	} while (last_tick(f) != before);
}

static void drop_something(struct fixture *f)
{
	push(f, event("f", "", 1));
}

static void change_stats(struct fixture *f)
{
	struct source_stats stats = { .source = "script" };

	stats.blind_ns = clock_monotonic_ns();
	source_stats_publish(&f->source_stats, &stats, 1);
	ring_wake(f->ring);
}

/* The next tick is not the one that would have come anyway; a machine that is slow tries again. */
static void what_happens_ends_idleness(void **state)
{
	static void (*const what[])(struct fixture * f) = { drop_something, change_stats };
	struct config *c = test_config();
	struct fixture f;

	(void)state;
	c->series.n_windows = 0; /* else a drop has consequences for a while */
	start(&f, c);
	for (size_t i = 0; i < sizeof(what) / sizeof(what[0]); i++) {
		uint64_t before;

		do {
			wait_until_idle(&f);
			before = last_tick(&f);
			what[i](&f);
			wait_for_ticks(&f, 1);
			if (last_tick(&f) - before > 4 * NSEC_PER_SEC)
				continue;
			before = last_tick(&f); /* the next tick comes as usual, too */
			wait_for_ticks(&f, 1);
		} while (last_tick(&f) - before > 4 * NSEC_PER_SEC);
	}
	snapshot_unref(stop(&f));
	done(&f);
}

/* A rule that looks back over a while needs ticks for as long. */
static void alert_rules_need_ticks(void **state)
{
	struct config *c = test_config();
	uint64_t shortest = UINT64_MAX;
	struct fixture f;

	(void)state;
	c->alerts = calloc(1, sizeof(*c->alerts));
	c->alerts[0].window_s = 3600;
	c->n_alerts = 1;
	start(&f, c);
	wait_until_idle(&f);
	for (int i = 0; i < 5; i++) {
		const uint64_t before = last_tick(&f);

		wait_for_ticks(&f, 1);
		if (last_tick(&f) - before < shortest)
			shortest = last_tick(&f) - before;
	}
	assert_in_range(shortest, 0, 4 * NSEC_PER_SEC);
	snapshot_unref(stop(&f));
	done(&f);
}

#define PLACE 0xffffffffc0001010

static char kallsyms[] = "/tmp/test_aggregator.XXXXXX";

static struct config *module_config(void)
{
	struct config *c = test_config();

	c->source.kind = SOURCE_NETDM;
	snprintf(c->symbols.kallsyms, sizeof(c->symbols.kallsyms), "%s", kallsyms);
	return c;
}

static void drop_at(struct fixture *f, uint64_t pc, uint32_t packets)
{
	struct drop_event ev = event("", "", packets);

	ev.pc = pc;
	ev.ifindex = 0;
	push(f, ev);
}

static void wait_for_total(struct fixture *f, uint64_t total)
{
	for (;;) {
		cleanup(snapshot_unrefp) struct snapshot *s = snapshot_get(&f->snapshots);

		if (s->total == total)
			return;
		assert_true(s->total < total);
		clock_sleep_ns(NSEC_PER_MSEC);
	}
}

static void modules_at_one_address_keep_their_own_drops(void **state)
{
	cleanup(snapshot_unrefp) struct snapshot *s = NULL;
	struct drop_event modules = { .type = EVENT_MODULES };
	struct fixture f;

	(void)state;
	modules_write(kallsyms, "func_a");
	start(&f, module_config());
	drop_at(&f, PLACE, 5);
	wait_for_total(&f, 5);
	for (uint64_t round = 1; round <= 3; round++) { /* far faster than every 10 s */
		modules_write(kallsyms, "func_b");
		push(&f, modules);
		drop_at(&f, PLACE, 100);
		drop_at(&f, 0xffffffff81000010, 1); /* its name is not in doubt */
		wait_for_total(&f, 5 + round * 121 - 20);
		modules_write(kallsyms, "func_c");
		push(&f, modules);
		push(&f, modules);
		drop_at(&f, PLACE, 20);
		wait_for_total(&f, 5 + round * 121);
	}
	s = stop(&f);
	assert_int_equal(find(s, "func_a", "", DROP_CLASS_SUSPECT)->total, 5);
	assert_int_equal(find(s, "func_b", "", DROP_CLASS_SUSPECT)->total, 300);
	assert_int_equal(find(s, "func_c", "", DROP_CLASS_SUSPECT)->total, 60);
	assert_int_equal(find(s, "udp_rcv", "", DROP_CLASS_SUSPECT)->total, 3);
	assert_null(find(s, "unknown", "", DROP_CLASS_SUSPECT));
	assert_int_equal(s->health.symbol_lookup_failures, 0);
	done(&f);
}

static int make_kallsyms(void **state)
{
	int fd = mkstemp(kallsyms);

	(void)state;
	close(fd);
	return fd < 0 ? -1 : 0;
}

static int remove_kallsyms(void **state)
{
	(void)state;
	return unlink(kallsyms);
}

static void a_new_class_leaves_the_old_totals(void **state)
{
	cleanup(snapshot_unrefp) struct snapshot *s = NULL;
	struct config *next = test_config();
	struct fixture f;

	(void)state;
	next->classes = calloc(1, sizeof(*next->classes));
	assert_non_null(next->classes);
	next->n_classes = 1;
	next->classes[0].match = (struct config_match){ .globs[LABEL_SYMBOL] = "unix_*" };
	next->classes[0].drop_class = DROP_CLASS_EXPECTED;
	start(&f, test_config());
	push(&f, event("unix_release_sock", "", 7));
	wait_for_ticks(&f, 2);
	slot_publish(&f.config, &next->value);
	wait_for_ticks(&f, 2);
	push(&f, event("unix_release_sock", "", 4));
	s = stop(&f);
	assert_int_equal(find(s, "unix_release_sock", "", DROP_CLASS_SUSPECT)->total, 7);
	assert_int_equal(find(s, "unix_release_sock", "", DROP_CLASS_EXPECTED)->total, 4);
	assert_int_equal(s->total, 11);
	done(&f);
}

struct reader {
	struct fixture *f;
	atomic_bool stop;
	/* the reader, and after it has ended: the test */
	uint64_t before;
	unsigned int unnamed, wrong_sums, decreases;
};

static void check_snapshot(struct reader *r, const struct snapshot *s)
{
	uint64_t sum = 0;

	for (size_t i = 0; i < s->n_rows; i++) {
		sum += s->rows[i].total;
		r->unnamed += !*s->rows[i].labels->text[LABEL_SYMBOL];
	}
	r->wrong_sums += sum != s->total;
	r->decreases += s->total < r->before;
	r->before = s->total;
}

/* Like a scrape: no total decreases, and the rows add up to it. */
static void *read_snapshots(void *arg)
{
	struct reader *r = arg;

	while (!atomic_load(&r->stop)) {
		cleanup(snapshot_unrefp) struct snapshot *s = snapshot_get(&r->f->snapshots);

		check_snapshot(r, s);
	}
	return NULL;
}

static void readers_see_whole_snapshots(void **state)
{
	cleanup(snapshot_unrefp) struct snapshot *s = NULL;
	struct config *c = test_config();
	struct fixture f;
	struct reader r = { .f = &f };
	pthread_t reader;
	char name[DROP_POINT_MAX];

	(void)state;
	c->series.tick_ms = 1; /* less than a file may say: more snapshots for the test */
	c->series.limit = 500;
	start(&f, c);
	assert_int_equal(pthread_create(&reader, NULL, read_snapshots, &r), 0);
	for (int i = 0; i < 100000; i++) {
		snprintf(name, sizeof(name), "symbol_%d", i % 600);
		push(&f, event(name, "", 1));
	}
	atomic_store(&r.stop, true);
	pthread_join(reader, NULL);
	assert_int_equal(r.unnamed, 0);
	assert_int_equal(r.wrong_sums, 0);
	assert_int_equal(r.decreases, 0);
	s = stop(&f);
	assert_int_equal(s->total, 100000);
	assert_int_equal(s->n_rows, 501);
	assert_int_equal(s->health.series, 500);
	assert_int_equal(s->health.series_overflow,
			 find(s, "other", "", DROP_CLASS_SUSPECT)->total);
	done(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_first_snapshot_is_there_at_once),
		cmocka_unit_test(every_event_is_counted_under_its_labels),
		cmocka_unit_test(modules_at_one_address_keep_their_own_drops),
		cmocka_unit_test(a_canary_is_expected),
		cmocka_unit_test(waiting_is_not_stuck),
		cmocka_unit_test(what_happens_ends_idleness),
		cmocka_unit_test(alert_rules_need_ticks),
		cmocka_unit_test(a_new_class_leaves_the_old_totals),
		cmocka_unit_test(readers_see_whole_snapshots),
	};

	return cmocka_run_group_tests(tests, make_kallsyms, remove_kallsyms);
}
