/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Used by the aggregator thread. Naming a drop (symbol, device, UTF-8, class) costs a hundred times
 * what counting it does. So it is done once per kind of drop (row_cache.h), and again only when the
 * result may differ: when the configuration, the symbols or the name of a device changed. A drop
 * keeps the labels under which it was counted.
 *
 * The path of a drop: naming_take() looks for its kind in the cache. If it is not there, the drop
 * is parked if its symbol may be outdated (waits_for_symbols()); else row_of() finds its labels,
 * and series_find() the row with these labels.
 *
 * A drop that the table of symbols cannot name for certain (symtab_outdated()) is parked while the
 * table is read in steps. Such a reading begins once between two ticks. If modules come or go
 * meanwhile it is abandoned, and the tick reads the whole table at once before it counts what is
 * parked. So a storm of module events costs at most two readings per tick, and no drop stays
 * without a name because the table was not read. If more kinds arrive than can be parked, the whole
 * table is read at once.
 */
#include "aggregate/naming.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "aggregate/canary_match.h"
#include "aggregate/netdevs.h"
#include "aggregate/parking.h"
#include "aggregate/protocols.h"
#include "aggregate/row_cache.h"
#include "aggregate/symtab.h"
#include "base/utf8.h"

struct naming {
	struct config *cfg; /* a reference */
	bool replay;	    /* events are those of another machine */
	uint32_t netns;	    /* inode of our network namespace; 0 unknown */
	struct series *series;
	struct row_cache *cache;
	struct symtab *symtab;
	struct netdevs *netdevs;
	struct protocols protocols;
	struct parking parking;
	uint64_t lost;
	uint64_t canary;      /* the number of the one to expect; 0: none */
	uint64_t canary_seen; /* the number of the last one that was counted */
	bool read_ahead;      /* the reading between two ticks has begun */
	struct naming_report report;
};

/* @netns: its inode; 0 unknown */
static enum series_place drop_place(const struct naming *n, uint32_t netns)
{
	if (!netns || !n->netns || n->replay)
		return PLACE_UNKNOWN;
	return netns == n->netns ? PLACE_OURS : PLACE_OTHER;
}

/* ---- labels ---- */

static void symbol_text(struct naming *n, const struct drop_event *ev, char text[SERIES_TEXT_MAX])
{
	char name[SYMBOL_NAME_MAX];

	if (ev->origin == DROP_ORIGIN_HARDWARE) {
		utf8_clean(text, SERIES_TEXT_MAX, ev->point, sizeof(ev->point));
		return;
	}
	symtab_name(n->symtab, ev->pc, ev->point, sizeof(ev->point), name);
	utf8_clean(text, SERIES_TEXT_MAX, name, sizeof(name));
}

/* "" unless the number means something here. */
static void device_text(struct naming *n, uint32_t ifindex, uint32_t netns,
			char text[SERIES_TEXT_MAX])
{
	text[0] = '\0';
	if (!n->replay)
		utf8_clean(text, SERIES_TEXT_MAX, netdevs_name(n->netdevs, ifindex, netns),
			   IFNAMSIZ);
	else if (ifindex) /* a recording does not contain the names of devices */
		snprintf(text, SERIES_TEXT_MAX, "if%u", ifindex);
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

	drop_labels_texts(labels, texts);
	for (size_t i = 0; i < cfg->n_classes; i++)
		if (config_match_fits(&cfg->classes[i].match, texts, casts[cast]))
			return cfg->classes[i].drop_class;
	return DROP_CLASS_SUSPECT;
}

/* Drops of a deleted device are often reported when it no longer exists. */
static void mark_gone(struct naming *n, uint32_t ifindex, const char *text, uint64_t now_ns)
{
	if (netdevs_is_gone(n->netdevs, ifindex))
		series_device_gone(n->series, text, now_ns);
}

