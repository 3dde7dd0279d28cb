/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "../test.h"

#include <stdio.h>
#include <string.h>

#include "base/counter.h"

static void finds_each_by_its_name(void **state)
{
	(void)state;
	for (size_t i = 0; i < counter_count(); i++) {
		const char *name = counter_at(i)->name;
		const char *dot = strchr(name, '.');
		char group[32];

		assert_non_null(dot);
		assert_int_equal(counter_find_name(name), (int)i);
		snprintf(group, sizeof(group), "%.*s", (int)(dot - name), name);
		assert_int_equal(counter_find(group, dot + 1), (int)i);
	}
	assert_int_equal(counter_find("Udp", "NoPort"), -1);
	assert_int_equal(counter_find_name("Udp"), -1);
}

/* Each row says how it relates to our drop points. */
static void each_is_described(void **state)
{
	(void)state;
	for (size_t i = 0; i < counter_count(); i++) {
		const struct counter *c = counter_at(i);

		assert_non_null(c->why);
		assert_int_equal(c->why[strlen(c->why) - 1], '.');
		if (c->relation != COUNTER_NO_EVENT)
			assert_true(c->n_points > 0 || c->elsewhere);
		for (size_t p = 0; p < c->n_points; p++)
			assert_true(c->points[p].symbol || c->points[p].reason ||
				    c->points[p].origin);
	}
}

/* A counter that includes others is compared without them, so they must be of the same packets. */
static void includes_counters_of_its_own_scope(void **state)
{
	(void)state;
	for (size_t i = 0; i < counter_count(); i++) {
		const struct counter *c = counter_at(i);

		for (const char *const *e = c->elsewhere; e && *e; e++) {
			const int part = counter_find_name(*e);

			assert_true(part >= 0 && part != (int)i);
			assert_int_equal(counter_at((size_t)part)->scope, c->scope);
			assert_null(counter_at((size_t)part)->elsewhere);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(finds_each_by_its_name),
		cmocka_unit_test(each_is_described),
		cmocka_unit_test(includes_counters_of_its_own_scope),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
