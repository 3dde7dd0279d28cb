/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "../test.h"

#include <string.h>

#include "source/source_stats.h"

static const struct source_stats example = {
	.source = "netdm", .mode = MODE_SUMMARY, .owner = OWNER_SELF, .up = true, .packets = 7
};

/* Every field but the name of the source, which never changes, makes a difference. */
static void every_field_counts(void **state)
{
	const struct source_stats same = example;
	struct source_stats other[20];
	size_t n = 0;

	(void)state;
	for (size_t i = 0; i < 20; i++)
		other[i] = example;
	other[n++].mode = MODE_PACKET;
	other[n++].owner = OWNER_OTHER;
	other[n++].up = false;
	other[n++].ended = true;
	other[n++].finished = true;
	other[n++].events = 1;
	other[n++].packets = 8;
	other[n++].lost[LOST_KERNEL_QUEUE] = 1;
	other[n++].lost[LOST_RECURSION] = 1;
	other[n++].lost[LOST_SOCKET] = 1;
	other[n++].lost[LOST_PARSE] = 1;
	other[n++].lost[LOST_RING] = 1;
	other[n++].ignored = 1;
	other[n++].summary_full = 1;
	other[n++].napi_notes = 1;
	other[n++].restarts[RESTART_CAUSES - 1] = 1;
	other[n++].blind_ns = 1;
	other[n++].receive_buffer_bytes = 1;
	other[n++].kernel_memory_bytes = 1;
	strcpy(other[n++].trouble, "it failed");
	assert_int_equal(n, 20);
	assert_true(source_stats_same(&example, &same));
	for (size_t i = 0; i < n; i++)
		assert_false(source_stats_same(&example, &other[i]));
}

static void the_latest_stats_are_copied(void **state)
{
	struct source_stats all[SOURCES_MAX] = { example, example }, got[SOURCES_MAX];
	struct source_stats_slot slot;

	(void)state;
	source_stats_slot_init(&slot);
	assert_int_equal(source_stats_get(&slot, got), 0);
	all[1].source = "tracepoint";
	source_stats_publish(&slot, all, 2);
	all[0].packets = 0; /* the slot has its own */
	assert_int_equal(source_stats_get(&slot, got), 2);
	assert_int_equal(got[0].packets, 7);
	assert_string_equal(got[1].source, "tracepoint");
	source_stats_publish(&slot, all, 1);
	assert_int_equal(source_stats_get(&slot, got), 1);
	assert_int_equal(got[0].packets, 0);
	source_stats_slot_done(&slot);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_field_counts),
		cmocka_unit_test(the_latest_stats_are_copied),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
