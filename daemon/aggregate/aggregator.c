/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The aggregator thread: the one consumer of the ring, the one writer of the series table, the one
 * publisher of snapshots.
 *
 * Wake-ups are what costs, not events. So the thread does not wake for an event: it sleeps until
 * the ring holds enough of them to be worth it, at most until the next tick, and what trickles in
 * meanwhile waits in the ring. An idle or a quiet machine wakes it once a tick; a flood once every
 * two thousand events, far below what the ring can hold.
 *
 * Naming an event (symbol, device, UTF-8, class) costs a hundred times what counting it does, so
 * it is done once a kind (kinds.h) and again only when an answer may have changed: when the
 * configuration, the symbols or a device's name did. A drop keeps the labels under which it was
 * counted; so no sum ever goes down.
 *
 * An event from an address that no function is known at makes us read the symbols again. Such
 * events are parked meanwhile, by kind, and counted when the answer is there, at the latest in the
 * snapshot of the tick.
 *
 * What a snapshot says adds up: the source's own numbers are taken first, then the ring is emptied,
 * then the series are copied. An event that the source says it gave us is therefore counted in the
 * same snapshot, or lost in the ring, or (at rates at which the ring never gets empty) among those
 * that ring_used shows.
 */
#include "aggregate/aggregator.h"

#include <errno.h>
#include <inttypes.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "aggregate/kinds.h"
#include "aggregate/netdevs.h"
#include "aggregate/protocols.h"
#include "aggregate/series.h"
#include "aggregate/snapshot.h"
#include "aggregate/symtab.h"
#include "aggregate/transports.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/utf8.h"
#include "source/source_stats.h"

#define BATCH	   256	/* events popped at a time */
#define WAKE_FILL  2048 /* events in the ring that are worth waking up for: 2 ms at 1,000,000/s */
#define PARKED_MAX 256	/* kinds of events that wait for symbols */
#define REFRESH_NS (5 * NSEC_PER_SEC) /* between two looks at device names and modules */
#define BEAT_NS	   NSEC_PER_SEC	      /* the longest sleep, however long a tick is */

struct aggregator {
	struct aggregator_ports ports; /* immutable */
	pthread_t thread;	       /* main */
	atomic_bool stop;	       /* atomic; release in aggregator_stop(), acquire in run() */
	bool replay;		       /* immutable: events are another machine's */
	uint64_t start_time_ns;	       /* immutable */

	/* aggregator, before the thread runs: main */
	struct config *cfg; /* what is in force; a reference */
	struct series *series;
	struct kinds *kinds;
	struct symtab *symtab;
	struct netdevs *netdevs;
	struct protocols protocols;
	uint64_t next_refresh_ns;
	uint64_t lost; /* packets that no row could be made for: out of memory */
	struct log_limit memory_log;
	struct log_limit device_log;
	uint64_t symbols_since_ns; /* when reading them again began; 0 they are not being read */
	size_t n_parked;
	struct drop_event parked[PARKED_MAX]; /* packets and bytes of a kind added up */
	struct drop_event batch[BATCH];
};

static void label_text(char text[SERIES_TEXT_MAX], const char *from, size_t size)
{
	utf8_clean(text, SERIES_TEXT_MAX, from, size);
}

/* "" unless the number means something here. */
static void device_text(struct aggregator *a, uint32_t ifindex, uint32_t netns,
			char text[SERIES_TEXT_MAX])
{
	const char *name;

	text[0] = '\0';
	if (!ifindex)
		return;
	if (a->replay) {
		/* The recording does not say what the device was called. */
		snprintf(text, SERIES_TEXT_MAX, "if%u", ifindex);
		return;
	}
	if (netns && !netdevs_is_ours(a->netdevs, netns))
		return;
	name = netdevs_name(a->netdevs, ifindex);
	label_text(text, name, strlen(name));
}

static enum drop_class classify(const struct config *cfg, const struct drop_labels *labels)
{
	for (size_t i = 0; i < cfg->n_classes; i++)
		if (config_match_labels(&cfg->classes[i].match, labels))
			return cfg->classes[i].expected ? DROP_CLASS_EXPECTED : DROP_CLASS_SUSPECT;
	return DROP_CLASS_SUSPECT;
}

