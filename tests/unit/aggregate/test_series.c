/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "../test.h"

#include <malloc.h>
#include <stdio.h>
#include <string.h>

#include "aggregate/series.h"
#include "base/clock.h"

static struct series *table(uint32_t limit, unsigned int labels)
{
	struct config_series cfg = { .limit = limit,
				     .labels = labels,
				     .windows_s = { 60, 10 },
				     .n_windows = 2,
				     .windows_top = 3 };
	struct series *s = NULL;

	assert_int_equal(series_new(&cfg, &s, NULL), 0);
	return s;
}

static struct drop_labels labels(const char *symbol, const char *reason)
{
	return (struct drop_labels){ .text[LABEL_SYMBOL] = symbol,
				     .text[LABEL_REASON] = reason,
				     .text[LABEL_DEVICE] = "eth0",
				     .text[LABEL_PROTOCOL] = "ipv4",
				     .text[LABEL_IN_DEVICE] = "",
				     .text[LABEL_TRANSPORT] = "" };
}

static int find(struct series *s, const char *symbol, const char *reason)
{
	struct drop_labels l = labels(symbol, reason);

	return series_find(s, &l);
}

static void equal_labels_share_a_row(void **state)
{
	cleanup(series_freep) struct series *s = table(100, LABELS_ALL);
	struct drop_labels l = labels("f", "R");
	int row = series_find(s, &l);

	(void)state;
	assert_int_equal(find(s, "f", "R"), row);
	assert_int_not_equal(find(s, "f", "S"), row);
	assert_int_not_equal(find(s, "fR", ""), row);
	l.drop_class = DROP_CLASS_EXPECTED;
	assert_int_not_equal(series_find(s, &l), row);
	l = labels("f", "R");
	l.text[LABEL_DEVICE] = "";
	assert_int_not_equal(series_find(s, &l), row);
	l.text[LABEL_DEVICE] = "eth0";
	l.text[LABEL_PROTOCOL] = "ipv6";
	assert_int_not_equal(series_find(s, &l), row);
	l.text[LABEL_PROTOCOL] = "ipv4";
	l.origin = DROP_ORIGIN_HARDWARE;
	assert_int_not_equal(series_find(s, &l), row);
}

static void totals_add_up(void **state)
{
	cleanup(series_freep) struct series *s = table(100, LABELS_ALL);
	cleanup(snapshot_unrefp) struct snapshot *snap = NULL;
	int row;

	(void)state;
	series_count(s, find(s, "f", "R"), 3, 300);
	series_count(s, find(s, "g", ""), 4, 0);
	row = find(s, "f", "R");
	series_count(s, row, 5, 500);
	snap = series_snapshot(s, NSEC_PER_SEC);
	assert_int_equal(snap->n_rows, 2);
	assert_int_equal(snap->rows[row].total, 8);
	assert_int_equal(snap->rows[row].bytes, 800);
	assert_int_equal(snap->rows[row].labels->id, row);
	assert_string_equal(snap->rows[row].labels->text[LABEL_SYMBOL], "f");
	assert_string_equal(snap->rows[row].labels->text[LABEL_DEVICE], "eth0");
	assert_int_equal(snap->total, 12);
	assert_int_equal(snap->health.series, 2);
	assert_int_equal(snap->health.series_limit, 100);
	assert_int_equal(snap->health.series_overflow, 0);
}

