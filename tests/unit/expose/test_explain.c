/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "../test.h"

#include <string.h>

#include "../drop_points.h"
#include "expose/explain.h"

#define LENGTH(array) (sizeof(array) / sizeof((array)[0]))

static void is_a_sentence(const char *name, const char *text)
{
	if (!text || !*text)
		fail_msg("nothing for %s", name);
	assert_true(text[0] >= 'A' && text[0] <= 'Z');
	assert_true(strchr(".?", text[strlen(text) - 1]) != NULL);
	assert_null(strchr(text, '\n'));
	assert_null(strstr(text, "  "));
	if (strlen(text) > 320)
		fail_msg("%s: %zu characters", name, strlen(text));
}

static void are_in_order(const struct explanation *table, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		is_a_sentence(table[i].name, table[i].sentence);
		if (i && strcmp(table[i - 1].name, table[i].name) >= 0)
			fail_msg("%s stands before %s", table[i - 1].name, table[i].name);
	}
}

static void all_are_found(void **state)
{
	(void)state;
	are_in_order(explain_reasons, explain_n_reasons);
	are_in_order(explain_symbols, explain_n_symbols);
	are_in_order(explain_prefixes, explain_n_prefixes);
	for (size_t i = 0; i < explain_n_reasons; i++)
		assert_ptr_equal(explain_drop("", explain_reasons[i].name),
				 explain_reasons[i].sentence);
	for (size_t i = 0; i < explain_n_symbols; i++)
		assert_ptr_equal(explain_drop(explain_symbols[i].name, ""),
				 explain_symbols[i].sentence);
	for (size_t i = 0; i < explain_n_pairs; i++) {
		const struct explanation_pair *p = &explain_pairs[i];

		is_a_sentence(p->symbol, p->sentence);
		assert_ptr_equal(explain_drop(p->symbol, p->reason ? p->reason : "A_NEW_ONE"),
				 p->sentence);
	}
}

static void every_drop_point_is_explained(void **state)
{
	(void)state;
	for (size_t i = 0; i < LENGTH(drop_points); i++) {
		const struct drop_point *p = &drop_points[i];
		const char *text = explain_drop(p->symbol, p->reason);

		if (!text || !strstr(text, p->says))
			fail_msg("%s, reason \"%s\": \"%s\" does not say \"%s\"", p->symbol,
				 p->reason, text ? text : "", p->says);
	}
}

static void the_reason_comes_before_the_symbol(void **state)
{
	const char *veth = explain_drop("veth_xmit", "");

	(void)state;
	assert_non_null(strstr(explain_drop("veth_xmit", "NO_SOCKET"), "No socket listens"));
	assert_ptr_equal(explain_drop("veth_xmit", "NOT_SPECIFIED"), veth);
	assert_ptr_equal(explain_drop("veth_xmit", "A_NEW_ONE"), veth);
	assert_non_null(strstr(explain_drop("a_new_one", "NOT_SPECIFIED"), "gives no reason"));
}

static void nothing_is_made_up(void **state)
{
	static const char *const names[] = { "", "A", "zzz", "NO_SOCKE", "NO_SOCKETS", "no_socket",
					     "\xff" };

	(void)state;
	for (size_t i = 0; i < LENGTH(names); i++)
		for (size_t k = 0; k < LENGTH(names); k++)
			assert_null(explain_drop(names[i], names[k]));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(all_are_found),
		cmocka_unit_test(every_drop_point_is_explained),
		cmocka_unit_test(the_reason_comes_before_the_symbol),
		cmocka_unit_test(nothing_is_made_up),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
