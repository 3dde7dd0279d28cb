/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "../test.h"

#include <stdlib.h>

#include "aggregate/window.h"
#include "base/clock.h"

#define START (1000 * NSEC_PER_SEC)

static void counts_what_is_inside_the_span(void **state)
{
	struct window w;

	(void)state;
	window_init(&w, 60); /* buckets of 2 s */
	window_add(&w, START, 5);
	window_add(&w, START + 30 * NSEC_PER_SEC, 7);
	assert_int_equal(window_sum(&w, START + 30 * NSEC_PER_SEC), 12);
	assert_int_equal(window_sum(&w, START + 60 * NSEC_PER_SEC), 12); /* never less */
	assert_int_equal(window_sum(&w, START + 62 * NSEC_PER_SEC - 1), 12);
	assert_int_equal(window_sum(&w, START + 62 * NSEC_PER_SEC), 7); /* at most a bucket more */
	assert_int_equal(window_sum(&w, START + 92 * NSEC_PER_SEC - 1), 7);
	assert_int_equal(window_sum(&w, START + 92 * NSEC_PER_SEC), 0);
}

/* Against the definition: everything of the last span is in, nothing older than a bucket more. */
static void agrees_with_the_definition(void **state)
{
	enum { N = 3000 };
	static uint64_t at[N], count[N];
	const uint64_t span = 10 * NSEC_PER_SEC, bucket = span / WINDOW_BUCKETS;
	struct window w;
	uint64_t now = START;
	unsigned int seed = 1;

	(void)state;
	window_init(&w, 10);
	for (int i = 0; i < N; i++) {
		uint64_t least = 0, most = 0, sum;

		now += (uint64_t)rand_r(&seed) % (i % 50 ? 100 * NSEC_PER_MSEC : 3 * NSEC_PER_SEC);
		at[i] = now;
		count[i] = (uint64_t)rand_r(&seed) % 1000;
		window_add(&w, now, count[i]);
		sum = window_sum(&w, now);
		for (int j = 0; j <= i; j++) {
			least += at[j] + span >= now ? count[j] : 0;
			most += at[j] + span + bucket >= now ? count[j] : 0;
		}
		assert_in_range(sum, least, most);
	}
}

static void jumps_ahead_empty_it(void **state)
{
	struct window w;

	(void)state;
	window_init(&w, 10);
	window_add(&w, START, 5);
	assert_int_equal(window_sum(&w, UINT64_MAX), 0);
	window_add(&w, UINT64_MAX, 3);
	assert_int_equal(window_sum(&w, UINT64_MAX), 3);
}

static void jumps_back_keep_it_alive_and_mortal(void **state)
{
	struct window w;

	(void)state;
	window_init(&w, 10);
	window_add(&w, START, 5);
	window_add(&w, 0, 2); /* the clock went back by 1000 s */
	assert_int_equal(window_sum(&w, 0), 7);
	assert_int_equal(window_sum(&w, 10 * NSEC_PER_SEC), 7);
	assert_int_equal(window_sum(&w, 11 * NSEC_PER_SEC), 0); /* not only at START + 11 s */
	window_add(&w, 11 * NSEC_PER_SEC, 1);
	assert_int_equal(window_sum(&w, 11 * NSEC_PER_SEC), 1);
}

static void the_shortest_span_works(void **state)
{
	struct window w;

	(void)state;
	window_init(&w, 1);
	window_add(&w, START, 1);
	assert_int_equal(window_sum(&w, START + NSEC_PER_SEC), 1);
	assert_int_equal(window_sum(&w, START + 1100 * NSEC_PER_MSEC), 0);
}

/* Up to that moment the sum stays; at it, it changes. Or it never does. */
static void says_when_its_sum_changes(void **state)
{
	struct window w;
	uint64_t next;

	(void)state;
	window_init(&w, 10);
	assert_int_equal(window_next_ns(&w), UINT64_MAX);
	window_add(&w, START, 5);
	window_add(&w, START + 4 * NSEC_PER_SEC, 2);
	for (uint64_t sum = 7; sum; sum = sum == 7 ? 2 : 0) {
		next = window_next_ns(&w);
		assert_in_range(next, START, START + 15 * NSEC_PER_SEC);
		assert_int_equal(window_sum(&w, next - 1), sum);
		assert_int_equal(window_next_ns(&w), next);
		assert_int_not_equal(window_sum(&w, next), sum);
	}
	assert_int_equal(window_next_ns(&w), UINT64_MAX);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(counts_what_is_inside_the_span),
		cmocka_unit_test(agrees_with_the_definition),
		cmocka_unit_test(jumps_ahead_empty_it),
		cmocka_unit_test(jumps_back_keep_it_alive_and_mortal),
		cmocka_unit_test(the_shortest_span_works),
		cmocka_unit_test(says_when_its_sum_changes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
