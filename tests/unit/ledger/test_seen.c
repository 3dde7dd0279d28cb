/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "balance_world.h"
#include "ledger/seen.h"

static void only_our_own_namespace_is_compared(void **state)
{
	struct world *w = *state;

	kernel_shows(w, "host.same", "", 0);
	read_one(w, "A.same", "", 0);
	drop_same(w, 2);
	drop_packets(w, (struct drop){ "same_rcv", "SAME", .place = PLACE_OTHER }, 5);
	drop_packets(w, (struct drop){ "host_rcv", .place = PLACE_OURS }, 1);
	drop_packets(w, (struct drop){ "host_rcv", .place = PLACE_OTHER }, 1);
	drop_packets(w, (struct drop){ "host_rcv", .place = PLACE_UNKNOWN }, 1);
	kernel_shows(w, "host.same", "", 3);
	read_one(w, "A.same", "", 2);
	assert_since_start(w, "A.same", "", 2, 2, 0);
	assert_since_start(w, "host.same", "", 3, 3, 0);
	/* Any of these may be ours. */
	drop_packets(w, (struct drop){ "same_rcv", "SAME", .place = PLACE_UNKNOWN }, 10);
	read_one(w, "A.same", "", 9);
	assert_since_start(w, "A.same", "", 9, 9, 0);
	read_one(w, "A.same", "", 13);
	assert_since_start(w, "A.same", "", 13, 12, 1);
}

static void what_we_lost_may_have_been_anything(void **state)
{
	struct world *w = *state;

	read_one(w, "A.same", "", 0);
	w->source.lost[LOST_RING] = 4;
	read_one(w, "A.same", "", 4);
	assert_since_start(w, "A.same", "", 4, 4, 0);
	read_one(w, "A.same", "", 5);
	assert_since_start(w, "A.same", "", 5, 4, 1);
	w->source.blind_ns = 1;
	read_one(w, "A.same", "", 1000000);
	assert_int_equal(row(w, "A.same", "")->cells[0].unexplained, 0);
}

static void while_the_source_is_down_nothing_is_unexplained(void **state)
{
	struct world *w = *state;

	w->source.up = false;
	read_one(w, "A.same", "", 0);
	w->source.up = true;
	read_one(w, "A.same", "", 100);
	assert_since_start(w, "A.same", "", 100, 100, 0);
	read_one(w, "A.same", "", 100);
	assert_cell(w, "A.same", "", LEDGER_SINCE_START, 100, 100, 0);
}

static void a_lost_summary_message_may_have_been_any_number(void **state)
{
	struct world *w = *state;

	w->source.source = SOURCE_NAME_NETDM;
	w->source.mode = MODE_SUMMARY;
	read_one(w, "host.same", "", 0);
	w->source.lost[LOST_SOCKET] = 1;
	read_one(w, "host.same", "", 1000000);
	assert_since_start(w, "host.same", "", 1000000, 1000000, 0);
}

static void a_full_table_hides_drop_points(void **state)
{
	struct world *w = *state;

	series_free(w->series);
	begin(w, 1);
	drop_packets(w, (struct drop){ "f", .place = PLACE_OURS }, 1);
	read_one(w, "A.same", "", 0);
	drop_same(w, 6);
	read_one(w, "A.same", "", 6);
	assert_since_start(w, "A.same", "", 6, 6, 0);
	read_one(w, "A.same", "", 7);
	assert_since_start(w, "A.same", "", 7, 6, 1);
}

/* All of it happens between two snapshots that the ledger looks at. */
static void a_series_that_was_retired_at_once_is_in_doubt(void **state)
{
	struct world *w = *state;

	read_one(w, "link.same", "eth0", 0);
	drop_at_link(w, "eth0", 3);
	read_one(w, "link.same", "eth0", 3);
	drop_packets(w, (struct drop){ "same_rcv", "SAME", "veth0", .place = PLACE_OURS }, 8);
	snapshot_unref(look(w));
	series_device_gone(w->series, "veth0", w->now_ns);
	w->now_ns += 10 * NSEC_PER_SEC;
	assert_true(series_retire(w->series, w->now_ns));
	kernel_shows(w, "A.same", "", 8);
	read_one(w, "link.same", "eth0", 11);
	assert_since_start(w, "link.same", "eth0", 11, 11, 0);
}

static void retired_series_stay_counted(void **state)
{
	struct world *w = *state;

	read_one(w, "A.same", "", 0);
	drop_packets(w, (struct drop){ "same_rcv", "SAME", "veth0", .place = PLACE_OURS }, 8);
	read_one(w, "A.same", "", 8);
	series_device_gone(w->series, "veth0", w->now_ns);
	w->now_ns += 10 * NSEC_PER_SEC;
	assert_true(series_retire(w->series, w->now_ns));
	drop_same(w, 1);
	read_one(w, "A.same", "", 10);
	assert_since_start(w, "A.same", "", 10, 9, 1);
}

static void drops_of_an_unknown_device_may_be_of_any(void **state)
{
	struct world *w = *state;

	read_one(w, "link.same", "eth0", 0);
	drop_at_link(w, "eth0", 1);
	drop_at_link(w, "", 5);
	read_one(w, "link.same", "eth0", 6);
	assert_since_start(w, "link.same", "eth0", 6, 6, 0);
	read_one(w, "link.same", "eth0", 7);
	assert_since_start(w, "link.same", "eth0", 7, 6, 1);
}

