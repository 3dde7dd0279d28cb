/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "../test.h"

#include <stdio.h>
#include <string.h>

#include "base/utf8.h"

static void expect(const char *in, size_t len, size_t size, const char *want)
{
	char out[64];
	size_t n = utf8_clean(out, size, in, len);

	assert_string_equal(out, want);
	assert_int_equal(n, strlen(want));
}

static void keeps_good_text(void **state)
{
	(void)state;
	expect("eth0", 4, 64, "eth0");
	expect("gr\xc3\xbcn \xe2\x82\xac \xf0\x9f\x98\x80", 64, 64,
	       "gr\xc3\xbcn \xe2\x82\xac \xf0\x9f\x98\x80");
	expect("stops\0here", 10, 64, "stops");
	expect("", 0, 64, "");
}

static void escapes_bad_bytes(void **state)
{
	(void)state;
	expect("a\xff", 2, 64, "a\\xff");
	expect("\x1b[31m", 5, 64, "\\x1b[31m");
	expect("\xc3", 1, 64, "\\xc3");				   /* cut off */
	expect("\xc0\xaf", 2, 64, "\\xc0\\xaf");		   /* overlong */
	expect("\xed\xa0\x80", 3, 64, "\\xed\\xa0\\x80");	   /* surrogate */
	expect("\xf4\x90\x80\x80", 4, 64, "\\xf4\\x90\\x80\\x80"); /* above U+10FFFF */
	expect("\xe0\x80\x80", 3, 64, "\\xe0\\x80\\x80");
}

/* What turns the text around it, ends a line or drives a terminal. */
static void escapes_invisible_characters(void **state)
{
	(void)state;
	expect("a\x7f", 2, 64, "a\\x7f");
	expect("\xc2\x80\xc2\x9f", 4, 64, "\\xc2\\x80\\xc2\\x9f"); /* C1 */
	expect("\xc2\xa0", 2, 64, "\xc2\xa0");			   /* the first after them */
	expect("\xd8\x9c", 2, 64, "\\xd8\\x9c");		   /* U+061C */
	expect("\xd8\x9b\xd8\x9d", 4, 64, "\xd8\x9b\xd8\x9d");	   /* its neighbours */
	expect("\xe2\x80\x8e\xe2\x80\x8f", 6, 64, "\\xe2\\x80\\x8e\\xe2\\x80\\x8f");
	expect("\xe2\x80\xa7", 3, 64, "\xe2\x80\xa7");
	for (unsigned char last = 0xa8; last <= 0xae; last++) { /* U+2028 to U+202E */
		char in[4] = { '\xe2', '\x80', (char)last }, want[13];

		snprintf(want, sizeof(want), "\\xe2\\x80\\x%02x", last);
		expect(in, 3, 64, want);
	}
	expect("\xe2\x80\xaf", 3, 64, "\xe2\x80\xaf");
	expect("eth0\xe2\x81\xa6", 7, 64, "eth0\\xe2\\x81\\xa6");
	expect("\xe2\x81\xa9", 3, 64, "\\xe2\\x81\\xa9");
	expect("\xe2\x81\xa5\xe2\x81\xb0", 6, 64, "\xe2\x81\xa5\xe2\x81\xb0");
	expect("\xe2\x80\xae", 3, 12, ""); /* an escaped character is not torn */
}

static void goes_on_where_it_ended(void **state)
{
	const char *in = "ab\xe2\x82\xac\x1b"
			 "c",
		   *end = in + strlen(in);
	char out[5];

	(void)state;
	assert_int_equal(utf8_clean_next(out, sizeof(out), &in, end), 2);
	assert_string_equal(out, "ab");
	assert_int_equal(utf8_clean_next(out, sizeof(out), &in, end), 3);
	assert_string_equal(out, "\xe2\x82\xac");
	assert_int_equal(utf8_clean_next(out, sizeof(out), &in, end), 4);
	assert_string_equal(out, "\\x1b");
	assert_int_equal(utf8_clean_next(out, sizeof(out), &in, end), 1);
	assert_string_equal(out, "c");
	assert_ptr_equal(in, end);
}

static void knows_clean_text(void **state)
{
	(void)state;
	assert_true(utf8_is_clean("gr\xc3\xbcn", 5));
	assert_true(utf8_is_clean("", 0));
	assert_false(utf8_is_clean("a\nb", 3));
	assert_false(utf8_is_clean("a\0b", 3));
	assert_false(utf8_is_clean("a\xff", 2));
	assert_false(utf8_is_clean("\xe2\x80\xae", 3));
}

static void cuts_at_a_boundary(void **state)
{
	(void)state;
	expect("abc", 3, 3, "ab");
	expect("a\xe2\x82\xac", 4, 4, "a");
	expect("\xff", 1, 4, "");
	expect("x", 1, 1, "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(keeps_good_text),
		cmocka_unit_test(escapes_bad_bytes),
		cmocka_unit_test(escapes_invisible_characters),
		cmocka_unit_test(goes_on_where_it_ended),
		cmocka_unit_test(knows_clean_text),
		cmocka_unit_test(cuts_at_a_boundary),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