static void only_configured_labels_tell_apart(void **state)
{
	cleanup(series_freep) struct series *s = table(100, LABEL_BIT(LABEL_SYMBOL));
	cleanup(snapshot_unrefp) struct snapshot *snap = NULL;
	struct drop_labels trap = labels("trap", "group"), other_trap = labels("trap", "group2");

	(void)state;
	assert_int_equal(find(s, "f", "R"), find(s, "f", "S"));
	trap.origin = other_trap.origin = DROP_ORIGIN_HARDWARE;
	trap.drop_class = DROP_CLASS_EXPECTED;
	/* hardware drops have a metric of their own, with labels of its own */
	assert_int_equal(series_find(s, &trap), 1);
	assert_int_equal(series_find(s, &other_trap), 2);
	snap = series_snapshot(s, 0);
	assert_int_equal(snap->n_rows, 3);
	assert_string_equal(snap->rows[0].labels->all.head, "{symbol=\"f\"");
	assert_string_equal(snap->rows[0].labels->all.tail, "} ");
	assert_string_equal(snap->rows[0].labels->text[LABEL_REASON], "");
	assert_string_equal(snap->rows[0].labels->text[LABEL_DEVICE], "");
	assert_string_equal(snap->rows[1].labels->text[LABEL_REASON], "group");
	assert_string_equal(snap->rows[1].labels->text[LABEL_PROTOCOL], "");
	assert_int_equal(snap->rows[1].labels->drop_class, DROP_CLASS_SUSPECT);
}

static void past_the_limit_all_goes_into_other(void **state)
{
	cleanup(series_freep) struct series *s = table(10, LABELS_ALL);
	cleanup(snapshot_unrefp) struct snapshot *snap = NULL;
	struct drop_labels trap = labels("trap", "group");
	uint64_t sum = 0;
	char name[32];

	(void)state;
	for (int round = 0; round < 2; round++) {
		for (int i = 0; i < 1000; i++) {
			snprintf(name, sizeof(name), "f%d", i);
			series_count(s, find(s, name, "R"), 2, 0);
		}
	}
	trap.origin = DROP_ORIGIN_HARDWARE;
	series_count(s, series_find(s, &trap), 9, 0);
	snap = series_snapshot(s, 0);
	assert_int_equal(snap->n_rows, 12);
	for (size_t i = 0; i < snap->n_rows; i++)
		sum += snap->rows[i].total;
	assert_int_equal(sum, 4009);
	assert_int_equal(snap->total, 4009);
	assert_string_equal(snap->rows[10].labels->text[LABEL_SYMBOL], "other");
	assert_string_equal(snap->rows[10].labels->text[LABEL_DEVICE], "");
	assert_int_equal(snap->rows[10].total, 990 * 4);
	assert_int_equal(snap->rows[11].labels->origin, DROP_ORIGIN_HARDWARE);
	assert_int_equal(snap->rows[11].total, 9);
	assert_int_equal(snap->health.series, 10);
	assert_int_equal(snap->health.series_overflow, 990 * 4 + 9);
}

/* Two rows with the same labels would make Prometheus refuse the scrape. */
static void a_function_called_other_shares_the_row(void **state)
{
	cleanup(series_freep) struct series *s = table(1, LABELS_ALL);
	cleanup(snapshot_unrefp) struct snapshot *snap = NULL;
	struct drop_labels l = { .text[LABEL_SYMBOL] = "other",
				 .text[LABEL_REASON] = "",
				 .text[LABEL_DEVICE] = "",
				 .text[LABEL_PROTOCOL] = "",
				 .text[LABEL_IN_DEVICE] = "",
				 .text[LABEL_TRANSPORT] = "" };

	(void)state;
	series_count(s, series_find(s, &l), 1, 0);
	series_count(s, find(s, "f", "R"), 1, 0);
	series_count(s, find(s, "g", "R"), 1, 0);
	snap = series_snapshot(s, 0);
	assert_int_equal(snap->total, 3);
	for (size_t i = 1; i < snap->n_rows; i++)
		assert_string_not_equal(snap->rows[i].labels->text[LABEL_SYMBOL], "other");
}

