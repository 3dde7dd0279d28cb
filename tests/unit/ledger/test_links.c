/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "../test.h"

#include <stdio.h>

#include "ledger/links.h"

static void add_many(struct links *l, const char *prefix, uint32_t n)
{
	for (uint32_t i = 1; i <= n; i++) {
		struct link link = { .ifindex = i };

		snprintf(link.name, sizeof(link.name), "%s%u", prefix, i);
		links_add(l, &link);
	}
}

static void finds_names(void **state)
{
	struct links l = { 0 };

	(void)state;
	assert_null(links_name(&l, 1));
	add_many(&l, "veth", 1000);
	assert_string_equal(links_name(&l, 1), "veth1");
	assert_string_equal(links_name(&l, 1000), "veth1000");
	assert_null(links_name(&l, 0));
	assert_null(links_name(&l, 1001));
	links_done(&l);
}

static void the_next_reading_begins_empty(void **state)
{
	struct links l = { 0 };

	(void)state;
	add_many(&l, "old", 10);
	links_clear(&l);
	assert_null(links_name(&l, 3));
	add_many(&l, "new", 3);
	assert_string_equal(links_name(&l, 3), "new3");
	assert_null(links_name(&l, 4));
	links_done(&l);
	assert_null(links_name(&l, 3));
	links_done(&l); /* is harmless */
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(finds_names),
		cmocka_unit_test(the_next_reading_begins_empty),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
