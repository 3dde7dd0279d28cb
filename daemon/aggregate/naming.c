/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Used by the aggregator thread. Naming an event (symbol, device, UTF-8, class) costs a hundred
 * times what counting it does, so it is done once a kind (kinds.h) and again only when an answer
 * may have changed: when the configuration, the symbols or a device's name did. A drop keeps the
 * labels under which it was counted.
 *
 * An event that the table of symbols cannot name for certain (symtab_outdated()) is parked, by
 * kind, while the table is read in steps. This reading begins once between two ticks. If modules
 * come or go meanwhile it is abandoned, and the tick reads the table to the end, in one go, before
 * it counts what is parked. So a storm of module events costs at most two readings a tick, and no
 * event stays without a name because the table was not read. If more kinds arrive than can be
 * parked, the table is read to the end at once.
 */
#include "aggregate/naming.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "aggregate/row_cache.h"
#include "aggregate/netdevs.h"
#include "aggregate/protocols.h"
#include "aggregate/symtab.h"
#include "aggregate/transports.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/utf8.h"

#define PARKED_MAX 256 /* kinds of events that wait for symbols */

struct naming {
	struct config *cfg; /* a reference */
	bool replay;	    /* events are another machine's */
	struct series *series;
	struct row_cache *cache;
	struct symtab *symtab;
	struct netdevs *netdevs;
	struct protocols protocols;
	uint64_t lost;
	bool read_ahead;	/* the reading between two ticks has begun */
	uint64_t read_since_ns; /* when the reading began */
	struct log_limit devices_log, symbols_log;
	size_t n_parked;
	struct drop_event parked[PARKED_MAX]; /* packets and bytes of a kind added up */
};

static void label_text(char text[SERIES_TEXT_MAX], const char *from, size_t size)
{
	utf8_clean(text, SERIES_TEXT_MAX, from, size);
}

/* "" unless the number means something here. */
static void device_text(struct naming *n, uint32_t ifindex, uint32_t netns,
			char text[SERIES_TEXT_MAX])
{
	const char *name;

	text[0] = '\0';
	if (!ifindex)
		return;
	if (n->replay) {
		/* The recording does not say what the device was called. */
		snprintf(text, SERIES_TEXT_MAX, "if%u", ifindex);
		return;
	}
	if (netns && !netdevs_is_ours(n->netdevs, netns))
		return;
	name = netdevs_name(n->netdevs, ifindex);
	label_text(text, name, strlen(name));
}

static enum drop_class classify(const struct config *cfg, const struct drop_labels *labels,
				uint8_t cast)
{
	static const char *const casts[] = {
		[DROP_CAST_UNKNOWN] = "",
		[DROP_CAST_BROADCAST] = "broadcast",
		[DROP_CAST_MULTICAST] = "multicast",
	};

	const char *texts[LABELS];

	snapshot_labels(labels, texts);
	for (size_t i = 0; i < cfg->n_classes; i++)
		if (config_match_fits(&cfg->classes[i].match, texts, casts[cast]))
			return cfg->classes[i].drop_class;
	return DROP_CLASS_SUSPECT;
}

/* The row of an event of a kind not met before; @symbol: as found, any bytes. */
static int name_event(struct naming *n, const struct drop_event *ev, const char *symbol,
		      size_t symbol_size)
{
	char point[SERIES_TEXT_MAX], reason[SERIES_TEXT_MAX];
	char device[SERIES_TEXT_MAX], in_device[SERIES_TEXT_MAX];
	char protocol[PROTOCOL_TEXT_MAX], transport[TRANSPORT_TEXT_MAX];
	struct drop_labels labels = { .origin = ev->origin,
				      .text = { [LABEL_SYMBOL] = point,
						[LABEL_REASON] = reason,
						[LABEL_DEVICE] = device,
						[LABEL_IN_DEVICE] = in_device,
						[LABEL_PROTOCOL] = protocol,
						[LABEL_TRANSPORT] = transport } };
	int row;

	label_text(point, symbol, symbol_size);
	label_text(reason, ev->reason, sizeof(ev->reason));
	device_text(n, ev->ifindex, ev->netns, device);
	device_text(n, ev->in_ifindex, ev->netns, in_device);
	protocol_text(&n->protocols, ev->ethertype, protocol);
	transport_text(ev->ip_protocol, transport);
	labels.drop_class = classify(n->cfg, &labels, ev->cast);
	row = series_find(n->series, &labels);
	if (netdevs_is_gone(n->netdevs, ev->ifindex))
		series_device_gone(n->series, device, clock_monotonic_ns());
	if (netdevs_is_gone(n->netdevs, ev->in_ifindex))
		series_device_gone(n->series, in_device, clock_monotonic_ns());
	return row;
}