/* The row of a kind that is not in the cache, or of a canary. */
static int row_of(struct naming *n, const struct drop_event *ev, bool canary, uint64_t now_ns)
{
	char texts[LABEL_TEXTS][SERIES_TEXT_MAX];
	struct drop_labels labels = { .origin = ev->origin };
	int row;

	symbol_text(n, ev, texts[LABEL_SYMBOL]);
	utf8_clean(texts[LABEL_REASON], SERIES_TEXT_MAX, ev->reason, sizeof(ev->reason));
	device_text(n, ev->ifindex, ev->netns, texts[LABEL_DEVICE]);
	device_text(n, ev->in_ifindex, ev->netns, texts[LABEL_IN_DEVICE]);
	protocol_text(&n->protocols, ev->ethertype, texts[LABEL_PROTOCOL]);
	transport_text(ev->ip_protocol, texts[LABEL_TRANSPORT]);
	for (enum label i = 0; i < LABEL_TEXTS; i++)
		labels.text[i] = texts[i];
	labels.drop_class = DROP_CLASS_EXPECTED;
	if (!canary)
		labels.drop_class = classify(n->cfg, &labels, ev->cast);
	row = series_find(n->series, &labels);
	mark_gone(n, ev->ifindex, texts[LABEL_DEVICE], now_ns);
	mark_gone(n, ev->in_ifindex, texts[LABEL_IN_DEVICE], now_ns);
	return row;
}

/* ---- drops ---- */

/* @row: negative: there is no memory for it */
static void count_in_row(struct naming *n, int row, const struct drop_event *ev)
{
	if (row < 0)
		n->lost += ev->packets;
	else
		series_count(n->series, row, ev->packets, ev->bytes, drop_place(n, ev->netns));
}

static void count_new_kind(struct naming *n, const struct drop_event *ev, struct hash128 kind,
			   uint64_t now_ns)
{
	int row = row_of(n, ev, false, now_ns);

	if (row >= 0)
		row_cache_set(n->cache, kind, row);
	count_in_row(n, row, ev);
}

/* Is one of these packets the canary? Any of its kind will do: it was dropped and reported, too. */
static bool has_canary(struct naming *n, const struct drop_event *ev)
{
	char symbol[SERIES_TEXT_MAX];

	if (!n->canary || n->canary == n->canary_seen || !canary_fits(ev) ||
	    drop_place(n, ev->netns) == PLACE_OTHER)
		return false;
	symbol_text(n, ev, symbol);
	return canary_fits_symbol(ev, symbol);
}

/* @rest: the other packets */
static void count_canary(struct naming *n, const struct drop_event *ev, struct drop_event *rest,
			 uint64_t now_ns)
{
	struct drop_event one;

	canary_split(ev, &one, rest);
	count_in_row(n, row_of(n, &one, true, now_ns), &one);
	n->canary_seen = n->canary;
}

/* @row: negative: not in the cache */
static void count_kind(struct naming *n, const struct drop_event *ev, struct hash128 kind, int row,
		       uint64_t now_ns)
{
	struct drop_event rest;

	if (has_canary(n, ev)) {
		count_canary(n, ev, &rest, now_ns);
		ev = &rest;
	}
	if (ev->packets && row >= 0)
		count_in_row(n, row, ev);
	else if (ev->packets)
		count_new_kind(n, ev, kind, now_ns);
}

static bool start_reading(struct naming *n, uint64_t now_ns)
{
	if (!symtab_reading(n->symtab))
		n->report.reading_began_ns = now_ns;
	return symtab_read(n->symtab);
}

/* Does this drop wait for the symbols? */
static bool waits_for_symbols(struct naming *n, const struct drop_event *ev, struct hash128 kind,
			      uint64_t now_ns)
{
	if (ev->origin == DROP_ORIGIN_HARDWARE || !symtab_outdated(n->symtab, ev->pc))
		return false;
	if (!n->read_ahead)
		n->read_ahead = start_reading(n, now_ns);
	if (parking_add(&n->parking, kind, ev))
		return true;
	naming_settle(n, now_ns);
	return symtab_outdated(n->symtab, ev->pc) && parking_add(&n->parking, kind, ev);
}

static void count_drop(struct naming *n, const struct drop_event *ev, uint64_t now_ns)
{
	struct hash128 kind = row_cache_kind(n->cache, ev);
	int row = row_cache_find(n->cache, kind);

	if (row >= 0 || !waits_for_symbols(n, ev, kind, now_ns))
		count_kind(n, ev, kind, row, now_ns);
}

static void count_parked(struct naming *n, uint64_t now_ns)
{
	for (size_t i = 0; i < n->parking.n; i++)
		count_kind(n, &n->parking.all[i].ev, n->parking.all[i].kind, -1, now_ns);
	n->parking.n = 0;
}

/* ---- devices ---- */