static void windows_are_per_symbol_and_busiest_first(void **state)
{
	cleanup(series_freep) struct series *s = table(100, LABELS_ALL);
	struct snapshot *snap;
	uint64_t now = 1000 * NSEC_PER_SEC;

	(void)state;
	series_count(s, find(s, "quiet", "R"), 1, 0);
	series_count(s, find(s, "b", "R"), 10, 0);
	series_count(s, find(s, "b", "S"), 11, 0);
	series_count(s, find(s, "a", "S"), 21, 0);
	series_count(s, find(s, "busy", "R"), 100, 0);
	snap = series_snapshot(s, now);
	assert_int_equal(snap->n_spans, 2);
	assert_int_equal(snap->windows_s[0], 60);
	assert_int_equal(snap->n_windows, 3); /* windows_top */
	assert_string_equal(snap->windows[0].symbol, "busy");
	assert_string_equal(snap->windows[1].symbol, "a"); /* equal sums: by name */
	assert_string_equal(snap->windows[2].symbol, "b");
	assert_int_equal(snap->windows[2].sums[0], 21);
	assert_int_equal(snap->windows[2].sums[1], 21);
	assert_int_equal(snap->windows_sums[0], 143); /* with "quiet", which is not shown */
	assert_int_equal(snap->windows_sums[1], 143);
	assert_int_equal(snap->longest_span, 0);
	snap = snapshot_unref(snap);
	series_count(s, find(s, "b", "S"), 1000, 0);
	snap = series_snapshot(s, now + 20 * NSEC_PER_SEC);
	assert_string_equal(snap->windows[0].symbol, "b");
	assert_int_equal(snap->windows[0].sums[0], 1021);
	assert_int_equal(snap->windows[0].sums[1], 1000); /* 10 s: the first ones are out */
	assert_int_equal(snap->windows[1].sums[1], 0);
	assert_int_equal(snap->windows_sums[0], 1143);
	assert_int_equal(snap->windows_sums[1], 1000);
	snap = snapshot_unref(snap);
	snap = series_snapshot(s, now + 70 * NSEC_PER_SEC);
	assert_int_equal(snap->n_windows, 1);
	snap = snapshot_unref(snap);
	snap = series_snapshot(s, now + 3600 * NSEC_PER_SEC);
	assert_int_equal(snap->n_windows, 0);
	assert_int_equal(snap->n_rows, 5);
	assert_int_equal(snap->total, 1143);
	snap = snapshot_unref(snap);
}

/* Between two of these moments, all snapshots have the same sums. */
static void says_when_a_sum_changes(void **state)
{
	cleanup(series_freep) struct series *s = table(100, LABELS_ALL);
	uint64_t now = 1000 * NSEC_PER_SEC, sum = 5 + 5, changes = 0;

	(void)state;
	snapshot_unref(series_snapshot(s, now));
	assert_int_equal(series_next_ns(s), UINT64_MAX);
	series_count(s, find(s, "f", ""), 3, 0);
	snapshot_unref(series_snapshot(s, now));
	now += 5 * NSEC_PER_SEC;
	series_count(s, find(s, "g", ""), 2, 0);
	snapshot_unref(series_snapshot(s, now));
	for (; series_next_ns(s) != UINT64_MAX; changes++) {
		cleanup(snapshot_unrefp) struct snapshot *before = NULL, *at = NULL;
		const uint64_t next = series_next_ns(s);

		assert_in_range(next, now, now + 62 * NSEC_PER_SEC);
		before = series_snapshot(s, next - 1);
		assert_int_equal(before->windows_sums[0] + before->windows_sums[1], sum);
		at = series_snapshot(s, next);
		assert_int_not_equal(at->windows_sums[0] + at->windows_sums[1], sum);
		sum = at->windows_sums[0] + at->windows_sums[1];
	}
	assert_int_equal(sum, 0);
	assert_int_equal(changes, 4); /* two symbols in two windows */
}