/* The row of an event of a kind not met before; @symbol: as found, any bytes. */
static int name_event(struct aggregator *a, const struct drop_event *ev, const char *symbol,
		      size_t symbol_size)
{
	char point[SERIES_TEXT_MAX], reason[SERIES_TEXT_MAX];
	char device[SERIES_TEXT_MAX], in_device[SERIES_TEXT_MAX];
	char protocol[PROTOCOL_TEXT_MAX], transport[TRANSPORT_TEXT_MAX];
	struct drop_labels labels = { .origin = ev->origin,
				      .symbol = point,
				      .reason = reason,
				      .device = device,
				      .in_device = in_device,
				      .protocol = protocol,
				      .transport = transport };

	label_text(point, symbol, symbol_size);
	label_text(reason, ev->reason, sizeof(ev->reason));
	device_text(a, ev->ifindex, ev->netns, device);
	device_text(a, ev->in_ifindex, ev->netns, in_device);
	protocol_text(&a->protocols, ev->ethertype, protocol);
	transport_text(ev->ip_protocol, transport);
	labels.drop_class = classify(a->cfg, &labels);
	return series_find(a->series, &labels);
}

static void add_up(struct aggregator *a, int row, const struct drop_event *ev)
{
	if (row < 0) {
		a->lost += ev->packets;
		return;
	}
	series_count(a->series, row, ev->packets, ev->has_bytes ? ev->bytes : 0);
}

static bool same_kind(const struct drop_event *a, const struct drop_event *b)
{
	return a->pc == b->pc && a->ifindex == b->ifindex && a->in_ifindex == b->in_ifindex &&
	       a->netns == b->netns && a->ethertype == b->ethertype &&
	       a->ip_protocol == b->ip_protocol && a->origin == b->origin &&
	       a->has_bytes == b->has_bytes && !memcmp(a->point, b->point, sizeof(a->point)) &&
	       !memcmp(a->reason, b->reason, sizeof(a->reason));
}

/* Keep an event until the symbols were read again; false: no room. */
static bool park(struct aggregator *a, const struct drop_event *ev)
{
	for (size_t i = 0; i < a->n_parked; i++) {
		struct drop_event *p = &a->parked[i];

		if (!same_kind(p, ev) || p->packets > UINT32_MAX - ev->packets)
			continue;
		p->packets += ev->packets;
		p->bytes += ev->bytes;
		return true;
	}
	if (a->n_parked == PARKED_MAX)
		return false;
	a->parked[a->n_parked++] = *ev;
	return true;
}

static void count_new_kind(struct aggregator *a, const struct drop_event *ev, struct hash128 kind,
			   bool may_park)
{
	char name[SYMBOL_NAME_MAX] = "unknown";
	int row;

	if (ev->origin == DROP_ORIGIN_HARDWARE) {
		row = name_event(a, ev, ev->point, sizeof(ev->point));
	} else {
		if (!symtab_name(a->symtab, ev->pc, ev->point, sizeof(ev->point), name)) {
			if (may_park && ev->pc && symtab_reload(a->symtab, clock_monotonic_ns()) &&
			    park(a, ev))
				return;
			symtab_failed(a->symtab, ev->pc);
		}
		row = name_event(a, ev, name, sizeof(name));
	}
	add_up(a, row, ev);
	if (row >= 0)
		kinds_set(a->kinds, kind, row);
}

static void count(struct aggregator *a, const struct drop_event *ev)
{
	struct hash128 kind;
	int row = kinds_find(a->kinds, ev, &kind);

	if (row >= 0)
		add_up(a, row, ev);
	else
		count_new_kind(a, ev, kind, true);
}

static void refresh_devices(struct aggregator *a, uint64_t now)
{
	if (!netdevs_refresh(a->netdevs))
		return;
	kinds_forget(a->kinds);
	if (log_limit_ok(&a->device_log, now))
		log_debug("devices: the names were read again, and some have changed");
}

