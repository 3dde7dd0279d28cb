/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "../test.h"

#include <stdio.h>
#include <string.h>

#include "aggregate/series.h"
#include "base/clock.h"

static struct series *table(uint32_t limit, unsigned int labels)
{
	struct config_series cfg = { .limit = limit, .labels = labels, .windows_s = { 60, 10 },
				     .n_windows = 2, .windows_top = 3 };
	struct series *s = NULL;

	assert_int_equal(series_new(&cfg, &s, NULL), 0);
	return s;
}

static struct drop_labels labels(const char *symbol, const char *reason)
{
	return (struct drop_labels){ .symbol = symbol, .reason = reason, .device = "eth0",
				     .protocol = "ipv4", .in_device = "", .transport = "" };
}

static int find(struct series *s, const char *symbol, const char *reason)
{
	struct drop_labels l = labels(symbol, reason);

	return series_find(s, &l);
}

static void equal_labels_share_a_row(void **state)
{
	cleanup(series_freep) struct series *s = table(100, LABEL_ALL);
	struct drop_labels l = labels("f", "R");
	int row = series_find(s, &l);

	(void)state;
	assert_int_equal(find(s, "f", "R"), row);
	assert_int_not_equal(find(s, "f", "S"), row);
	assert_int_not_equal(find(s, "fR", ""), row);
	l.drop_class = DROP_CLASS_EXPECTED;
	assert_int_not_equal(series_find(s, &l), row);
	l = labels("f", "R");
	l.device = "";
	assert_int_not_equal(series_find(s, &l), row);
	l.device = "eth0";
	l.protocol = "ipv6";
	assert_int_not_equal(series_find(s, &l), row);
	l.protocol = "ipv4";
	l.origin = DROP_ORIGIN_HARDWARE;
	assert_int_not_equal(series_find(s, &l), row);
}

static void totals_add_up(void **state)
{
	cleanup(series_freep) struct series *s = table(100, LABEL_ALL);
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
	assert_string_equal(snap->rows[row].labels->symbol, "f");
	assert_string_equal(snap->rows[row].labels->device, "eth0");
	assert_int_equal(snap->total, 12);
	assert_int_equal(snap->health.series, 2);
	assert_int_equal(snap->health.series_limit, 100);
	assert_int_equal(snap->health.series_overflow, 0);
}

static void only_configured_labels_tell_apart(void **state)
{
	cleanup(series_freep) struct series *s = table(100, LABEL_SYMBOL);
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
	assert_int_equal(snap->labels_off, LABEL_ALL & ~LABEL_SYMBOL);
	assert_string_equal(snap->rows[0].labels->reason, "");
	assert_string_equal(snap->rows[0].labels->device, "");
	assert_string_equal(snap->rows[1].labels->reason, "group");
	assert_string_equal(snap->rows[1].labels->protocol, "");
	assert_int_equal(snap->rows[1].labels->drop_class, DROP_CLASS_SUSPECT);
}

static void past_the_limit_all_goes_into_other(void **state)
{
	cleanup(series_freep) struct series *s = table(10, LABEL_ALL);
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
	assert_string_equal(snap->rows[10].labels->symbol, "other");
	assert_string_equal(snap->rows[10].labels->device, "");
	assert_int_equal(snap->rows[10].total, 990 * 4);
	assert_int_equal(snap->rows[11].labels->origin, DROP_ORIGIN_HARDWARE);
	assert_int_equal(snap->rows[11].total, 9);
	assert_int_equal(snap->health.series, 10);
	assert_int_equal(snap->health.series_overflow, 990 * 4 + 9);
}

/* Two rows with the same labels would make Prometheus refuse the scrape. */
static void a_function_called_other_shares_the_row(void **state)
{
	cleanup(series_freep) struct series *s = table(1, LABEL_ALL);
	cleanup(snapshot_unrefp) struct snapshot *snap = NULL;
	struct drop_labels l = { .symbol = "other", .reason = "", .device = "", .protocol = "",
	                         .in_device = "", .transport = "" };

	(void)state;
	series_count(s, series_find(s, &l), 1, 0);
	series_count(s, find(s, "f", "R"), 1, 0);
	series_count(s, find(s, "g", "R"), 1, 0);
	snap = series_snapshot(s, 0);
	assert_int_equal(snap->total, 3);
	for (size_t i = 1; i < snap->n_rows; i++)
		assert_string_not_equal(snap->rows[i].labels->symbol, "other");
}

static void windows_are_per_symbol_and_busiest_first(void **state)
{
	cleanup(series_freep) struct series *s = table(100, LABEL_ALL);
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

static void many_symbols_share_the_windows_of_other(void **state)
{
	struct config_series cfg = { .limit = 5000, .labels = LABEL_ALL, .windows_s = { 10 },
				     .n_windows = 1, .windows_top = 5000 };
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

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(equal_labels_share_a_row),
		cmocka_unit_test(totals_add_up),
		cmocka_unit_test(only_configured_labels_tell_apart),
		cmocka_unit_test(past_the_limit_all_goes_into_other),
		cmocka_unit_test(a_function_called_other_shares_the_row),
		cmocka_unit_test(windows_are_per_symbol_and_busiest_first),
		cmocka_unit_test(many_symbols_share_the_windows_of_other),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
