/* SPDX-License-Identifier: GPL-2.0-or-later */
/* With messages of Linux 6.18, recorded after a known number of drops. */
#include "../test.h"

#include <linux/if_link.h>
#include <linux/pkt_sched.h>
#include <linux/rtnetlink.h>

#include "fake_reading.h"
#include "ledger/rtnl_stats.h"

#define DROPS  "fuzz/corpus/rtnl_stats/veth-tbf-clsact"
#define VIRTIO "fuzz/corpus/rtnl_stats/virtio"

struct world {
	struct links links;
	struct reading reading;
};

static void read_messages(struct world *w, struct bytes messages)
{
	struct message m;

	while (message_next(&messages, &m)) {
		rtnl_stats_link(&m, &w->links, &w->reading);
		rtnl_stats_qdisc(&m, &w->links, &w->reading);
	}
}

static void read_recording(struct world *w, const char *path)
{
	uint8_t *bytes;

	read_messages(w, load(path, &bytes));
	free(bytes);
}

static void drops_of_devices(void **state)
{
	struct world w = { 0 };

	(void)state;
	read_recording(&w, DROPS);
	assert_int_equal(w.links.n, 4);
	assert_int_equal(value_of(&w.reading, "link.rx_dropped", "left"), 3);
	assert_int_equal(value_of(&w.reading, "link.rx_otherhost_dropped", "left"), 5);
	assert_int_equal(value_of(&w.reading, "link.rx_dropped", "right"), 0);
	assert_int_equal(value_of(&w.reading, "link.rx_missed", "lo"), 0);
	assert_int_equal(value_of(&w.reading, "link.rx_dropped", "eth0"), UINT64_MAX);
	links_done(&w.links);
}

static void drops_of_queueing_disciplines(void **state)
{
	struct world w = { 0 };

	(void)state;
	read_recording(&w, DROPS);
	assert_int_equal(value_of(&w.reading, "qdisc.drops", "left"), 37);
	assert_int_equal(value_of(&w.reading, "qdisc.drops", "right"), 0);
	assert_int_equal(value_of(&w.reading, "ingress.drops", "right"), 1);
	assert_int_equal(value_of(&w.reading, "ingress.drops", "left"), UINT64_MAX);
	links_done(&w.links);
}

static void every_counter_of_the_ledger(void **state)
{
	struct world w = { 0 };

	(void)state;
	read_recording(&w, DROPS);
	assert_group(&w.reading, "link.", "left");
	assert_group(&w.reading, "qdisc.", "left");
	assert_group(&w.reading, "ingress.", "right");
	links_done(&w.links);
}

/* A driver is asked for its statistics only if the device is not virtual. */
static void knows_virtual_devices(void **state)
{
	struct world w = { 0 };

	(void)state;
	read_recording(&w, DROPS);
	read_recording(&w, VIRTIO);
	for (size_t i = 0; i < w.links.n; i++)
		assert_int_equal(w.links.all[i].virtual, strcmp(w.links.all[i].name, "eth0") != 0);
	links_done(&w.links);
}

/* One attribute after a fixed part, as rtnetlink builds it. */
struct built {
	struct nlmsghdr header;
	uint8_t rest[512];
};

static struct built begin(uint16_t type, const void *fixed, size_t len)
{
	struct built b = { { .nlmsg_len = (uint32_t)(NLMSG_HDRLEN + len), .nlmsg_type = type } };

	memcpy(b.rest, fixed, len);
	return b;
}

static void *append(struct built *b, uint16_t type, const void *data, size_t len)
{
	uint8_t *at = (uint8_t *)b + b->header.nlmsg_len;
	const struct nlattr a = { (uint16_t)(NLA_HDRLEN + len), type };

	memcpy(at, &a, sizeof(a));
	memcpy(at + NLA_HDRLEN, data, len);
	b->header.nlmsg_len += (uint32_t)(NLA_HDRLEN + attr_align(len));
	return at;
}

static void read_built(struct world *w, const struct built *b)
{
	read_messages(w, (struct bytes){ (const uint8_t *)b, b->header.nlmsg_len });
}