static void many_symbols_share_the_windows_of_other(void **state)
{
	struct config_series cfg = { .limit = 5000,
				     .labels = LABELS_ALL,
				     .windows_s = { 10 },
				     .n_windows = 1,
				     .windows_top = 5000 };
	cleanup(series_freep) struct series *s = NULL;
	cleanup(snapshot_unrefp) struct snapshot *snap = NULL;
	uint64_t sum = 0;
	char name[32];

	(void)state;
	assert_int_equal(series_new(&cfg, &s, NULL), 0);
	for (int i = 0; i < 3000; i++) {
		snprintf(name, sizeof(name), "f%d", i);
		series_count(s, find(s, name, "R"), 2, 0);
	}
	snap = series_snapshot(s, 0);
	assert_in_range(snap->n_windows, 2, 513);
	for (size_t i = 0; i < snap->n_windows; i++)
		sum += snap->windows[i].sums[0];
	assert_int_equal(sum, 6000);
	assert_string_equal(snap->windows[0].symbol, "other");
}

#define MINUTE (60 * NSEC_PER_SEC)

static struct series *retiring(uint32_t limit, uint32_t idle_s)
{
	struct config_series cfg = { .limit = limit,
				     .labels = LABELS_ALL,
				     .windows_s = { 10 },
				     .n_windows = 1,
				     .windows_top = 3,
				     .retire_after_s = 300,
				     .retire_idle_s = idle_s };
	struct series *s = NULL;

	assert_int_equal(series_new(&cfg, &s, NULL), 0);
	return s;
}

static void count_at(struct series *s, const char *device, uint64_t packets)
{
	struct drop_labels l = labels("f", "R");

	l.text[LABEL_DEVICE] = device;
	series_count(s, series_find(s, &l), packets, 100 * packets);
}

/* One tick: a snapshot whose numbers add up, whatever has happened. */
static struct snapshot *tick(struct series *s, uint64_t now_ns)
{
	struct snapshot *snap;
	uint64_t sum;

	series_retire(s, now_ns);
	snap = series_snapshot(s, now_ns);
	sum = snap->retired_packets[0] + snap->retired_packets[1];
	for (size_t i = 0; i < snap->n_rows; i++) {
		sum += snap->rows[i].total;
		assert_true(i == 0 || snap->rows[i].labels->id > snap->rows[i - 1].labels->id);
	}
	assert_int_equal(sum, snap->total);
	return snap;
}

static const struct snapshot_row *row_at(const struct snapshot *snap, const char *device)
{
	for (size_t i = 0; i < snap->n_rows; i++)
		if (!strcmp(snap->rows[i].labels->text[LABEL_DEVICE], device))
			return &snap->rows[i];
	return NULL;
}

static void expect_row(struct series *s, uint64_t now_ns, const char *device, uint64_t total)
{
	cleanup(snapshot_unrefp) struct snapshot *snap = tick(s, now_ns);
	const struct snapshot_row *row = row_at(snap, device);

	assert_int_equal(row ? row->total : 0, total);
}

static void series_of_a_deleted_device_retire(void **state)
{
	cleanup(series_freep) struct series *s = retiring(100, 0);
	cleanup(snapshot_unrefp) struct snapshot *snap = NULL;
	uint64_t now = 1000 * MINUTE;

	(void)state;
	count_at(s, "veth0", 5);
	count_at(s, "eth0", 7);
	expect_row(s, now, "veth0", 5);
	series_device_gone(s, "veth0", now);
	series_device_gone(s, "veth1", now);	     /* no drop there */
	expect_row(s, now + 4 * MINUTE, "veth0", 5); /* scrapes see its last value */
	expect_row(s, now + 5 * MINUTE, "veth0", 0);
	expect_row(s, now + 60 * MINUTE, "eth0", 7);
	snap = tick(s, now + 61 * MINUTE);
	assert_int_equal(snap->total, 12);
	assert_int_equal(snap->n_rows, 1);
	assert_int_equal(snap->health.series, 1);
	assert_int_equal(snap->health.series_retired, 1);
	assert_int_equal(snap->retired_packets[DROP_ORIGIN_SOFTWARE], 5);
	assert_int_equal(snap->retired_bytes[DROP_ORIGIN_SOFTWARE], 500);
	assert_int_equal(snap->retired_packets[DROP_ORIGIN_HARDWARE], 0);
	count_at(s, "veth0", 2); /* the same labels begin anew */
	expect_row(s, now + 62 * MINUTE, "veth0", 2);
}

