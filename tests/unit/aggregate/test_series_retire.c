/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "../test.h"

#include <malloc.h>
#include <stdio.h>

#include "series_world.h"

static struct series *retiring(uint32_t limit, uint32_t idle_s)
{
	struct config_series cfg = series_config(limit);

	cfg.retire_after_s = 300;
	cfg.retire_idle_s = idle_s;
	return series_with(cfg);
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

static void expect_row(struct series *s, uint64_t now_ns, const char *device, uint64_t total)
{
	cleanup(snapshot_unrefp) struct snapshot *snap = tick(s, now_ns);
	const struct snapshot_row *row = row_at(snap, device);

	assert_int_equal(row ? row->total : 0, total);
}

static void delete_veth0_after_5(struct series *s, uint64_t now_ns)
{
	count_at(s, "veth0", 5);
	expect_row(s, now_ns, "veth0", 5);
	series_device_gone(s, "veth0", now_ns);
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
	count_at(s, "veth0", 2); /* the same labels start again at 0 */
	expect_row(s, now + 62 * MINUTE, "veth0", 2);
}

static void a_device_that_returns_keeps_its_series(void **state)
{
	cleanup(series_freep) struct series *s = retiring(100, 0);
	uint64_t now = 1000 * MINUTE;

	(void)state;
	delete_veth0_after_5(s, now);
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
	delete_veth0_after_5(s, now);
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
	struct drop_labels l = series_labels("f", "R");
	uint64_t now = 1000 * MINUTE;

	(void)state;
	l.text[LABEL_IN_DEVICE] = "veth0";
	series_count(s, series_find(s, &l), 3, 0, PLACE_UNKNOWN);
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
	cleanup(series_freep) struct series *s = series_with(series_config(1));
	uint64_t now = 1000 * MINUTE;

	(void)state;
	delete_veth0_after_5(s, now);
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

/* The windows of a retired row go with it, whatever is in them. */
static void a_retired_row_leaves_no_windows(void **state)
{
	struct config_series cfg = series_config(100);
	cleanup(series_freep) struct series *s = NULL;
	cleanup(snapshot_unrefp) struct snapshot *snap = NULL;
	uint64_t now = 1000 * MINUTE;
	char name[16];

	(void)state;
	cfg.windows_s[0] = 3600;
	cfg.retire_after_s = 60;
	s = series_with(cfg);
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
		cmocka_unit_test(series_of_a_deleted_device_retire),
		cmocka_unit_test(a_device_that_returns_keeps_its_series),
		cmocka_unit_test(late_drops_put_it_off),
		cmocka_unit_test(the_device_it_came_in_on_counts_as_well),
		cmocka_unit_test(when_announcements_are_lost_all_are_checked),
		cmocka_unit_test(never_means_never),
		cmocka_unit_test(idle_series_give_way_when_the_table_is_nearly_full),
		cmocka_unit_test(any_number_of_devices_may_come_and_go),
		cmocka_unit_test(a_retired_row_leaves_no_windows),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
