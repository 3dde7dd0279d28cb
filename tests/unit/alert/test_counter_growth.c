/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "../test.h"

#include <stdlib.h>
#include <string.h>

#include "alert/counter_growth.h"
#include "base/clock.h"

static const struct counter overflows = { .name = "TcpExt.ListenOverflows" };
static const struct counter missed = { .name = "link.rx_missed", .scope = COUNTER_DEVICE };

struct value {
	const struct counter *counter;
	const char *device;
	uint64_t kernel;
};

/* One reading, of the values up to one without a counter. */
static int read_at(struct counter_growth *g, uint64_t time_s, const struct value *values)
{
	cleanup(ledger_unrefp) struct ledger *l = NULL;
	size_t n = 0;

	while (values[n].counter)
		n++;
	l = ledger_new(n);
	assert_non_null(l);
	l->monotonic_ns = time_s * NSEC_PER_SEC;
	for (size_t i = 0; i < n; i++) {
		l->rows[i].counter = values[i].counter;
		strcpy(l->rows[i].device, values[i].device);
		l->rows[i].cells[LEDGER_SINCE_START].kernel = values[i].kernel;
	}
	return counter_growth_add(g, l);
}

#define READ(g, time_s, ...)                                                                       \
	assert_int_equal(read_at(g, time_s, (const struct value[]){ __VA_ARGS__, { 0 } }), 1)

static void the_first_reading_is_the_baseline(void **state)
{
	struct counter_growth g = { 0 };

	(void)state;
	assert_int_equal(counter_growth_add(&g, NULL), 0);
	READ(&g, 100, { &overflows, "", 5 });
	assert_int_equal(counter_growth_of(&g, &overflows), 0);
	assert_int_equal(counter_growth_of(&g, &missed), 0);
	READ(&g, 115, { &overflows, "", 12 });
	assert_int_equal(counter_growth_of(&g, &overflows), 7);
	assert_string_equal(counter_growth_device(&g, &overflows), "");
	counter_growth_reset(&g);
	assert_int_equal(counter_growth_of(&g, &overflows), 0);
}

static void each_reading_counts_once(void **state)
{
	struct counter_growth g = { 0 };
	const struct value values[] = { { &overflows, "", 9 }, { 0 } };

	(void)state;
	READ(&g, 100, { &overflows, "", 5 });
	assert_int_equal(read_at(&g, 115, values), 1);
	assert_int_equal(read_at(&g, 115, values), 0);
	assert_int_equal(read_at(&g, 114, values), 0);
	assert_int_equal(counter_growth_of(&g, &overflows), 4);
	counter_growth_reset(&g);
}

static void devices_are_added_up_and_the_worst_is_named(void **state)
{
	struct counter_growth g = { 0 };

	(void)state;
	READ(&g, 100, { &overflows, "", 0 }, { &missed, "eth0", 1000 }, { &missed, "eth1", 0 });
	READ(&g, 115, { &overflows, "", 1 }, { &missed, "eth0", 1010 }, { &missed, "eth1", 30 });
	assert_int_equal(counter_growth_of(&g, &missed), 40);
	assert_int_equal(counter_growth_of(&g, &overflows), 1);
	assert_string_equal(counter_growth_device(&g, &missed), "eth1");
	/* A burst is remembered while nothing grows, and overtaken by a larger one. */
	READ(&g, 130, { &overflows, "", 1 }, { &missed, "eth0", 1010 }, { &missed, "eth1", 30 });
	assert_int_equal(counter_growth_of(&g, &missed), 0);
	assert_string_equal(counter_growth_device(&g, &missed), "eth1");
	READ(&g, 145, { &overflows, "", 1 }, { &missed, "eth0", 1030 }, { &missed, "eth1", 30 });
	assert_string_equal(counter_growth_device(&g, &missed), "eth0");
	counter_growth_reset(&g);
}

static void a_row_that_restarts_only_grows(void **state)
{
	struct counter_growth g = { 0 };

	(void)state;
	READ(&g, 100, { &missed, "eth0", 500 });
	READ(&g, 115, { &missed, "eth0", 3 }); /* created again */
	assert_int_equal(counter_growth_of(&g, &missed), 3);
	READ(&g, 130, { &missed, "eth0", 5 });
	assert_int_equal(counter_growth_of(&g, &missed), 2);
	counter_growth_reset(&g);
}

/* The ledger omits what has not grown, and restarts what was away. */
static void devices_come_and_go(void **state)
{
	struct counter_growth g = { 0 };

	(void)state;
	READ(&g, 100, { &missed, "eth1", 10 }, { &missed, "eth3", 10 });
	READ(&g, 115, { &missed, "eth0", 20 }, { &missed, "eth1", 11 }, { &missed, "eth2", 30 },
	     { &missed, "eth3", 12 }, { &missed, "eth4", 40 });
	assert_int_equal(counter_growth_of(&g, &missed), 20 + 1 + 30 + 2 + 40);
	assert_string_equal(counter_growth_device(&g, &missed), "eth4");
	READ(&g, 130, { &missed, "eth0", 21 }, { &missed, "eth4", 44 });
	assert_int_equal(counter_growth_of(&g, &missed), 5);
	READ(&g, 145, { &overflows, "", 0 }); /* the messages of devices could not be read */
	assert_int_equal(counter_growth_of(&g, &missed), 0);
	assert_string_equal(counter_growth_device(&g, &missed), "");
	READ(&g, 160, { &overflows, "", 0 }, { &missed, "eth0", 3 });
	assert_int_equal(counter_growth_of(&g, &missed), 3);
	counter_growth_reset(&g);
}

static void other_counters_go_on_after_a_gap(void **state)
{
	struct counter_growth g = { 0 };

	(void)state;
	READ(&g, 100, { &overflows, "", 998 });
	READ(&g, 110, { &overflows, "", 1000 });
	READ(&g, 115, { &missed, "eth0", 1 });
	assert_int_equal(counter_growth_of(&g, &overflows), 0);
	READ(&g, 130, { &missed, "eth0", 1 });
	assert_int_equal(counter_growth_of(&g, &overflows), 0);
	READ(&g, 145, { &overflows, "", 1007 }, { &missed, "eth0", 1 });
	assert_int_equal(counter_growth_of(&g, &overflows), 7);
	READ(&g, 160, { &overflows, "", 1007 }, { &missed, "eth0", 1 });
	assert_int_equal(counter_growth_of(&g, &overflows), 0);
	assert_int_equal(g.n_rows, 2);
	counter_growth_reset(&g);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_first_reading_is_the_baseline),
		cmocka_unit_test(each_reading_counts_once),
		cmocka_unit_test(devices_are_added_up_and_the_worst_is_named),
		cmocka_unit_test(a_row_that_restarts_only_grows),
		cmocka_unit_test(devices_come_and_go),
		cmocka_unit_test(other_counters_go_on_after_a_gap),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
