/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/* Readings and snapshots in, ledgers out: a series table and made-up counters. */
#include "../test.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "aggregate/series.h"
#include "base/clock.h"
#include "counters_world.h"
#include "ledger/balance.h"

struct world {
	struct balance *balance;
	struct series *series;
	struct source_stats source;
	struct reading *reading; /* what the kernel shows next */
	uint64_t now_ns;
	unsigned int labels;
	struct ledger *ledger; /* the last one */
};

static inline void begin(struct world *w, uint32_t limit)
{
	const struct config_series cfg = { .limit = limit,
					   .labels = LABELS_ALL,
					   .windows_s = { 60 },
					   .n_windows = 1,
					   .retire_after_s = 1 };

	assert_int_equal(series_new(&cfg, &w->series, NULL), 0);
}

static inline int set_up(void **state)
{
	struct world *w = calloc(1, sizeof(*w));

	if (!w)
		return -1;
	w->balance = balance_new();
	w->reading = reading_new();
	w->now_ns = 1000 * NSEC_PER_SEC;
	w->source = (struct source_stats){ .source = SOURCE_NAME_TRACEPOINT, .up = true };
	w->labels = LABELS_ALL;
	begin(w, 10000);
	*state = w;
	return 0;
}

static inline int tear_down(void **state)
{
	struct world *w = *state;

	ledger_unref(w->ledger);
	reading_free(w->reading);
	balance_free(w->balance);
	series_free(w->series);
	free(w);
	return 0;
}

struct drop {
	const char *symbol, *reason, *device, *transport;
	enum series_place place;
};

static inline void drop_packets(struct world *w, struct drop d, uint64_t packets)
{
	const struct drop_labels l = { .text = { d.symbol, d.reason ?: "X", d.device ?: "", "", "",
						 d.transport ?: "" } };

	series_count(w->series, series_find(w->series, &l), packets, 0, d.place);
}

static inline void drop_same(struct world *w, uint64_t packets)
{
	drop_packets(w, (struct drop){ "same_rcv", "SAME", .place = PLACE_OURS }, packets);
}

static inline void drop_at_link(struct world *w, const char *device, uint64_t packets)
{
	drop_packets(w, (struct drop){ "link_rcv", .device = device, .place = PLACE_OURS },
		     packets);
}

static inline struct snapshot *look(struct world *w)
{
	struct snapshot *s = series_snapshot(w->series, w->now_ns);

	assert_non_null(s);
	s->health.sources[0] = w->source;
	s->health.n_sources = 1;
	return s;
}

static inline void before(struct world *w)
{
	cleanup(snapshot_unrefp) struct snapshot *s = look(w);

	balance_before(w->balance, s);
}

/* @name: "A.same" */
static inline void kernel_shows(struct world *w, const char *name, const char *device,
				uint64_t value)
{
	const char *dot = strchr(name, '.');
	char group[16];

	snprintf(group, sizeof(group), "%.*s", (int)(dot - name), name);
	reading_add(w->reading, group, dot + 1, device, value);
}

/* The reading that kernel_shows() has prepared. */
static inline void after(struct world *w)
{
	cleanup(snapshot_unrefp) struct snapshot *s = look(w);
	const struct balance_reading r = { w->reading, 1, w->now_ns, w->labels };

	w->ledger = ledger_unref(w->ledger);
	assert_int_equal(balance_after(w->balance, &r, s, &w->ledger), 0);
	reading_free(w->reading);
	w->reading = reading_new();
	w->now_ns += 15 * NSEC_PER_SEC;
}

static inline void read_kernel(struct world *w)
{
	before(w);
	after(w);
}

static inline void read_one(struct world *w, const char *name, const char *device, uint64_t value)
{
	kernel_shows(w, name, device, value);
	read_kernel(w);
}

static inline const struct ledger_row *row(const struct world *w, const char *name,
					   const char *device)
{
	for (size_t i = 0; i < w->ledger->n_rows; i++)
		if (!strcmp(w->ledger->rows[i].counter->name, name) &&
		    !strcmp(w->ledger->rows[i].device, device))
			return &w->ledger->rows[i];
	return NULL;
}

static inline void assert_cell(const struct world *w, const char *name, const char *device,
			       enum ledger_span span, uint64_t kernel, uint64_t seen,
			       int64_t unexplained)
{
	const struct ledger_row *r = row(w, name, device);

	assert_non_null(r);
	assert_null(r->unavailable);
	assert_int_equal(r->cells[span].kernel, kernel);
	assert_int_equal(r->cells[span].seen, seen);
	assert_int_equal(r->cells[span].unexplained, unexplained);
}

static inline void assert_since_start(const struct world *w, const char *name, const char *device,
				      uint64_t kernel, uint64_t seen, int64_t unexplained)
{
	assert_cell(w, name, device, LEDGER_SINCE_START, kernel, seen, unexplained);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