static void a_device_that_returns_keeps_its_series(void **state)
{
	cleanup(series_freep) struct series *s = retiring(100, 0);
	uint64_t now = 1000 * MINUTE;

	(void)state;
	count_at(s, "veth0", 5);
	expect_row(s, now, "veth0", 5);
	series_device_gone(s, "veth0", now);
	expect_row(s, now + 4 * MINUTE, "veth0", 5);
	series_device_back(s, "veth0");
	expect_row(s, now + 600 * MINUTE, "veth0", 5);
	series_device_gone(s, "veth0", now + 600 * MINUTE);
	expect_row(s, now + 604 * MINUTE, "veth0", 5);
	expect_row(s, now + 605 * MINUTE, "veth0", 0);
}

/* Drops that are reported late are seen by scrapes as well. */
static void late_drops_put_it_off(void **state)
{
	cleanup(series_freep) struct series *s = retiring(100, 0);
	uint64_t now = 1000 * MINUTE;

	(void)state;
	count_at(s, "veth0", 5);
	expect_row(s, now, "veth0", 5);
	series_device_gone(s, "veth0", now);
	count_at(s, "veth0", 1);
	expect_row(s, now + 4 * MINUTE, "veth0", 6);
	count_at(s, "veth0", 1);
	expect_row(s, now + 6 * MINUTE, "veth0", 7);
	expect_row(s, now + 10 * MINUTE, "veth0", 7);
	expect_row(s, now + 11 * MINUTE, "veth0", 0);
}

static void the_device_it_came_in_on_counts_as_well(void **state)
{
	cleanup(series_freep) struct series *s = retiring(100, 0);
	struct drop_labels l = labels("f", "R");
	uint64_t now = 1000 * MINUTE;

	(void)state;
	l.text[LABEL_IN_DEVICE] = "veth0";
	series_count(s, series_find(s, &l), 3, 0);
	expect_row(s, now, "eth0", 3);
	series_device_gone(s, "veth0", now);
	series_device_back(s, "eth0"); /* which was never gone */
	expect_row(s, now + 5 * MINUTE, "eth0", 0);
}

static void when_announcements_are_lost_all_are_checked(void **state)
{
	cleanup(series_freep) struct series *s = retiring(100, 0);
	uint64_t now = 1000 * MINUTE;

	(void)state;
	count_at(s, "veth0", 5);
	count_at(s, "eth0", 7);
	count_at(s, "", 9);
	expect_row(s, now, "veth0", 5);
	series_devices_gone(s, now);
	series_device_back(s, "eth0");
	expect_row(s, now + 5 * MINUTE, "veth0", 0);
	expect_row(s, now + 5 * MINUTE, "eth0", 7);
	expect_row(s, now + 5 * MINUTE, "", 9);
}

static void never_means_never(void **state)
{
	cleanup(series_freep) struct series *s = table(1, LABELS_ALL);
	uint64_t now = 1000 * MINUTE;

	(void)state;
	count_at(s, "veth0", 5);
	expect_row(s, now, "veth0", 5);
	series_device_gone(s, "veth0", now);
	expect_row(s, now + 100000 * MINUTE, "veth0", 5);
}

