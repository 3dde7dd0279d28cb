/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "../test.h"

#include <stdlib.h>

#include "aggregate/parking.h"

static struct hash128 kind(uint64_t i)
{
	return (struct hash128){ { i % 7, i } }; /* many share the first word */
}

static struct drop_event event(uint32_t packets, uint64_t bytes)
{
	return (struct drop_event){ .packets = packets, .bytes = bytes };
}

static void events_of_a_kind_are_added_up(void **state)
{
	struct parking p = { 0 };
	struct drop_event a = event(2, 0), b = event(3, 300), c = event(1, 50);

	(void)state;
	assert_true(parking_add(&p, kind(1), &a));
	assert_true(parking_add(&p, kind(8), &a));
	assert_true(parking_add(&p, kind(1), &b));
	assert_true(parking_add(&p, kind(1), &c));
	assert_int_equal(p.n, 2);
	assert_int_equal(p.all[0].ev.packets, 6);
	assert_int_equal(p.all[0].ev.bytes, 350);
	assert_int_equal(p.all[1].ev.packets, 2);
	assert_int_equal(p.all[1].ev.bytes, 0);
	free(p.all);
}

static void so_many_kinds_and_no_more(void **state)
{
	struct parking p = { 0 };
	struct drop_event ev = event(1, 1);

	(void)state;
	for (uint64_t i = 0; i < PARKING_MAX; i++)
		assert_true(parking_add(&p, kind(i), &ev));
	assert_false(parking_add(&p, kind(PARKING_MAX), &ev));
	assert_true(parking_add(&p, kind(PARKING_MAX - 1), &ev)); /* one that is there */
	assert_int_equal(p.n, PARKING_MAX);
	p.n = 0;
	assert_true(parking_add(&p, kind(PARKING_MAX), &ev));
	assert_int_equal(p.all[0].ev.packets, 1);
	free(p.all);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(events_of_a_kind_are_added_up),
		cmocka_unit_test(so_many_kinds_and_no_more),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
