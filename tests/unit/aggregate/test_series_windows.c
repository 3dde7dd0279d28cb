/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "../test.h"

#include <stdio.h>

#include "series_world.h"

static void windows_are_per_symbol_and_busiest_first(void **state)
{
	cleanup(series_freep) struct series *s = series_with(series_config(100));
	struct snapshot *snap;
	uint64_t now = 1000 * NSEC_PER_SEC;

	(void)state;
	series_count(s, series_row(s, "quiet", "R"), 1, 0, PLACE_UNKNOWN);
	series_count(s, series_row(s, "b", "R"), 10, 0, PLACE_UNKNOWN);
	series_count(s, series_row(s, "b", "S"), 11, 0, PLACE_UNKNOWN);
	series_count(s, series_row(s, "a", "S"), 21, 0, PLACE_UNKNOWN);
	series_count(s, series_row(s, "busy", "R"), 100, 0, PLACE_UNKNOWN);
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
	series_count(s, series_row(s, "b", "S"), 1000, 0, PLACE_UNKNOWN);
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
	cleanup(series_freep) struct series *s = series_with(series_config(100));
	uint64_t now = 1000 * NSEC_PER_SEC, sum = 5 + 5, changes = 0;

	(void)state;
	snapshot_unref(series_snapshot(s, now));
	assert_int_equal(series_next_ns(s), UINT64_MAX);
	series_count(s, series_row(s, "f", ""), 3, 0, PLACE_UNKNOWN);
	snapshot_unref(series_snapshot(s, now));
	now += 5 * NSEC_PER_SEC;
	series_count(s, series_row(s, "g", ""), 2, 0, PLACE_UNKNOWN);
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
	struct config_series cfg = series_config(5000);
	cleanup(series_freep) struct series *s = NULL;
	cleanup(snapshot_unrefp) struct snapshot *snap = NULL;
	uint64_t sum = 0;
	char name[32];

	(void)state;
	cfg.windows_top = 5000;
	s = series_with(cfg);
	for (int i = 0; i < 3000; i++) {
		snprintf(name, sizeof(name), "f%d", i);
		series_count(s, series_row(s, name, "R"), 2, 0, PLACE_UNKNOWN);
	}
	snap = series_snapshot(s, 0);
	assert_in_range(snap->n_windows, 2, 513);
	for (size_t i = 0; i < snap->n_windows; i++)
		sum += snap->windows[i].sums[0];
	assert_int_equal(sum, 6000);
	assert_string_equal(snap->windows[0].symbol, "other");
}

/* One function at two devices: each row has windows of its own, while it is active. */
static void windows_are_per_row_as_well(void **state)
{
	cleanup(series_freep) struct series *s = series_with(series_config(100));
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
	cleanup(series_freep) struct series *s = series_with(series_config(10000));
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

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(windows_are_per_symbol_and_busiest_first),
		cmocka_unit_test(says_when_a_sum_changes),
		cmocka_unit_test(many_symbols_share_the_windows_of_other),
		cmocka_unit_test(windows_are_per_row_as_well),
		cmocka_unit_test(the_busiest_rows_have_windows),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
