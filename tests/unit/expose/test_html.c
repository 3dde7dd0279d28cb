/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "../test.h"

#include <string.h>

#include "expose/html.h"

#define SP "&#8239;"

static void expect(struct text *t, const char *want)
{
	text_write(t, "", 1);
	assert_string_equal(t->bytes, want);
	text_reset(t);
}

static void escapes(void **state)
{
	struct text t = { 0 };

	(void)state;
	html_text(&t, "<script>alert('a' & \"b\")</script>");
	expect(&t, "&lt;script&gt;alert(&#39;a&#39; &amp; &quot;b&quot;)&lt;/script&gt;");
	html_text(&t, "gr\xc3\xbcn");
	expect(&t, "gr\xc3\xbcn");
	html_text(&t, "");
	expect(&t, "");
	text_done(&t);
}

static void counts_and_chips(void **state)
{
	struct text t = { 0 };

	(void)state;
	html_count(&t, 0);
	expect(&t, "<i>0</i>");
	html_count(&t, 1000);
	expect(&t, "1" SP "000");
	html_chip(&t, "device", "a<b");
	expect(&t, " <span class=\"chip device\">a&lt;b</span>");
	html_chip(&t, "device", "");
	expect(&t, "");
	text_done(&t);
}

static void groups_digits(void **state)
{
	struct text t = { 0 };

	(void)state;
	html_number(&t, 0);
	expect(&t, "0");
	html_number(&t, 999);
	expect(&t, "999");
	html_number(&t, 1000);
	expect(&t, "1" SP "000");
	html_number(&t, UINT64_MAX);
	expect(&t, "18" SP "446" SP "744" SP "073" SP "709" SP "551" SP "615");
	text_done(&t);
}

static void spans_and_times(void **state)
{
	struct text t = { 0 };

	(void)state;
	html_span(&t, 59);
	expect(&t, "59" SP "s");
	html_span(&t, 3599);
	expect(&t, "59" SP "min");
	html_span(&t, 7 * 3600 + 300);
	expect(&t, "7" SP "h 5" SP "min");
	html_span(&t, 2 * 86400 + 4 * 3600);
	expect(&t, "2" SP "d 4" SP "h");
	html_time(&t, 1700000000999999999u);
	expect(&t, "2023-11-14 22:13:20 UTC");
	text_done(&t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(escapes),
		cmocka_unit_test(counts_and_chips),
		cmocka_unit_test(groups_digits),
		cmocka_unit_test(spans_and_times),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
