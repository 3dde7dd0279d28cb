/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "../test.h"

#include <stdlib.h>
#include <string.h>

#include "expose/promtext.h"

static void expect(struct promtext *t, const char *want)
{
	assert_false(t->out->failed);
	assert_int_equal(t->out->len, strlen(want));
	assert_memory_equal(t->out->bytes, want, t->out->len);
	text_reset(t->out);
}

static void writes_help(void **state)
{
	struct text out = { 0 };
	struct promtext t = { .out = &out };

	(void)state;
	promtext_family(&t, "a_total", PROMTEXT_COUNTER, "a b \"c\"");
	expect(&t, "# HELP a_total a b \"c\"\n# TYPE a_total counter\n");
	promtext_family(&t, "b", PROMTEXT_GAUGE, "");
	expect(&t, "# HELP b \n# TYPE b gauge\n");
	text_done(&out);
}

static void writes_samples(void **state)
{
	struct text out = { 0 };
	struct promtext t = { .out = &out };

	(void)state;
	promtext_sample(&t, "a");
	promtext_value(&t, UINT64_MAX);
	expect(&t, "a 18446744073709551615\n");
	promtext_sample(&t, "a");
	promtext_label(&t, "none", "");
	promtext_value(&t, 0);
	expect(&t, "a 0\n");
	promtext_sample(&t, "a");
	promtext_label(&t, "x", "1");
	promtext_label(&t, "none", "");
	promtext_label(&t, "y", "gr\xc3\xbcn");
	promtext_value(&t, 100);
	expect(&t, "a{x=\"1\",y=\"gr\xc3\xbcn\"} 100\n");
	promtext_sample(&t, "a"); /* has no labels, unlike the previous one */
	promtext_value(&t, 7);
	expect(&t, "a 7\n");
	text_done(&out);
}

static void escapes_labels(void **state)
{
	struct text out = { 0 };
	struct promtext t = { .out = &out };

	(void)state;
	promtext_sample(&t, "a");
	promtext_label(&t, "x", "\\\"\n\\n");
	promtext_label(&t, "y", "a\"} 1\nb{z=\"");
	promtext_value(&t, 1);
	expect(&t, "a{x=\"\\\\\\\"\\n\\\\n\",y=\"a\\\"} 1\\nb{z=\\\"\"} 1\n");
	text_done(&out);
}

static void decimals(void **state)
{
	static const struct {
		uint64_t value;
		unsigned int decimals;
		const char *want;
	} cases[] = {
		{ 0, 9, "a 0\n" },
		{ 5, 1, "a 0.5\n" },
		{ 1, 9, "a 0.000000001\n" },
		{ 1700000000123456789, 9, "a 1700000000.123456789\n" },
		{ 1700000000000000000, 9, "a 1700000000\n" },
		{ 1050000000, 9, "a 1.05\n" },
		{ UINT64_MAX, 9, "a 18446744073.709551615\n" },
	};
	struct text out = { 0 };
	struct promtext t = { .out = &out };

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		promtext_sample(&t, "a");
		promtext_decimal(&t, cases[i].value, cases[i].decimals);
		expect(&t, cases[i].want);
	}
	text_done(&out);
}

static void signed_values(void **state)
{
	static const struct {
		int64_t value;
		const char *want;
	} cases[] = {
		{ 0, "a 0\n" },
		{ 7, "a 7\n" },
		{ -1, "a -1\n" },
		{ INT64_MAX, "a 9223372036854775807\n" },
		{ INT64_MIN, "a -9223372036854775808\n" },
	};
	struct text out = { 0 };
	struct promtext t = { .out = &out };

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		promtext_sample(&t, "a");
		promtext_signed(&t, cases[i].value);
		expect(&t, cases[i].want);
	}
	text_done(&out);
}

static void a_series(void **state)
{
	static const struct label_text none = { .head = "", .tail = " ", .tail_len = 1 };
	static const struct label_text two = { "{x=\"1\"", ",y=\"2\"} ", 6, 8 };
	struct text out = { 0 };
	struct promtext t = { .out = &out };

	(void)state;
	promtext_series(&t, "abc", 3, &two, 42);
	expect(&t, "abc{x=\"1\",y=\"2\"} 42\n");
	promtext_series(&t, "abc", 3, &none, 0);
	expect(&t, "abc 0\n");
	text_done(&out);
}

/* With any amount of room, nothing is written beyond the end. */
static void a_series_stays_within(void **state)
{
	static const struct label_text labels = { "{x=\"1\"", "} ", 6, 2 };
	static const char want[] = "abc{x=\"1\"} 18446744073709551615\n";

	(void)state;
	for (size_t room = 0; room < 2 * sizeof(want); room++) {
		struct text out = { .bytes = malloc(room + 1), .size = room };
		struct promtext t = { .out = &out };

		promtext_series(&t, "abc", 3, &labels, UINT64_MAX);
		assert_true(out.len <= out.size);
		expect(&t, want);
		text_done(&out);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(writes_help),
		cmocka_unit_test(writes_samples),
		cmocka_unit_test(escapes_labels),
		cmocka_unit_test(decimals),
		cmocka_unit_test(signed_values),
		cmocka_unit_test(a_series),
		cmocka_unit_test(a_series_stays_within),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
