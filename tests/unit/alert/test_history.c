/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "../test.h"

#include <stdlib.h>

#include "alert/history.h"
#include "base/clock.h"

#define S NSEC_PER_SEC

static void counts_from_the_first_sample_while_young(void **state)
{
	struct history h = { 0 };
	struct history_growth g;

	(void)state;
	history_add(&h, 60, 100 * S, 7);
	g = history_growth(&h, 60, 100 * S, 7);
	assert_int_equal(g.count, 0);
	assert_int_equal(g.span_ns, 0);
	g = history_growth(&h, 60, 130 * S, 17);
	assert_int_equal(g.count, 10);
	assert_int_equal(g.span_ns, 30 * S);
}

static void forgets_what_is_older_than_the_window(void **state)
{
	struct history h = { 0 };

	(void)state;
	history_add(&h, 60, 100 * S, 0);
	history_add(&h, 60, 101 * S, 500); /* a burst */
	for (uint64_t t = 102; t <= 160; t++)
		history_add(&h, 60, t * S, 500);
	assert_int_equal(history_growth(&h, 60, 160 * S, 500).count, 500);
	assert_int_equal(history_growth(&h, 60, 161 * S, 500).count, 0);
}

/* Against all moments kept: the growth is that of its span, which is at most 1/60 + a tick too
 * long. */
static void holds_any_window_in_64_samples(void **state)
{
	static const uint32_t windows[] = { 1, 2, 7, 59, 60, 61, 64, 300, 1000, 3600 };
	static uint64_t totals[12001];

	(void)state;
	srand(1);
	for (size_t w = 0; w < sizeof(windows) / sizeof(windows[0]); w++) {
		const uint32_t window = windows[w];
		struct history h = { 0 };

		for (uint64_t t = 1; t <= 12000; t++) {
			struct history_growth g;

			totals[t] = totals[t - 1] + (uint64_t)(rand() % 100);
			history_add(&h, window, t * S, totals[t]);
			if (t <= window)
				continue;
			g = history_growth(&h, window, t * S, totals[t]);
			assert_true(g.span_ns >= window * S);
			assert_true(g.span_ns <= window * S + window * S / 60 + 2 * S);
			assert_int_equal(g.count, totals[t] - totals[t - g.span_ns / S]);
		}
	}
}

static void a_shorter_window_is_not_given_the_growth_of_a_longer_step(void **state)
{
	struct history h = { 0 };

	(void)state;
	history_shorten(&h, 10, 1 * S, 0);
	assert_int_equal(h.n, 0);
	for (uint64_t t = 1; t <= 3650; t++)
		history_add(&h, 3600, t * S, 100 * t); /* samples at 1, 61, … 3601 */
	history_shorten(&h, 10, 3650 * S, 365000);
	assert_int_equal(history_growth(&h, 10, 3650 * S, 365000).count, 1000);
	assert_int_equal(history_growth(&h, 10, 3650 * S, 365000).span_ns, 10 * S);
	history_shorten(&h, 5, 3645 * S, 364500); /* a sample is near enough */
	assert_int_equal(history_growth(&h, 5, 3645 * S, 364500).count, 500);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(counts_from_the_first_sample_while_young),
		cmocka_unit_test(forgets_what_is_older_than_the_window),
		cmocka_unit_test(holds_any_window_in_64_samples),
		cmocka_unit_test(a_shorter_window_is_not_given_the_growth_of_a_longer_step),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
