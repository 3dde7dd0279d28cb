/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "../test.h"

#include "base/span.h"

static void largest_unit_that_divides(void **state)
{
	char span[SPAN_NAME_MAX];

	(void)state;
	assert_string_equal(span_name(span, 10), "10s");
	assert_string_equal(span_name(span, 60), "1m");
	assert_string_equal(span_name(span, 90), "90s");
	assert_string_equal(span_name(span, 300), "5m");
	assert_string_equal(span_name(span, 3600), "1h");
	assert_string_equal(span_name(span, 0), "0s");
	assert_string_equal(span_name(span, UINT32_MAX), "4294967295s");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(largest_unit_that_divides),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
