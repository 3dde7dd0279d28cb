/* SPDX-License-Identifier: GPL-2.0-or-later */
/* With messages of netdevsim on Linux 6.1 and of virtio_net on Linux 6.18. */
#include "../test.h"

#include "fake_reading.h"
#include "ledger/genl_stats.h"

#define TRAPS  "fuzz/corpus/genl_stats/traps-netdevsim"
#define QUEUES "fuzz/corpus/genl_stats/queues-virtio"

static struct links links_with(uint32_t ifindex, const char *name)
{
	struct link link = { .ifindex = ifindex };
	struct links l = { 0 };

	snprintf(link.name, sizeof(link.name), "%s", name);
	links_add(&l, &link);
	return l;
}

static void read_queues(struct bytes messages, const struct links *links, struct reading *r)
{
	struct message m;

	while (message_next(&messages, &m))
		genl_stats_queues(&m, links, r);
}

static void read_traps(struct bytes messages, struct reading *r)
{
	struct message m;

	while (message_next(&messages, &m))
		genl_stats_trap(&m, r);
}

/* Five traps for drops and exceptions, with 157 packets each, and one for control packets. */
static void traps_add_up(void **state)
{
	struct reading r = { 0 };
	uint8_t *bytes;

	(void)state;
	read_traps(load(TRAPS, &bytes), &r);
	assert_int_equal(r.n, 2);
	assert_int_equal(value_of(&r, "devlink.trapped", ""), 5 * 157);
	assert_int_equal(value_of(&r, "devlink.rx_dropped", "netdevsim/netdevsim1"),
			 44 + 45 + 46 + 47 + 48 + 49 + 50 + 51);
	free(bytes);
}

/* virtio_net without counters in its hardware reports only those of packets and pauses. */
static void queues_without_losses(void **state)
{
	struct links links = links_with(4, "eth0");
	struct reading r = { 0 };
	uint8_t *bytes;

	(void)state;
	read_queues(load(QUEUES, &bytes), &links, &r);
	assert_int_equal(r.n, 0);
	links_done(&links);
	free(bytes);
}

/* The answer of a network card that has such counters: 4 bytes, or 8 if the value takes them. */
struct queues_message {
	struct nlmsghdr header;
	uint8_t command, version;
	uint16_t reserved;
	struct nlattr ifindex_header;
	uint32_t ifindex;
	struct nlattr small_header;
	uint32_t small;
	struct nlattr large_header;
	uint8_t large[8]; /* a uint64_t, not aligned */
	struct nlattr short_header;
	uint16_t too_short, padding;
};

static struct queues_message queues_message(uint16_t small, uint16_t large, uint64_t value)
{
	struct queues_message m = {
		.header.nlmsg_len = sizeof(m),
		.command = GENL_STATS_NETDEV_QSTATS,
		.ifindex_header = { NLA_HDRLEN + 4, 1 },
		.ifindex = 7,
		.small_header = { NLA_HDRLEN + 4, small },
		.small = 5,
		.large_header = { NLA_HDRLEN + 8, large },
		.short_header = { NLA_HDRLEN + 2, 12 },
		.too_short = 1,
	};

	memcpy(m.large, &value, sizeof(value));
	return m;
}

static void queues_have_short_and_long_numbers(void **state)
{
	const struct queues_message m[] = { queues_message(13, 14, 6ull << 32),
					    queues_message(23, 32, 7ull << 32),
					    queues_message(24, 25, 8ull << 32) };
	struct links links = links_with(7, "eth7");
	struct reading r = { 0 };

	(void)state;
	read_queues((struct bytes){ (const uint8_t *)m, sizeof(m) }, &links, &r);
	assert_int_equal(r.n, 6);
	assert_int_equal(value_of(&r, "queue.rx_hw_drops", "eth7"), 5);
	assert_int_equal(value_of(&r, "queue.rx_hw_drop_overruns", "eth7"), 6ull << 32);
	assert_int_equal(value_of(&r, "queue.rx_hw_drop_ratelimits", "eth7"), 5);
	assert_int_equal(value_of(&r, "queue.tx_hw_drop_ratelimits", "eth7"), 7ull << 32);
	assert_int_equal(value_of(&r, "queue.tx_hw_drops", "eth7"), 5);
	assert_int_equal(value_of(&r, "queue.tx_hw_drop_errors", "eth7"), 8ull << 32);
	links_done(&links);
}

static void every_counter_of_queues(void **state)
{
	struct links links = links_with(7, "eth7");
	struct reading r = { 0 };

	(void)state;
	for (uint16_t type = 12; type < 64; type++) {
		const struct queues_message m = queues_message(type, 0, 0);

		read_queues((struct bytes){ (const uint8_t *)&m, sizeof(m) }, &links, &r);
	}
	assert_group(&r, "queue.", "eth7");
	links_done(&links);
}

static void a_device_of_another_namespace_is_ignored(void **state)
{
	const struct queues_message m = queues_message(13, 14, 1);
	struct links links = links_with(8, "eth8");
	struct reading r = { 0 };

	(void)state;
	read_queues((struct bytes){ (const uint8_t *)&m, sizeof(m) }, &links, &r);
	assert_int_equal(r.n, 0);
	links_done(&links);
}

/* In a buffer of exactly that size, so that a sanitizer detects any excess byte. */
static void a_cut_message_is_read_within_bounds(void **state)
{
	struct links links = links_with(4, "eth0");
	uint8_t *bytes;
	struct bytes all;

	(void)state;
	all = load(TRAPS, &bytes);
	for (size_t len = 0; len < all.len; len++) {
		struct reading r = { 0 };
		uint8_t *cut = malloc(len ? len : 1);

		memcpy(cut, all.at, len);
		read_traps((struct bytes){ cut, len }, &r);
		read_queues((struct bytes){ cut, len }, &links, &r);
		free(cut);
	}
	free(bytes);
	links_done(&links);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(traps_add_up),
		cmocka_unit_test(queues_without_losses),
		cmocka_unit_test(queues_have_short_and_long_numbers),
		cmocka_unit_test(every_counter_of_queues),
		cmocka_unit_test(a_device_of_another_namespace_is_ignored),
		cmocka_unit_test(a_cut_message_is_read_within_bounds),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