/* What an event that is no drop changes about the names of those that follow. */
static void take_change(struct aggregator *a, const struct drop_event *ev)
{
	if (ev->type == EVENT_MODULES)
		symtab_reload(a->symtab, clock_monotonic_ns());
	else
		refresh_devices(a, clock_monotonic_ns());
}

static void take_event(struct aggregator *a, const struct drop_event *ev)
{
	if (ev->type == EVENT_DROP)
		count(a, ev);
	else
		take_change(a, ev);
}

static void count_parked(struct aggregator *a)
{
	for (size_t i = 0; i < a->n_parked; i++) {
		struct hash128 kind;

		kinds_find(a->kinds, &a->parked[i], &kind);
		count_new_kind(a, &a->parked[i], kind, false);
	}
	a->n_parked = 0;
}

/* Look at what may have changed under us; only while something is dropped. */
static void refresh(struct aggregator *a)
{
	uint64_t now = clock_monotonic_ns();

	if (a->replay || now < a->next_refresh_ns)
		return;
	a->next_refresh_ns = now + REFRESH_NS;
	refresh_devices(a, now);
	symtab_check_modules(a->symtab, now);
}

/* Count what is in the ring, at most as much as fits into it: no flood can hold us here. */
static void drain(struct aggregator *a)
{
	size_t left = ring_capacity(a->ports.ring);
	size_t n = ring_pop(a->ports.ring, a->batch, BATCH);

	if (n)
		refresh(a);
	while (n) {
		for (size_t i = 0; i < n; i++)
			take_event(a, &a->batch[i]);
		left -= n < left ? n : left;
		n = n == BATCH && left ? ring_pop(a->ports.ring, a->batch, BATCH) : 0;
	}
}

static void log_symbols_again(struct aggregator *a)
{
	struct snapshot_health health;

	symtab_health(a->symtab, &health);
	log_debug("symbols: read again in %.1f ms: %" PRIu64
		  " functions; %zu kinds of drops had waited for them",
		  (double)(clock_monotonic_ns() - a->symbols_since_ns) / 1e6, health.symbols_loaded,
		  a->n_parked);
	a->symbols_since_ns = 0;
}

static void read_symbols(struct aggregator *a)
{
	if (symtab_reading(a->symtab) && !a->symbols_since_ns)
		a->symbols_since_ns = clock_monotonic_ns();
	if (!symtab_step(a->symtab))
		return;
	log_symbols_again(a);
	kinds_forget(a->kinds);
	count_parked(a);
}

/* What is live in the configuration: the classes, and the time between ticks. */
static void adopt_config(struct aggregator *a)
{
	struct config *next = config_get(a->ports.config);

	if (next && next != a->cfg) {
		kinds_forget(a->kinds);
		config_unref(a->cfg);
		a->cfg = take(next);
	}
	config_unref(next);
}

static void fill_health(struct aggregator *a, struct snapshot *snap,
			const struct source_stats_value *stats, size_t ring_used_before)
{
	struct snapshot_health *h = &snap->health;

	if (stats) {
		memcpy(h->sources, stats->all, sizeof(h->sources));
		h->n_sources = stats->n;
		h->sources[0].lost_ring += a->lost;
	}
	h->ring_capacity = ring_capacity(a->ports.ring);
	h->ring_used = ring_used_before;
	h->ring_high_watermark = ring_high_watermark(a->ports.ring);
	symtab_health(a->symtab, h);
}

static void publish(struct aggregator *a, const struct source_stats_value *stats,
		    size_t ring_used_before)
{
	uint64_t now = clock_monotonic_ns();
	struct snapshot *snap = series_snapshot(a->series, now);

	if (!snap) {
		if (log_limit_ok(&a->memory_log, now))
			log_error("no snapshot: out of memory; the last one stays");
		return;
	}
	snap->time_ns = clock_realtime_ns();
	snap->monotonic_ns = now;
	snap->start_time_ns = a->start_time_ns;
	fill_health(a, snap, stats, ring_used_before);
	slot_publish(a->ports.snapshots, &snap->value);
}

