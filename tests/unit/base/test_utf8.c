/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "../test.h"

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
	expect("\xc3", 1, 64, "\\xc3");                     /* cut off */
	expect("\xc0\xaf", 2, 64, "\\xc0\\xaf");             /* overlong */
	expect("\xed\xa0\x80", 3, 64, "\\xed\\xa0\\x80");     /* surrogate */
	expect("\xf4\x90\x80\x80", 4, 64, "\\xf4\\x90\\x80\\x80"); /* above U+10FFFF */
	expect("\xe0\x80\x80", 3, 64, "\\xe0\\x80\\x80");
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
		cmocka_unit_test(cuts_at_a_boundary),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
