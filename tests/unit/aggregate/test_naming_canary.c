/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One packet for each canary is counted as expected, and nothing else changes. */
#include "naming_world.h"

static struct drop_event no_socket(uint64_t packets)
{
	struct drop_event ev = drop_at(IN_KERNEL, "", "NO_SOCKET");

	ev.packets = packets;
	ev.bytes = 46 * packets;
	ev.ip_protocol = 17;
	ev.ifindex = 1;
	return ev;
}

static uint64_t counted_as(const struct world *w, enum drop_class drop_class)
{
	uint64_t sum = 0;

	for (size_t i = 0; i < w->shown->n_rows; i++)
		if (w->shown->rows[i].labels->drop_class == drop_class)
			sum += w->shown->rows[i].total;
	return sum;
}

static uint64_t seen(struct world *w)
{
	struct snapshot_health health = { 0 };

	naming_health(w->naming, &health);
	return health.canary_seen;
}

static void expect_counts(struct world *w, uint64_t expected, uint64_t suspect)
{
	tick(w);
	assert_int_equal(counted_as(w, DROP_CLASS_EXPECTED), expected);
	assert_int_equal(counted_as(w, DROP_CLASS_SUSPECT), suspect);
	assert_int_equal(w->shown->total, expected + suspect);
}

static void none_is_expected(void **state)
{
	struct world *w = *state;

	begin(w);
	take_event(w, no_socket(5));
	expect_counts(w, 0, 5);
	assert_int_equal(seen(w), 0);
}

static void one_packet_of_many(void **state)
{
	struct world *w = *state;

	begin(w);
	take_event(w, no_socket(3)); /* now the kind is in the cache */
	naming_expect_canary(w->naming, 1);
	take_event(w, no_socket(10));
	take_event(w, no_socket(10));
	expect_counts(w, 1, 22);
	assert_int_equal(w->shown->n_rows, 2);
	assert_int_equal(w->shown->rows[0].bytes + w->shown->rows[1].bytes, 46 * 23);
	assert_int_equal(seen(w), 1);
	take_event(w, no_socket(1));
	expect_counts(w, 1, 23);
}

/* Apart from the class, the canary has the labels of the other drops. */
static void the_same_labels(void **state)
{
	struct world *w = *state;
	const struct drop_labels *a, *b;

	begin(w);
	take_event(w, no_socket(1));
	naming_expect_canary(w->naming, 1);
	take_event(w, no_socket(1));
	tick(w);
	assert_int_equal(w->shown->n_rows, 2);
	a = w->shown->rows[0].labels;
	b = w->shown->rows[1].labels;
	for (enum label i = 0; i < LABEL_TEXTS; i++)
		assert_string_equal(a->text[i], b->text[i]);
}

static void each_canary_once(void **state)
{
	struct world *w = *state;

	begin(w);
	for (uint64_t number = 1; number <= 5; number++) {
		naming_expect_canary(w->naming, number);
		take_event(w, no_socket(1));
		naming_expect_canary(w->naming, number); /* it is still in the slot */
		take_event(w, no_socket(1));
		assert_int_equal(seen(w), number);
	}
	expect_counts(w, 5, 5);
}

static void an_expired_one_is_not_expected(void **state)
{
	struct world *w = *state;

	begin(w);
	naming_expect_canary(w->naming, 1);
	naming_expect_canary(w->naming, 0);
	take_event(w, no_socket(4));
	expect_counts(w, 0, 4);
	assert_int_equal(seen(w), 0);
	naming_expect_canary(w->naming, 2);
	take_event(w, no_socket(4));
	expect_counts(w, 1, 7);
	assert_int_equal(seen(w), 2);
}

static void other_drops_keep_their_class(void **state)
{
	struct drop_event elsewhere = no_socket(1), other_point = no_socket(1);
	struct world *w = *state;

	begin(w);
	naming_expect_canary(w->naming, 1);
	elsewhere.netns = FAKE_NETNS + 1;
	other_point.pc = IN_KERNEL + 0x100; /* tcp_v4_rcv */
	take_event(w, elsewhere);
	take_event(w, other_point);
	take_event(w, drop_at(IN_KERNEL, "", "UDP_CSUM"));
	expect_counts(w, 0, 3);
	assert_int_equal(seen(w), 0);
}

static void a_summary(void **state)
{
	struct drop_event ev = drop_at(IN_KERNEL, "", "");
	struct world *w = *state;

	begin(w);
	naming_expect_canary(w->naming, 1);
	ev.packets = 7;
	ev.bytes = 0;
	take_event(w, ev);
	expect_counts(w, 1, 6);
	assert_int_equal(seen(w), 1);
}

/* The address is that of a module while the table of symbols is outdated. */
static void one_that_waits_for_its_symbol(void **state)
{
	struct drop_event ev = no_socket(3);
	struct world *w = *state;

	begin(w);
	naming_expect_canary(w->naming, 1);
	modules_write(kallsyms, "udp_rcv");
	take_modules_event(w);
	ev.pc = IN_MODULE;
	take_event(w, ev);
	assert_int_equal(seen(w), 0);
	expect_counts(w, 1, 2);
	assert_int_equal(seen(w), 1);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(none_is_expected),
		TEST(one_packet_of_many),
		TEST(the_same_labels),
		TEST(each_canary_once),
		TEST(an_expired_one_is_not_expected),
		TEST(other_drops_keep_their_class),
		TEST(a_summary),
		TEST(one_that_waits_for_its_symbol),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