static void tick(struct aggregator *a)
{
	struct source_stats_value *stats =
		(struct source_stats_value *)slot_get(a->ports.source_stats);
	size_t used = ring_used(a->ports.ring);

	adopt_config(a);
	drain(a);
	while (symtab_reading(a->symtab) && a->n_parked)
		read_symbols(a);
	publish(a, stats, used);
	slot_value_unref(stats ? &stats->value : NULL);
}

static uint64_t tick_ns(const struct aggregator *a)
{
	return a->cfg->series.tick_ms * NSEC_PER_MSEC;
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
		uint64_t now;

		/* relaxed: only looked at to see whether it moves */
		atomic_fetch_add_explicit(a->ports.beat, 1, memory_order_relaxed);
		drain(a);
		read_symbols(a);
		now = clock_monotonic_ns();
		if (now >= next) {
			tick(a);
			/* On the grid of ticks; those that were missed are not made up for. */
			next += tick_ns(a) * ((now - next) / tick_ns(a) + 1);
		} else if (!symtab_reading(a->symtab)) {
			ring_wait(a->ports.ring, fill, next - now < BEAT_NS ? next - now : BEAT_NS);
		}
	}
	while (ring_used(a->ports.ring))
		drain(a);
	tick(a);
	return NULL;
}

static struct aggregator *aggregator_free(struct aggregator *a)
{
	if (!a)
		return NULL;
	a->cfg = config_unref(a->cfg);
	a->series = series_free(a->series);
	a->kinds = kinds_free(a->kinds);
	a->symtab = symtab_free(a->symtab);
	a->netdevs = netdevs_free(a->netdevs);
	free(a);
	return NULL;
}

DEFINE_CLEANUP(struct aggregator *, aggregator_free);

static void log_symbols(const struct aggregator *a, uint64_t took_ns)
{
	const char *trouble = symtab_trouble(a->symtab);
	struct snapshot_health health;

	symtab_health(a->symtab, &health);
	if (*trouble)
		log_warning("symbols: %s", trouble);
	if (health.symbols_loaded)
		log_info("symbols: %" PRIu64 " functions from %s", health.symbols_loaded,
			 health.symbols_source);
	else
		log_warning("symbols: %s; only what the kernel itself names has a name",
			    health.symbols_source);
	log_debug("symbols: read in %.1f ms", (double)took_ns / 1e6);
}

static int start_thread(struct aggregator *a, struct err *err)
{
	sigset_t all, before;
	int r;

	/* Signals are main's. */
	sigfillset(&all);
	pthread_sigmask(SIG_BLOCK, &all, &before);
	r = pthread_create(&a->thread, NULL, run, a);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	if (r)
		return err_set(err, -r, "aggregator: cannot start its thread: %s", strerror(r));
	pthread_setname_np(a->thread, "aggregator");
	return 0;
}

int aggregator_start(const struct aggregator_ports *ports, struct aggregator **ret, struct err *err)
{
	cleanup(aggregator_freep) struct aggregator *a = calloc(1, sizeof(*a));
	uint64_t start_ns;
	int r;

	if (!a)
		return err_set(err, -ENOMEM, "aggregator: out of memory");
	a->ports = *ports;
	a->cfg = config_get(ports->config);
	if (!a->cfg)
		return err_set(err, -EINVAL, "aggregator: no configuration");
	a->replay = a->cfg->source.kind == SOURCE_REPLAY;
	a->start_time_ns = clock_realtime_ns();
	a->kinds = kinds_new();
	if (!a->kinds)
		return err_set(err, -ENOMEM, "aggregator: out of memory");
	r = series_new(&a->cfg->series, &a->series, err);
	start_ns = clock_monotonic_ns();
	if (r == 0)
		r = symtab_new(&a->cfg->symbols, a->replay, &a->symtab, err);
	if (r < 0)
		return r;
	log_symbols(a, clock_monotonic_ns() - start_ns);
	r = netdevs_new(&a->netdevs, err);
	if (r < 0)
		return r;
	tick(a);
	r = start_thread(a, err);
	if (r < 0)
		return r;
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