/* Room is made for what happens now; what is counted in "other" stays there. */
static void idle_series_give_way_when_the_table_is_nearly_full(void **state)
{
	cleanup(series_freep) struct series *s = retiring(10, 3600);
	cleanup(snapshot_unrefp) struct snapshot *snap = NULL;
	uint64_t now = 1000 * MINUTE;
	char name[16];

	(void)state;
	for (int i = 0; i < 8; i++) {
		snprintf(name, sizeof(name), "eth%d", i);
		count_at(s, name, 1);
	}
	expect_row(s, now, "eth0", 1);
	expect_row(s, now + 100 * MINUTE, "eth0", 1); /* 80 % are not nearly full */
	for (int i = 8; i < 12; i++) {
		snprintf(name, sizeof(name), "eth%d", i);
		count_at(s, name, 1);
	}
	expect_row(s, now + 100 * MINUTE, "eth0", 0);
	count_at(s, "eth11", 1);
	snap = tick(s, now + 300 * MINUTE);
	assert_int_equal(snap->health.series, 3);
	assert_int_equal(snap->health.series_retired, 8);
	assert_int_equal(snap->health.series_overflow, 2);
	assert_string_equal(row_at(snap, "")->labels->text[LABEL_SYMBOL], "other");
	assert_int_equal(row_at(snap, "eth11")->total, 1);
}

/* A container host over months: memory, ids and the number of series follow what exists. */
static void any_number_of_devices_may_come_and_go(void **state)
{
	cleanup(series_freep) struct series *s = retiring(200, 0);
	cleanup(snapshot_unrefp) struct snapshot *old = NULL;
	uint64_t now = 1000 * MINUTE;
	size_t memory = 0;
	char name[16];

	(void)state;
	count_at(s, "eth0", 1);
	old = tick(s, now);
	for (int i = 0; i < 100000; i++) { /* one every six seconds */
		cleanup(snapshot_unrefp) struct snapshot *snap = NULL;

		snprintf(name, sizeof(name), "veth%d", i);
		count_at(s, name, 3);
		now += 3 * NSEC_PER_SEC;
		snapshot_unref(tick(s, now));
		series_device_gone(s, name, now);
		now += 3 * NSEC_PER_SEC;
		snap = tick(s, now);
		assert_int_equal(snap->total, 1 + 3 * ((uint64_t)i + 1));
		assert_int_equal(snap->health.series_overflow, 0);
		assert_in_range(snap->n_rows, 1, 53);
		assert_in_range(snap->rows[snap->n_rows - 1].labels->id, 0, 199);
		assert_int_equal(row_at(snap, "eth0")->total, 1);
		if (i == 1000)
			memory = mallinfo2().uordblks;
	}
	assert_true(mallinfo2().uordblks <= memory + memory / 4);
	/* and what was published long ago is still whole */
	assert_string_equal(old->rows[0].labels->text[LABEL_DEVICE], "eth0");
	assert_string_equal(old->rows[0].labels->text[LABEL_SYMBOL], "f");
}

/* One function at two devices: each row has windows of its own, while it is active. */
static void windows_are_per_row_as_well(void **state)
{
	cleanup(series_freep) struct series *s = table(100, LABELS_ALL);
	struct snapshot *snap;
	uint64_t now = 1000 * NSEC_PER_SEC;

	(void)state;
	count_at(s, "eth0", 5);
	count_at(s, "eth1", 7);
	snap = series_snapshot(s, now);
	assert_int_equal(row_at(snap, "eth0")->sums[0], 5);
	assert_int_equal(row_at(snap, "eth1")->sums[1], 7);
	assert_int_equal(snap->windows[0].sums[0], 12);
	snap = snapshot_unref(snap);
	count_at(s, "eth1", 1);
	snap = series_snapshot(s, now + 30 * NSEC_PER_SEC);
	assert_int_equal(row_at(snap, "eth0")->sums[0], 5); /* 60 s */
	assert_int_equal(row_at(snap, "eth0")->sums[1], 0); /* 10 s */
	assert_int_equal(row_at(snap, "eth1")->sums[0], 8);
	assert_int_equal(row_at(snap, "eth1")->sums[1], 1);
	snap = snapshot_unref(snap);
	snap = series_snapshot(s, now + 70 * NSEC_PER_SEC);
	assert_null(row_at(snap, "eth0")->sums);
	assert_false(row_at(snap, "eth0")->sums_unknown);
	assert_int_equal(row_at(snap, "eth1")->sums[0], 1);
	snap = snapshot_unref(snap);
}

