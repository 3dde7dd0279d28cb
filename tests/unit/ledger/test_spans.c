/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "../test.h"

#include <stdlib.h>

#include "base/clock.h"
#include "ledger/spans.h"

static const uint64_t lengths_s[SPANS_ROLLING] = { 300, 3600 };

static void a_young_span_has_no_reference(void **state)
{
	struct spans s = { 0 };

	(void)state;
	assert_int_equal(spans_reference(&s, 0, NSEC_PER_SEC), -1);
	spans_note(&s, NSEC_PER_SEC, 7);
	assert_int_equal(s.due[0], 0);
	assert_int_equal(s.due[1], 0);
	assert_int_equal(spans_reference(&s, 0, 300 * NSEC_PER_SEC), -1);
	assert_int_equal(spans_reference(&s, 0, 301 * NSEC_PER_SEC), 0);
	assert_int_equal(spans_reference(&s, 1, 301 * NSEC_PER_SEC), -1);
	assert_int_equal(s.moments[0][0].lost, 7);
}

/* Whatever the interval: not shorter than the span, and longer by one step and one interval only.
 */
static void spans_have_their_length(void **state)
{
	static const uint64_t intervals_s[] = { 1, 5, 15, 47, 600 };

	(void)state;
	for (size_t k = 0; k < sizeof(intervals_s) / sizeof(intervals_s[0]); k++) {
		struct spans s = { 0 };

		for (uint64_t now_s = 1; now_s < 20000; now_s += intervals_s[k]) {
			spans_note(&s, now_s * NSEC_PER_SEC, 0);
			for (size_t i = 0; i < SPANS_ROLLING; i++) {
				const int place = spans_reference(&s, i, now_s * NSEC_PER_SEC);
				uint64_t span_s;

				if (place < 0) {
					assert_true(now_s < 1 + lengths_s[i]);
					continue;
				}
				span_s = now_s - s.moments[i][place].time_ns / NSEC_PER_SEC;
				assert_in_range(span_s, lengths_s[i],
						lengths_s[i] + lengths_s[i] / 15 + intervals_s[k]);
			}
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_young_span_has_no_reference),
		cmocka_unit_test(spans_have_their_length),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