static void device_exists(const char *name, void *arg)
{
	struct naming *n = arg;
	char text[SERIES_TEXT_MAX];

	utf8_clean(text, SERIES_TEXT_MAX, name, strlen(name));
	series_device_back(n->series, text);
}

static void name_is_gone(struct naming *n, const char *name, uint64_t now_ns)
{
	char text[SERIES_TEXT_MAX];

	utf8_clean(text, SERIES_TEXT_MAX, name, strlen(name));
	series_device_gone(n->series, text, now_ns);
}

/* Drops of a device may have been counted under another name. */
static void device_renamed(struct naming *n)
{
	row_cache_clear(n->cache);
	n->report.devices_renamed++;
}

/* A device is new, has another name, or something else about it changed. */
static void device_announced(struct naming *n, const struct drop_event *ev, uint64_t now_ns)
{
	char before[sizeof(ev->point)];

	snprintf(before, sizeof(before), "%s", netdevs_known(n->netdevs, ev->ifindex));
	if (netdevs_learn(n->netdevs, ev->ifindex, ev->point)) {
		name_is_gone(n, before, now_ns);
		device_renamed(n);
	}
	device_exists(ev->point, n);
}

static void device_deleted(struct naming *n, const struct drop_event *ev, uint64_t now_ns)
{
	netdevs_gone(n->netdevs, ev->ifindex);
	name_is_gone(n, ev->point, now_ns);
}

static void devices_unknown(struct naming *n, uint64_t now_ns)
{
	series_devices_gone(n->series, now_ns);
	if (netdevs_refresh(n->netdevs, device_exists, n))
		device_renamed(n);
}

/* ---- the interface ---- */

void naming_take(struct naming *n, const struct drop_event *ev, uint64_t now_ns)
{
	switch ((enum drop_event_type)ev->type) {
	case EVENT_DROP:
		count_drop(n, ev, now_ns);
		break;
	case EVENT_DEVICE:
		device_announced(n, ev, now_ns);
		break;
	case EVENT_DEVICE_GONE:
		device_deleted(n, ev, now_ns);
		break;
	case EVENT_DEVICES_LOST:
		devices_unknown(n, now_ns);
		break;
	case EVENT_MODULES:
		if (symtab_changed(n->symtab))
			row_cache_clear(n->cache);
		break;
	}
}

void naming_expect_canary(struct naming *n, uint64_t number)
{
	n->canary = number;
}

void naming_check_modules(struct naming *n)
{
	if (symtab_check_modules(n->symtab))
		row_cache_clear(n->cache);
}

bool naming_step(struct naming *n, uint64_t now_ns)
{
	int r;

	if (!symtab_reading(n->symtab))
		return false;
	r = symtab_step(n->symtab);
	if (r > 0)
		return true;
	n->report.readings++;
	n->report.reading_error = r;
	n->report.reading_waited = n->parking.n;
	row_cache_clear(n->cache);
	count_parked(n, now_ns);
	return false;
}

void naming_settle(struct naming *n, uint64_t now_ns)
{
	n->read_ahead = false;
	if (n->parking.n == 0)
		return;
	start_reading(n, now_ns);
	while (naming_step(n, now_ns))
		;
	count_parked(n, now_ns); /* if the symbols cannot be read */
}

void naming_retire(struct naming *n, uint64_t now_ns)
{
	if (!n->replay && series_retire(n->series, now_ns))
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
	health->canary_seen = n->canary_seen;
	symtab_health(n->symtab, health);
}

struct naming_report naming_report(const struct naming *n)
{
	struct naming_report report = n->report;

	report.trouble = symtab_trouble(n->symtab);
	return report;
}

int naming_new(struct config *cfg, const struct netdev_query *query, struct series *series,
	       struct naming **ret, struct err *err)
{
	cleanup(naming_freep) struct naming *n = calloc(1, sizeof(*n));
	int r;

	if (!n)
		return err_set(err, -ENOMEM, "aggregator: out of memory");
	slot_value_ref(&cfg->value);
	n->cfg = cfg;
	n->series = series;
	n->replay = cfg->source.kind == SOURCE_REPLAY;
	n->cache = row_cache_new();
	n->netns = query->netns;
	n->netdevs = netdevs_new(query);
	if (!n->cache || !n->netdevs)
		return err_set(err, -ENOMEM, "aggregator: out of memory");
	r = symtab_new(&cfg->symbols, n->replay, &n->symtab, err);
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
	free(n->parking.all);
	free(n);
	return NULL;
}