/* More rows are active than can have windows: the busiest ones have them. */
static void the_busiest_rows_have_windows(void **state)
{
	cleanup(series_freep) struct series *s = table(10000, LABELS_ALL);
	cleanup(snapshot_unrefp) struct snapshot *snap = NULL;
	size_t known = 0, unknown = 0;
	char name[16];

	(void)state;
	for (int i = 0; i < 3000; i++) {
		snprintf(name, sizeof(name), "eth%d", i);
		count_at(s, name, i < 2990 ? 2 : 1000);
	}
	snap = series_snapshot(s, 1000 * NSEC_PER_SEC);
	for (size_t i = 0; i < snap->n_rows; i++) {
		known += snap->rows[i].sums != NULL;
		unknown += snap->rows[i].sums_unknown;
	}
	assert_int_equal(known, 512);
	assert_int_equal(known + unknown, 3000);
	for (int i = 2990; i < 3000; i++) {
		snprintf(name, sizeof(name), "eth%d", i);
		assert_int_equal(row_at(snap, name)->sums[0], 1000);
	}
}

/* The windows of a retired row go with it, whatever is in them. */
static void a_retired_row_leaves_no_windows(void **state)
{
	struct config_series cfg = { .limit = 100, .labels = LABELS_ALL, .windows_s = { 3600 },
				     .n_windows = 1, .windows_top = 3, .retire_after_s = 60 };
	cleanup(series_freep) struct series *s = NULL;
	cleanup(snapshot_unrefp) struct snapshot *snap = NULL;
	uint64_t now = 1000 * MINUTE;
	char name[16];

	(void)state;
	assert_int_equal(series_new(&cfg, &s, NULL), 0);
	for (int i = 0; i < 500; i++) {
		snprintf(name, sizeof(name), "veth%d", i);
		count_at(s, name, 1);
		expect_row(s, now, name, 1);
		series_device_gone(s, name, now);
		now += MINUTE;
		expect_row(s, now, name, 0);
	}
	count_at(s, "eth0", 3);
	snap = tick(s, now);
	assert_int_equal(snap->n_rows, 1);
	assert_int_equal(row_at(snap, "eth0")->sums[0], 3);
	assert_in_range(snap->windows[0].sums[0], 3 + 60, 3 + 62); /* of the symbol */
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(equal_labels_share_a_row),
		cmocka_unit_test(totals_add_up),
		cmocka_unit_test(only_configured_labels_tell_apart),
		cmocka_unit_test(past_the_limit_all_goes_into_other),
		cmocka_unit_test(a_function_called_other_shares_the_row),
		cmocka_unit_test(windows_are_per_symbol_and_busiest_first),
		cmocka_unit_test(says_when_a_sum_changes),
		cmocka_unit_test(many_symbols_share_the_windows_of_other),
		cmocka_unit_test(series_of_a_deleted_device_retire),
		cmocka_unit_test(a_device_that_returns_keeps_its_series),
		cmocka_unit_test(late_drops_put_it_off),
		cmocka_unit_test(the_device_it_came_in_on_counts_as_well),
		cmocka_unit_test(when_announcements_are_lost_all_are_checked),
		cmocka_unit_test(never_means_never),
		cmocka_unit_test(idle_series_give_way_when_the_table_is_nearly_full),
		cmocka_unit_test(any_number_of_devices_may_come_and_go),
		cmocka_unit_test(windows_are_per_row_as_well),
		cmocka_unit_test(the_busiest_rows_have_windows),
		cmocka_unit_test(a_retired_row_leaves_no_windows),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
