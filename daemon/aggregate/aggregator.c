/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The aggregator thread is the only consumer of the ring, the only writer of the series table, and
 * the only publisher of snapshots.
 *
 * Wake-ups are expensive, events are not. So the thread does not wake up for an event: it sleeps
 * until the ring holds enough of them, at most until the next tick. It wakes up once per tick on a
 * quiet machine, and every two thousand events in a flood, long before the ring is full.
 *
 * While nothing happens, a new snapshot would equal the last one. Then ticks are left out until a
 * rolling sum is due to change, for IDLE_NS at most. The next event, a change in the statistics of
 * a source, or a reload ends this at once (ring_wake()). Alert rules are evaluated at ticks, so
 * fewer are left out until the windows of all rules are empty.
 *
 * The numbers of a snapshot add up: first the statistics of the sources are copied, then the ring
 * is emptied, then drops that wait for their symbols are named (naming.c), then the series are
 * copied. So an event that a source has counted is counted in the same snapshot, or lost in the
 * ring, or, at rates at which the ring never gets empty, included in ring_used.
 */
#include "aggregate/aggregator.h"

#include <errno.h>
#include <inttypes.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/eventfd.h>

#include "aggregate/naming.h"
#include "aggregate/naming_log.h"
#include "aggregate/series.h"
#include "aggregate/snapshot.h"
#include "base/canary_note.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/thread.h"

#define BATCH	  256  /* events popped at a time */
#define WAKE_FILL 2048 /* events in the ring for which to wake up: 2 ms at 1,000,000/s */
#define CHECK_NS  (5 * NSEC_PER_SEC) /* between two reads of the list of modules */
#define IDLE_NS	  (5 * NSEC_PER_SEC) /* between two ticks while nothing happens */
#define ALERTS_NS (2 * NSEC_PER_SEC) /* the same while the window of a rule may not be empty */

struct aggregator {
	struct aggregator_ports ports; /* immutable */
	pthread_t thread;	       /* main */
	atomic_bool stop;	       /* atomic; release in aggregator_stop(), acquire in run() */
	uint64_t start_time_ns;	       /* immutable */

	/* aggregator, before the thread runs: main */
	struct config *cfg; /* in force; a reference */
	struct series *series;
	struct netdev_query netdev_query;
	struct naming *naming;
	struct naming_log naming_log;
	struct source_stats sources[SOURCES_MAX]; /* as of the last tick */
	size_t n_sources;
	uint64_t news_ns; /* when the last tick was before which something happened */
	bool popped;	  /* the ring was not empty since the last tick */
	uint64_t next_check_ns;
	struct log_limit memory_log;
	struct drop_event batch[BATCH];
};

/* Called only while packets are dropped. */
static void check_modules(struct aggregator *a, uint64_t now)
{
	if (now < a->next_check_ns)
		return;
	a->next_check_ns = now + CHECK_NS;
	naming_check_modules(a->naming);
}

/* After events were popped, since the note of a canary is published before it is dropped. */
static void expect_canary(struct aggregator *a)
{
	cleanup(canary_note_unrefp) struct canary_note *note = canary_note_get(a->ports.canary);

	naming_expect_canary(a->naming, note ? note->number : 0);
}

/* Count the events in the ring, at most its capacity, so that a flood cannot keep us here. */
static void drain_ring(struct aggregator *a)
{
	size_t left = ring_capacity(a->ports.ring);
	size_t n = ring_pop(a->ports.ring, a->batch, BATCH);
	uint64_t now = n ? clock_monotonic_ns() : 0;

	if (n)
		check_modules(a, now);
	a->popped |= n > 0;
	while (n) {
		expect_canary(a);
		for (size_t i = 0; i < n; i++)
			naming_take(a->naming, &a->batch[i], now);
		left -= n < left ? n : left;
		n = n == BATCH && left ? ring_pop(a->ports.ring, a->batch, BATCH) : 0;
	}
}

/* The classes and the time between ticks are live. */
static void adopt_config(struct aggregator *a)
{
	cleanup(config_unrefp) struct config *next = config_get(a->ports.config);

	if (!next || next == a->cfg)
		return;
	naming_apply_config(a->naming, next);
	config_unref(a->cfg);
	a->cfg = take(next);
}

static void fill_health(struct aggregator *a, struct snapshot *snap, size_t ring_used_before)
{
	struct snapshot_health *h = &snap->health;

	memcpy(h->sources, a->sources, a->n_sources * sizeof(h->sources[0]));
	h->n_sources = a->n_sources;
	h->sources[0].lost[LOST_RING] += naming_lost(a->naming);
	h->ring_capacity = ring_capacity(a->ports.ring);
	h->ring_used = ring_used_before;
	h->ring_high_watermark = ring_high_watermark(a->ports.ring);
	naming_health(a->naming, h);
}

static int publish_snapshot(struct aggregator *a, size_t ring_used_before, uint64_t now)
{
	struct snapshot *snap = series_snapshot(a->series, now);

	if (!snap) {
		if (log_limit_ok(&a->memory_log, now))
			log_error("no new snapshot: out of memory; keeping the last one");
		return -ENOMEM;
	}
	snap->time_ns = clock_realtime_ns();
	snap->monotonic_ns = now;
	snap->start_time_ns = a->start_time_ns;
	fill_health(a, snap, ring_used_before);
	slot_publish(a->ports.snapshots, &snap->value);
	if (a->ports.published_fd >= 0)
		eventfd_write(a->ports.published_fd, 1);
	return 0;
}

