/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "../test.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"

static void formats_every_length(void **state)
{
	char got[TEXT_U64_MAX + 1], want[TEXT_U64_MAX + 1];

	(void)state;
	for (uint64_t v = 1, next; v; v = next) {
		const uint64_t around[] = { v - 1, v, v + 1, v * 9 + v / 7 };

		for (size_t i = 0; i < 4; i++) {
			got[text_format_u64(got, around[i])] = '\0';
			snprintf(want, sizeof(want), "%" PRIu64, around[i]);
			assert_string_equal(got, want);
		}
		next = v > UINT64_MAX / 3 ? 0 : v * 3;
	}
	got[text_format_u64(got, UINT64_MAX)] = '\0';
	assert_string_equal(got, "18446744073709551615");
}

static void grows_and_keeps(void **state)
{
	struct text t = { 0 };
	char *bytes;

	(void)state;
	for (int i = 0; i < 100000; i++)
		text_str(&t, "0123456789");
	assert_int_equal(t.len, 1000000);
	for (size_t i = 0; i < t.len; i++)
		assert_int_equal(t.bytes[i], '0' + i % 10);
	bytes = t.bytes;
	text_reset(&t);
	text_u64(&t, 5);
	assert_ptr_equal(t.bytes, bytes);
	assert_int_equal(t.len, 1);
	text_done(&t);
}

static void remembers_failure(void **state)
{
	struct text t = { 0 };

	(void)state;
	text_str(&t, "abc");
	t.failed = true;
	text_str(&t, "def");
	text_u64(&t, 1);
	assert_null(text_reserve(&t, 1));
	assert_int_equal(t.len, 3);
	text_reset(&t);
	text_str(&t, "x");
	assert_int_equal(t.len, 1);
	text_done(&t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(formats_every_length),
		cmocka_unit_test(grows_and_keeps),
		cmocka_unit_test(remembers_failure),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