static void add_up(struct naming *n, int row, const struct drop_event *ev)
{
	if (row < 0) {
		n->lost += ev->packets;
		return;
	}
	series_count(n->series, row, ev->packets, ev->has_bytes ? ev->bytes : 0);
}

static bool same_kind(const struct drop_event *a, const struct drop_event *b)
{
	return a->pc == b->pc && a->ifindex == b->ifindex && a->in_ifindex == b->in_ifindex &&
	       a->netns == b->netns && a->ethertype == b->ethertype &&
	       a->ip_protocol == b->ip_protocol && a->cast == b->cast && a->origin == b->origin &&
	       a->has_bytes == b->has_bytes && !memcmp(a->point, b->point, sizeof(a->point)) &&
	       !memcmp(a->reason, b->reason, sizeof(a->reason));
}

/* Adds an event to those that wait; false: no room. */
static bool park(struct naming *n, const struct drop_event *ev)
{
	for (size_t i = 0; i < n->n_parked; i++) {
		struct drop_event *p = &n->parked[i];

		if (!same_kind(p, ev))
			continue;
		p->packets += ev->packets;
		p->bytes += ev->bytes;
		return true;
	}
	if (n->n_parked == PARKED_MAX)
		return false;
	n->parked[n->n_parked++] = *ev;
	return true;
}

static bool read_symbols(struct naming *n)
{
	if (!symtab_reading(n->symtab))
		n->read_since_ns = clock_monotonic_ns();
	return symtab_read(n->symtab);
}

/* Does this event wait for the symbols? */
static bool waits(struct naming *n, const struct drop_event *ev)
{
	if (ev->origin == DROP_ORIGIN_HARDWARE || !symtab_outdated(n->symtab, ev->pc))
		return false;
	if (!n->read_ahead)
		n->read_ahead = read_symbols(n);
	if (park(n, ev))
		return true;
	naming_settle(n);
	return symtab_outdated(n->symtab, ev->pc) && park(n, ev);
}

static int row_of(struct naming *n, const struct drop_event *ev)
{
	char name[SYMBOL_NAME_MAX] = "unknown";

	if (ev->origin == DROP_ORIGIN_HARDWARE)
		return name_event(n, ev, ev->point, sizeof(ev->point));
	if (!symtab_name(n->symtab, ev->pc, ev->point, sizeof(ev->point), name))
		symtab_failed(n->symtab, ev->pc);
	return name_event(n, ev, name, sizeof(name));
}

static void count_new_kind(struct naming *n, const struct drop_event *ev, struct hash128 kind)
{
	int row = row_of(n, ev);

	add_up(n, row, ev);
	if (row >= 0)
		row_cache_set(n->cache, kind, row);
}

static void count(struct naming *n, const struct drop_event *ev)
{
	struct hash128 kind = row_cache_kind(n->cache, ev);
	int row = row_cache_find(n->cache, kind);

	if (row >= 0)
		add_up(n, row, ev);
	else if (!waits(n, ev))
		count_new_kind(n, ev, kind);
}

static void count_parked(struct naming *n)
{
	for (size_t i = 0; i < n->n_parked; i++) {
		struct hash128 kind = row_cache_kind(n->cache, &n->parked[i]);

		count_new_kind(n, &n->parked[i], kind);
	}
	n->n_parked = 0;
}

/* A device may have been shown with another name up to now. */
static void forget_devices(struct naming *n)
{
	row_cache_clear(n->cache);
	if (log_limit_ok(&n->devices_log, clock_monotonic_ns()))
		log_debug("devices: a known device may have another name now");
}

static void device_exists(const char *name, void *arg)
{
	struct naming *n = arg;
	char text[SERIES_TEXT_MAX];

	label_text(text, name, strlen(name));
	series_device_back(n->series, text);
}

static void name_is_gone(struct naming *n, const char *name)
{
	char text[SERIES_TEXT_MAX];

	label_text(text, name, strlen(name));
	series_device_gone(n->series, text, clock_monotonic_ns());
}

/* It is new, has another name, or something else about it has changed. */
static void device_announced(struct naming *n, const struct drop_event *ev)
{
	char before[sizeof(ev->point)];

	snprintf(before, sizeof(before), "%s", netdevs_known(n->netdevs, ev->ifindex));
	if (netdevs_learn(n->netdevs, ev->ifindex, ev->point)) {
		name_is_gone(n, before);
		forget_devices(n);
	}
	device_exists(ev->point, n);
}