/* Return: whether they have changed since the last tick. */
static bool take_source_stats(struct aggregator *a)
{
	struct source_stats now[SOURCES_MAX];
	const size_t n = source_stats_get(a->ports.source_stats, now);
	bool news = n != a->n_sources;

	for (size_t i = 0; i < n && !news; i++)
		news = !source_stats_same(&now[i], &a->sources[i]);
	memcpy(a->sources, now, n * sizeof(now[0]));
	a->n_sources = n;
	return news;
}

/* Return: 0, or -ENOMEM: there is no new snapshot. */
static int tick(struct aggregator *a)
{
	const bool news = take_source_stats(a);
	const size_t used = ring_used(a->ports.ring);
	uint64_t now;

	adopt_config(a);
	drain_ring(a);
	naming_settle(a->naming, clock_monotonic_ns());
	now = clock_monotonic_ns();
	naming_log_update(&a->naming_log, a->naming, now);
	naming_retire(a->naming, now);
	if (news || a->popped)
		a->news_ns = now;
	a->popped = false;
	return publish_snapshot(a, used, now);
}

static uint64_t tick_ns(const struct aggregator *a)
{
	return a->cfg->series.tick_ms * NSEC_PER_MSEC;
}

/* For how long alert rules may need ticks after the last event: their windows, rounded up. */
static uint64_t alerts_memory_ns(const struct aggregator *a)
{
	uint64_t longest_s = 0;

	for (size_t i = 0; i < a->cfg->n_alerts; i++)
		if (a->cfg->alerts[i].window_s > longest_s)
			longest_s = a->cfg->alerts[i].window_s;
	return longest_s * NSEC_PER_SEC * 16 / 15 + 2 * ALERTS_NS;
}

/*
 * @now: before this tick
 *
 * Return: until when ticks may be left out; 0: something has happened before this tick.
 */
static uint64_t idle_until_ns(const struct aggregator *a, uint64_t now)
{
	const uint64_t next = series_next_ns(a->series);
	uint64_t until = now + IDLE_NS;

	if (a->news_ns >= now)
		return 0;
	if (now - a->news_ns < alerts_memory_ns(a))
		until = now + ALERTS_NS;
	return next < until ? next : until;
}

static void wait_for_events(struct aggregator *a, size_t fill, uint64_t timeout_ns)
{
	thread_waits(a->ports.beat);
	ring_wait(a->ports.ring, fill, timeout_ns);
	thread_works(a->ports.beat);
}

static void *run(void *arg)
{
	struct aggregator *a = arg;
	uint64_t next = clock_monotonic_ns() + tick_ns(a);
	size_t fill = ring_capacity(a->ports.ring) / 4;

	if (fill > WAKE_FILL)
		fill = WAKE_FILL;
	/* acquire: pairs with the release in aggregator_stop() */
	while (!atomic_load_explicit(&a->stop, memory_order_acquire)) {
		uint64_t now, idle;
		bool more;

		thread_works(a->ports.beat);
		drain_ring(a);
		now = clock_monotonic_ns();
		more = naming_step(a->naming, now);
		naming_log_update(&a->naming_log, a->naming, now);
		if (now < next) {
			if (!more)
				wait_for_events(a, fill, next - now);
			continue;
		}
		tick(a);
		/* Stay on the grid of ticks; skip those that were missed. */
		next += tick_ns(a) * ((now - next) / tick_ns(a) + 1);
		idle = idle_until_ns(a, now);
		if (idle > next)
			wait_for_events(a, 1, idle - now);
	}
	while (ring_used(a->ports.ring))
		drain_ring(a);
	tick(a);
	return NULL;
}

static struct aggregator *aggregator_free(struct aggregator *a)
{
	if (!a)
		return NULL;
	a->cfg = config_unref(a->cfg);
	a->naming = naming_free(a->naming);
	a->series = series_free(a->series);
	netdev_query_close(&a->netdev_query);
	free(a);
	return NULL;
}

DEFINE_CLEANUP(struct aggregator *, aggregator_free);

static int start_naming(struct aggregator *a, struct err *err)
{
	const uint64_t began_ns = clock_monotonic_ns();
	const int r = naming_new(a->cfg, &a->netdev_query, a->series, &a->naming, err);

	if (r == 0)
		naming_log_start(a->naming, clock_monotonic_ns() - began_ns);
	return r;
}

int aggregator_start(const struct aggregator_ports *ports, struct aggregator **ret, struct err *err)
{
	cleanup(aggregator_freep) struct aggregator *a = calloc(1, sizeof(*a));
	int r;

	if (!a)
		return err_set(err, -ENOMEM, "aggregator: out of memory");
	a->ports = *ports;
	a->cfg = config_get(ports->config);
	if (!a->cfg)
		return err_set(err, -EINVAL, "aggregator: no configuration");
	a->start_time_ns = clock_realtime_ns();
	a->news_ns = clock_monotonic_ns();
	r = series_new(&a->cfg->series, &a->series, err);
	if (r == 0)
		r = netdev_query_open(&a->netdev_query, err);
	if (r == 0)
		r = start_naming(a, err);
	if (r < 0)
		return r;
	r = tick(a);
	if (r < 0)
		return err_set(err, r, "aggregator: %m");
	r = thread_start(&a->thread, "aggregator", run, a);
	if (r < 0)
		return err_set(err, r, "aggregator: cannot start its thread: %m");
	*ret = take(a);
	return 0;
}

struct aggregator *aggregator_stop(struct aggregator *a)
{
	if (!a)
		return NULL;
	/* release: pairs with the acquire in run() */
	atomic_store_explicit(&a->stop, true, memory_order_release);
	ring_wake(a->ports.ring);
	pthread_join(a->thread, NULL);
	return aggregator_free(a);
}
