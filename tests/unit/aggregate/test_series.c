/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "../test.h"

#include <stdio.h>

#include "series_world.h"

static void equal_labels_share_a_row(void **state)
{
	cleanup(series_freep) struct series *s = series_with(series_config(100));
	struct drop_labels l = series_labels("f", "R");
	int row = series_find(s, &l);

	(void)state;
	assert_int_equal(series_row(s, "f", "R"), row);
	assert_int_not_equal(series_row(s, "f", "S"), row);
	assert_int_not_equal(series_row(s, "fR", ""), row);
	l.drop_class = DROP_CLASS_EXPECTED;
	assert_int_not_equal(series_find(s, &l), row);
	l = series_labels("f", "R");
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
	cleanup(series_freep) struct series *s = series_with(series_config(100));
	cleanup(snapshot_unrefp) struct snapshot *snap = NULL;
	int row;

	(void)state;
	series_count(s, series_row(s, "f", "R"), 3, 300, PLACE_UNKNOWN);
	series_count(s, series_row(s, "g", ""), 4, 0, PLACE_UNKNOWN);
	row = series_row(s, "f", "R");
	series_count(s, row, 5, 500, PLACE_UNKNOWN);
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
	struct config_series cfg = series_config(100);
	cleanup(series_freep) struct series *s = NULL;
	cleanup(snapshot_unrefp) struct snapshot *snap = NULL;
	struct drop_labels trap = series_labels("trap", "group"),
			   other_trap = series_labels("trap", "group2");

	(void)state;
	cfg.labels = LABEL_BIT(LABEL_SYMBOL);
	s = series_with(cfg);
	assert_int_equal(series_row(s, "f", "R"), series_row(s, "f", "S"));
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
	cleanup(series_freep) struct series *s = series_with(series_config(10));
	cleanup(snapshot_unrefp) struct snapshot *snap = NULL;
	struct drop_labels trap = series_labels("trap", "group");
	uint64_t sum = 0;
	char name[32];

	(void)state;
	for (int round = 0; round < 2; round++) {
		for (int i = 0; i < 1000; i++) {
			snprintf(name, sizeof(name), "f%d", i);
			series_count(s, series_row(s, name, "R"), 2, 0, PLACE_UNKNOWN);
		}
	}
	trap.origin = DROP_ORIGIN_HARDWARE;
	series_count(s, series_find(s, &trap), 9, 0, PLACE_UNKNOWN);
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
	cleanup(series_freep) struct series *s = series_with(series_config(1));
	cleanup(snapshot_unrefp) struct snapshot *snap = NULL;
	struct drop_labels l = series_labels("other", "");

	(void)state;
	l.text[LABEL_DEVICE] = l.text[LABEL_PROTOCOL] = "";
	series_count(s, series_find(s, &l), 1, 0, PLACE_UNKNOWN);
	series_count(s, series_row(s, "f", "R"), 1, 0, PLACE_UNKNOWN);
	series_count(s, series_row(s, "g", "R"), 1, 0, PLACE_UNKNOWN);
	snap = series_snapshot(s, 0);
	assert_int_equal(snap->total, 3);
	for (size_t i = 1; i < snap->n_rows; i++)
		assert_string_not_equal(snap->rows[i].labels->text[LABEL_SYMBOL], "other");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(equal_labels_share_a_row),
		cmocka_unit_test(totals_add_up),
		cmocka_unit_test(only_configured_labels_tell_apart),
		cmocka_unit_test(past_the_limit_all_goes_into_other),
		cmocka_unit_test(a_function_called_other_shares_the_row),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
