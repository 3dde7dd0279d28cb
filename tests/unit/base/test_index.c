/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "../test.h"

#include "base/index.h"

#define N 5000

/* How often an id is among the elements with this hash. */
static int count(const struct index *x, uint32_t hash, uint32_t id)
{
	struct index_probe probe = index_probe(x, hash);
	int n = 0;

	while (index_next(x, &probe))
		n += probe.id == id;
	return n;
}

static void an_empty_one_has_nothing(void **state)
{
	struct index x = { 0 };

	(void)state;
	assert_int_equal(count(&x, 0, 0), 0);
	index_clear(&x);
	index_done(&x);
}

/* Of each hash there are two, and many hashes share the place where they belong. */
static void each_element_is_found_by_its_hash(void **state)
{
	struct index x = { 0 };

	(void)state;
	for (uint32_t i = 0; i < N; i++)
		assert_int_equal(index_add(&x, i / 2 * 4096, i), 0);
	for (uint32_t i = 0; i < N; i++) {
		assert_int_equal(count(&x, i / 2 * 4096, i), 1);
		assert_int_equal(count(&x, i / 2 * 4096, i ^ 1), 1);
		assert_int_equal(count(&x, i / 2 * 4096, i ^ 2), 0);
		assert_int_equal(count(&x, i / 2 * 4096 + 1, i), 0);
	}
	index_done(&x);
}

static void after_a_clear_there_is_room_for_as_many(void **state)
{
	struct index x = { 0 };
	const struct index_place *places;

	(void)state;
	for (uint32_t i = 0; i < N; i++)
		assert_int_equal(index_add(&x, i * 31, i), 0);
	places = x.places;
	index_clear(&x);
	for (uint32_t i = 0; i < N; i++)
		assert_int_equal(count(&x, i * 31, i), 0);
	for (uint32_t i = 0; i < N; i++)
		assert_int_equal(index_add(&x, i * 17, i), 0);
	assert_ptr_equal(x.places, places);
	for (uint32_t i = 0; i < N; i++)
		assert_int_equal(count(&x, i * 17, i), 1);
	index_done(&x);
	assert_int_equal(count(&x, 0, 0), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_empty_one_has_nothing),
		cmocka_unit_test(each_element_is_found_by_its_hash),
		cmocka_unit_test(after_a_clear_there_is_room_for_as_many),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
