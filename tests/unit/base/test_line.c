/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "../test.h"

#include "base/line.h"

static void appends(void **state)
{
	char buf[32] = "x";
	struct line line;

	(void)state;
	line_init(&line, buf, sizeof(buf));
	assert_string_equal(buf, "");
	line_add(&line, "%d packets", 12);
	line_add(&line, ", %s", "lost");
	assert_string_equal(buf, "12 packets, lost");
	assert_int_equal(line.len, 16);
}

static void cuts_what_does_not_fit(void **state)
{
	char buf[9] = "12345678";
	struct line line;

	(void)state;
	line_init(&line, buf, 8);
	line_add(&line, "abcd");
	line_add(&line, "efghij");
	assert_string_equal(buf, "abcdefg");
	assert_int_equal(line.len, 7);
	line_add(&line, "more");
	assert_string_equal(buf, "abcdefg");
	assert_int_equal(line.len, 7);
	line_init(&line, buf, 1);
	line_add(&line, "a");
	assert_string_equal(buf, "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(appends),
		cmocka_unit_test(cuts_what_does_not_fit),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
