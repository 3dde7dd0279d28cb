/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "../test.h"

#include "aggregate/labels.h"
#include "aggregate/snapshot.h"

static void rows_and_windows_start_at_zero(void **state)
{
	cleanup(snapshot_unrefp) struct snapshot *s = snapshot_new(3, 2);

	(void)state;
	assert_int_equal(s->n_rows, 3);
	assert_int_equal(s->n_windows, 2);
	for (size_t i = 0; i < 3; i++) {
		assert_null(s->rows[i].labels);
		assert_int_equal(s->rows[i].total, 0);
		s->rows[i].total = UINT64_MAX;
	}
	for (size_t i = 0; i < 2; i++) {
		assert_null(s->windows[i].symbol); /* not touched by the rows */
		assert_int_equal(s->windows[i].sums[CONFIG_WINDOWS_MAX - 1], 0);
		s->windows[i].sums[CONFIG_WINDOWS_MAX - 1] = UINT64_MAX;
	}
	assert_int_equal(s->total, 0);
}

static void a_reader_keeps_its_own(void **state)
{
	struct slot slot;
	struct snapshot *one = snapshot_new(1, 0), *two = snapshot_new(1, 0);
	struct snapshot *held;

	(void)state;
	slot_init(&slot);
	assert_null(snapshot_get(&slot));
	one->total = 1;
	two->total = 2;
	one->store = label_store_new(LABELS_ALL);
	slot_publish(&slot, &one->value);
	held = snapshot_get(&slot);
	slot_publish(&slot, &two->value);
	assert_int_equal(held->total, 1);
	held = snapshot_unref(held);
	held = snapshot_get(&slot);
	assert_int_equal(held->total, 2);
	held = snapshot_unref(held);
	assert_null(snapshot_unref(NULL));
	slot_done(&slot);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rows_and_windows_start_at_zero),
		cmocka_unit_test(a_reader_keeps_its_own),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