void naming_take(struct naming *n, const struct drop_event *ev)
{
	switch ((enum drop_event_type)ev->type) {
	case EVENT_DROP:
		count(n, ev);
		break;
	case EVENT_DEVICE:
		device_announced(n, ev);
		break;
	case EVENT_DEVICE_GONE:
		netdevs_gone(n->netdevs, ev->ifindex);
		name_is_gone(n, ev->point);
		break;
	case EVENT_DEVICES_LOST:
		series_devices_gone(n->series, clock_monotonic_ns());
		if (netdevs_refresh(n->netdevs, device_exists, n))
			forget_devices(n);
		break;
	case EVENT_MODULES:
		if (symtab_changed(n->symtab))
			row_cache_clear(n->cache);
		break;
	}
}

void naming_check_modules(struct naming *n)
{
	if (symtab_check_modules(n->symtab))
		row_cache_clear(n->cache);
}

static void log_reading(struct naming *n, int r)
{
	struct snapshot_health health;
	uint64_t now = clock_monotonic_ns();

	if (!log_limit_ok(&n->symbols_log, now))
		return;
	if (r < 0) {
		log_warning("symbols: cannot read them again: %s; drops in modules are named "
			    "\"unknown\"",
			    strerror(-r));
		return;
	}
	symtab_health(n->symtab, &health);
	log_debug("symbols: read again in %.1f ms: %" PRIu64
		  " functions; %zu kinds of drops had waited for them",
		  (double)(now - n->read_since_ns) / 1e6, health.symbols_loaded, n->n_parked);
}

bool naming_step(struct naming *n)
{
	int r;

	if (!symtab_reading(n->symtab))
		return false;
	r = symtab_step(n->symtab);
	if (r > 0)
		return true;
	log_reading(n, r);
	row_cache_clear(n->cache);
	count_parked(n);
	return false;
}

void naming_settle(struct naming *n)
{
	n->read_ahead = false;
	if (n->n_parked == 0)
		return;
	read_symbols(n);
	while (naming_step(n))
		;
	count_parked(n); /* if they cannot be read */
}

void naming_retire(struct naming *n)
{
	if (!n->replay && series_retire(n->series, clock_monotonic_ns()))
		row_cache_clear(n->cache);
}

void naming_apply_config(struct naming *n, struct config *cfg)
{
	slot_value_ref(&cfg->value);
	config_unref(n->cfg);
	n->cfg = cfg;
	row_cache_clear(n->cache);
}

uint64_t naming_lost(const struct naming *n)
{
	return n->lost;
}

void naming_health(const struct naming *n, struct snapshot_health *health)
{
	symtab_health(n->symtab, health);
}

static void log_symbols(const struct naming *n, uint64_t took_ns)
{
	const char *trouble = symtab_trouble(n->symtab);
	struct snapshot_health health;

	symtab_health(n->symtab, &health);
	if (*trouble)
		log_warning("symbols: %s", trouble);
	if (health.symbols_loaded)
		log_info("symbols: %" PRIu64 " functions from %s", health.symbols_loaded,
			 health.symbols_source);
	else
		log_warning("symbols: %s; only what the kernel itself names has a name",
			    health.symbols_missing);
	log_debug("symbols: read in %.1f ms", (double)took_ns / 1e6);
}

int naming_new(struct config *cfg, struct series *series, struct naming **ret, struct err *err)
{
	cleanup(naming_freep) struct naming *n = calloc(1, sizeof(*n));
	uint64_t start_ns = clock_monotonic_ns();
	int r;

	if (!n)
		return err_set(err, -ENOMEM, "aggregator: out of memory");
	slot_value_ref(&cfg->value);
	n->cfg = cfg;
	n->series = series;
	n->replay = cfg->source.kind == SOURCE_REPLAY;
	n->cache = row_cache_new();
	if (!n->cache)
		return err_set(err, -ENOMEM, "aggregator: out of memory");
	r = symtab_new(&cfg->symbols, n->replay, &n->symtab, err);
	if (r < 0)
		return r;
	log_symbols(n, clock_monotonic_ns() - start_ns);
	r = netdevs_new(&n->netdevs, err);
	if (r == 0)
		*ret = take(n);
	return r;
}

struct naming *naming_free(struct naming *n)
{
	if (!n)
		return NULL;
	config_unref(n->cfg);
	row_cache_free(n->cache);
	symtab_free(n->symtab);
	netdevs_free(n->netdevs);
	free(n);
	return NULL;
}
