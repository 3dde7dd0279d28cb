/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "../test.h"

#include <stdlib.h>

#include "base/array.h"

static void it_grows_and_keeps_what_is_in_it(void **state)
{
	size_t room = 0, moves = 0;
	int *a = NULL;

	(void)state;
	for (size_t n = 0; n < 10000; n++) {
		size_t before = room;
		int *grown = array_grow(a, &room, n + 1, sizeof(*a));

		assert_non_null(grown);
		a = grown;
		assert_true(room > n);
		moves += room != before;
		a[n] = (int)n;
	}
	for (size_t n = 0; n < 10000; n++)
		assert_int_equal(a[n], n);
	assert_in_range(moves, 2, 20);
	free(a);
}

static void much_at_once(void **state)
{
	size_t room = 0;
	char *a = array_grow(NULL, &room, 1000000, 1);

	(void)state;
	assert_non_null(a);
	assert_int_equal(room, 1000000);
	assert_ptr_equal(array_grow(a, &room, 5, 1), a);
	free(a);
}

static void new_elements_are_zero(void **state)
{
	size_t room = 0, before;
	unsigned char *a = array_grow_zero(NULL, &room, 1, 1);

	(void)state;
	assert_non_null(a);
	for (size_t i = 0; i < room; i++) {
		assert_int_equal(a[i], 0);
		a[i] = 7;
	}
	before = room;
	a = array_grow_zero(a, &room, 100000, 1);
	assert_non_null(a);
	for (size_t i = 0; i < room; i++)
		assert_int_equal(a[i], i < before ? 7 : 0);
	free(a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(it_grows_and_keeps_what_is_in_it),
		cmocka_unit_test(much_at_once),
		cmocka_unit_test(new_elements_are_zero),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