static void an_older_kernel_has_fewer_counters(void **state)
{
	const struct ifinfomsg info = { .ifi_index = 7 };
	const struct rtnl_link_stats64 stats = { .rx_dropped = 3, .rx_missed_errors = 4 };
	struct built b = begin(RTM_NEWLINK, &info, sizeof(info));
	struct world w = { 0 };

	(void)state;
	append(&b, IFLA_STATS64, &stats, offsetof(struct rtnl_link_stats64, rx_nohandler));
	append(&b, IFLA_IFNAME, "old0", 5);
	read_built(&w, &b);
	assert_int_equal(value_of(&w.reading, "link.rx_dropped", "old0"), 3);
	assert_int_equal(value_of(&w.reading, "link.rx_missed", "old0"), 4);
	assert_int_equal(value_of(&w.reading, "link.rx_nohandler", "old0"), UINT64_MAX);
	links_done(&w.links);
}

/* A bridge sends a message of its own family about each port. */
static void a_bridge_port_is_counted_once(void **state)
{
	const struct ifinfomsg info = { .ifi_family = AF_BRIDGE, .ifi_index = 7 };
	const struct rtnl_link_stats64 stats = { .rx_dropped = 3 };
	struct built b = begin(RTM_NEWLINK, &info, sizeof(info));
	struct world w = { 0 };

	(void)state;
	append(&b, IFLA_IFNAME, "port", 5);
	append(&b, IFLA_STATS64, &stats, sizeof(stats));
	read_built(&w, &b);
	assert_int_equal(w.links.n, 0);
	assert_int_equal(w.reading.n, 0);
}

static struct built qdisc(uint32_t parent, uint32_t old_drops)
{
	const struct tcmsg tc = { .tcm_ifindex = 7, .tcm_parent = parent };
	const struct tc_stats stats = { .drops = old_drops };
	struct built b = begin(RTM_NEWQDISC, &tc, sizeof(tc));

	append(&b, TCA_STATS, &stats, sizeof(stats));
	return b;
}

static void only_roots_and_ingress(void **state)
{
	const struct link link = { .ifindex = 7, .name = "eth7" };
	const struct built b[] = {
		qdisc(TC_H_ROOT, 3),
		qdisc(0x10001, 5),
		qdisc(TC_H_INGRESS, 7),
		qdisc(0, 11),
	};
	struct world w = { 0 };

	(void)state;
	read_built(&w, &b[0]); /* the name is unknown yet */
	assert_int_equal(w.reading.n, 0);
	links_add(&w.links, &link);
	for (size_t i = 0; i < sizeof(b) / sizeof(b[0]); i++)
		read_built(&w, &b[i]);
	assert_int_equal(value_of(&w.reading, "qdisc.drops", "eth7"), 3);
	assert_int_equal(value_of(&w.reading, "ingress.drops", "eth7"), 7);
	links_done(&w.links);
}

/* In a buffer of exactly that size, so that a sanitizer detects any excess byte. */
static void a_cut_message_is_read_within_bounds(void **state)
{
	uint8_t *bytes;
	struct bytes all;

	(void)state;
	all = load(DROPS, &bytes);
	for (size_t len = 0; len < all.len; len += len < 2000 ? 1 : 97) {
		struct world w = { 0 };
		uint8_t *cut = malloc(len ? len : 1);

		memcpy(cut, all.at, len);
		read_messages(&w, (struct bytes){ cut, len });
		free(cut);
		links_done(&w.links);
	}
	free(bytes);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(drops_of_devices),
		cmocka_unit_test(drops_of_queueing_disciplines),
		cmocka_unit_test(every_counter_of_the_ledger),
		cmocka_unit_test(knows_virtual_devices),
		cmocka_unit_test(an_older_kernel_has_fewer_counters),
		cmocka_unit_test(a_bridge_port_is_counted_once),
		cmocka_unit_test(only_roots_and_ingress),
		cmocka_unit_test(a_cut_message_is_read_within_bounds),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