static void drop_points_come_busiest_first(void **state)
{
	struct world *w = *state;
	char symbol[16];
	const struct ledger_row *r;

	read_one(w, "A.part", "", 0);
	for (uint64_t i = 1; i <= 12; i++) {
		snprintf(symbol, sizeof(symbol), "part_%" PRIu64, i);
		drop_packets(w, (struct drop){ symbol, "R", .place = PLACE_OURS }, i);
	}
	drop_packets(w, (struct drop){ "part_3", "R", "eth0", .place = PLACE_OURS }, 100);
	drop_packets(w, (struct drop){ "part_2", "Q", .place = PLACE_OTHER }, 1000);
	read_one(w, "A.part", "", 0);
	r = row(w, "A.part", "");
	assert_int_equal(r->n_points, LEDGER_POINTS_MAX);
	assert_string_equal(r->points[0].symbol, "part_3");
	assert_string_equal(r->points[0].reason, "R");
	assert_int_equal(r->points[0].packets, 103);
	assert_int_equal(r->points[1].packets, 8);
	assert_int_equal(r->points[2].packets, 7);
}

/* Those of no counter are not kept, however many there are. */
static void only_drop_points_of_counters_need_names(void **state)
{
	struct world *w = *state;
	char symbol[24];

	read_one(w, "A.part", "", 0);
	for (size_t i = 0; i < 1000; i++) {
		snprintf(symbol, sizeof(symbol), "other_%zu", i);
		drop_packets(w, (struct drop){ symbol, .place = PLACE_OURS }, 1);
	}
	read_one(w, "A.part", "", 0);
	drop_packets(w, (struct drop){ "part_1", .place = PLACE_OURS }, 1);
	read_one(w, "A.part", "", 1);
	assert_int_equal(row(w, "A.part", "")->n_points, 1);
	assert_string_equal(row(w, "A.part", "")->points[0].symbol, "part_1");
}

static void drops_in_any_namespace_are_those_of_the_host(void **state)
{
	struct world *w = *state;

	read_one(w, "host.same", "", 0);
	drop_packets(w, (struct drop){ "host_rcv", .place = PLACE_OTHER }, 4);
	read_one(w, "host.same", "", 1);
	assert_since_start(w, "host.same", "", 1, 4, -3);
}

static void traps_are_drop_points_of_hardware_only(void **state)
{
	const struct drop_labels trap = { .origin = DROP_ORIGIN_HARDWARE,
					  .text = { "same_rcv", "SAME", "", "", "", "" } };
	struct world *w = *state;

	kernel_shows(w, "host.hardware", "", 0);
	read_one(w, "A.same", "", 0);
	drop_same(w, 2);
	series_count(w->series, series_find(w->series, &trap), 5, 0, PLACE_OURS);
	kernel_shows(w, "host.hardware", "", 5);
	read_one(w, "A.same", "", 2);
	assert_since_start(w, "A.same", "", 2, 2, 0);
	assert_since_start(w, "host.hardware", "", 5, 5, 0);
}

/* The numbers of retired label sets are given to new ones. */
static void another_label_set_has_links_of_its_own(void **state)
{
	struct world *w = *state;
	char name[16];

	kernel_shows(w, "link.same", "eth0", 0);
	read_one(w, "A.same", "", 0);
	for (int i = 0; i < 100; i++) {
		snprintf(name, sizeof(name), "veth%d", i);
		drop_at_link(w, name, 1);
	}
	read_one(w, "A.same", "", 0);
	series_devices_gone(w->series, w->now_ns);
	w->now_ns += 10 * NSEC_PER_SEC;
	assert_true(series_retire(w->series, w->now_ns));
	drop_same(w, 6);
	assert_int_equal(series_find(w->series,
				     &(struct drop_labels){ .text = { "f", "", "", "", "", "" } }),
			 98); /* it is a number of before */
	read_one(w, "A.same", "", 7);
	assert_since_start(w, "A.same", "", 7, 6, 1);
}

/* From the last snapshot that shows the source up to the next one that does. */
static void a_source_that_is_down_may_lose_anything(void **state)
{
	static const bool up[] = { true, true, false, false, true, true };
	static const bool loses[] = { false, false, true, true, true, false };
	struct world *w = *state;
	struct accounts accounts = { .key = hash_key_random() };
	cleanup(seen_freep) struct seen *s = seen_new(&accounts);

	for (size_t i = 0; i < sizeof(up) / sizeof(up[0]); i++) {
		cleanup(snapshot_unrefp) struct snapshot *snap = NULL;
		const uint64_t before = seen_lost(s);

		w->source.up = up[i];
		snap = look(w);
		assert_int_equal(seen_take(s, snap), 0);
		assert_int_equal(seen_lost(s) > before, loses[i]);
	}
	accounts_done(&accounts);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(only_our_own_namespace_is_compared),
		TEST(what_we_lost_may_have_been_anything),
		TEST(while_the_source_is_down_nothing_is_unexplained),
		TEST(a_lost_summary_message_may_have_been_any_number),
		TEST(a_full_table_hides_drop_points),
		TEST(a_series_that_was_retired_at_once_is_in_doubt),
		TEST(retired_series_stay_counted),
		TEST(drops_of_an_unknown_device_may_be_of_any),
		TEST(drop_points_come_busiest_first),
		TEST(only_drop_points_of_counters_need_names),
		TEST(drops_in_any_namespace_are_those_of_the_host),
		TEST(traps_are_drop_points_of_hardware_only),
		TEST(another_label_set_has_links_of_its_own),
		TEST(a_source_that_is_down_may_lose_anything),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
