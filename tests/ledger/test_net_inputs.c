/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The ledger's inputs with the kernel's sockets: packets of a known number are dropped in a network
 * namespace of the test's own, and the kernel's counters are read as the daemon does.
 */
#include "../unit/test.h"

#include <errno.h>
#include <grp.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "../unit/ledger/fake_reading.h"
#include "ledger/dump.h"
#include "ledger/genl_stats.h"
#include "ledger/net_inputs.h"

#define NEVER	UINT64_MAX /* the deadline */
#define SENT	200
#define UNKNOWN 23 /* packets of an unknown ethertype */
#define FOREIGN 17 /* IPv4 packets for another host */

/* Without IPv6, which sends packets of its own. The token bucket has no room for any packet. */
static const char *const setup[] = {
	"for i in /proc/sys/net/ipv6/conf/*/disable_ipv6; do ! [ -e $i ] || echo 1 >$i; done",
	"ip link set lo up",
	"ip link add left type veth peer name right",
	"ip link set left address 02:00:00:00:00:01 up",
	"ip link set right address 02:00:00:00:00:02 up",
	"tc qdisc add dev left root tbf rate 8bit burst 2000 limit 1",
	"tc qdisc add dev right clsact",
};

/* Sends @n frames of 1000 bytes. */
static void send_frames(const char *device, const uint8_t to[ETH_ALEN], uint16_t protocol, int n)
{
	const struct sockaddr_ll address = { .sll_family = AF_PACKET,
					     .sll_ifindex = (int)if_nametoindex(device) };
	uint8_t frame[1000] = { 0 };
	const int fd = socket(AF_PACKET, SOCK_RAW, 0);

	assert_true(fd >= 0);
	memcpy(frame, to, ETH_ALEN);
	frame[12] = (uint8_t)(protocol >> 8);
	frame[13] = (uint8_t)protocol;
	frame[14] = 0x45; /* IPv4, 20 bytes of header */
	frame[22] = 1;	  /* TTL */
	for (int i = 0; i < n; i++)
		if (sendto(fd, frame, sizeof(frame), 0, (const struct sockaddr *)&address,
			   sizeof(address)) < 0)
			assert_int_equal(errno, ENOBUFS);
	close(fd);
}

static uint64_t read_value(struct net_inputs *in, const char *counter, const char *device)
{
	struct reading r = { 0 };

	assert_int_equal(net_inputs_links(in, NEVER, &r), 0);
	assert_int_equal(net_inputs_qdiscs(in, NEVER, &r), 0);
	return value_of(&r, counter, device);
}

static void a_queue_that_is_full(void **state)
{
	static const uint8_t right[] = { 2, 0, 0, 0, 0, 2 };
	struct net_inputs in = { 0 };
	uint64_t before;

	(void)state;
	before = read_value(&in, "qdisc.drops", "left");
	send_frames("left", right, 0x88b5, SENT);
	assert_int_equal(read_value(&in, "qdisc.drops", "left") - before, SENT);
	assert_int_equal(read_value(&in, "ingress.drops", "right"), 0);
	net_inputs_done(&in);
}

static void packets_that_nobody_wants(void **state)
{
	static const uint8_t left[] = { 2, 0, 0, 0, 0, 1 }, other[] = { 2, 0, 0, 0, 0, 9 };
	struct net_inputs in = { 0 };
	uint64_t unknown, foreign;

	(void)state;
	unknown = read_value(&in, "link.rx_dropped", "left");
	foreign = read_value(&in, "link.rx_otherhost_dropped", "left");
	send_frames("right", left, 0x88b5, UNKNOWN);
	send_frames("right", other, ETH_P_IP, FOREIGN);
	assert_int_equal(read_value(&in, "link.rx_dropped", "left") - unknown, UNKNOWN);
	if (foreign != UINT64_MAX) /* since Linux 5.19 */
		assert_int_equal(read_value(&in, "link.rx_otherhost_dropped", "left") - foreign,
				 FOREIGN);
	net_inputs_done(&in);
}

static void virtual_devices_have_no_driver(void **state)
{
	struct net_inputs in = { 0 };
	struct reading r = { 0 };

	(void)state;
	assert_int_equal(net_inputs_links(&in, NEVER, &r), 0);
	for (size_t i = 0; i < in.links.n; i++)
		assert_true(in.links.all[i].virtual);
	r.n = 0;
	assert_int_equal(net_inputs_drivers(&in, NEVER, &r), 0);
	assert_int_equal(r.n, 0);
	net_inputs_done(&in);
}

/* Old kernels do not have them. */
static void families(void **state)
{
	struct net_inputs in = { 0 };
	struct reading r = { 0 };
	int code;

	(void)state;
	assert_int_equal(dump_family("nlctrl", NEVER), 16);
	assert_int_equal(dump_family("no_such_family", NEVER), 0);
	assert_int_equal(net_inputs_links(&in, NEVER, &r), 0);
	code = net_inputs_queues(&in, NEVER, &r);
	assert_true(code == 0 || code == -EOPNOTSUPP);
	code = net_inputs_devlink(&in, NEVER, &r);
	assert_true(code == 0 || code == -EOPNOTSUPP);
	net_inputs_done(&in);
}

/* A name without a value would be wrong. */
static void names_come_from_the_link_input(void **state)
{
	struct net_inputs in = { 0 };
	struct reading r = { 0 };

	(void)state;
	assert_int_equal(net_inputs_qdiscs(&in, NEVER, &r), -ENODEV);
	assert_int_equal(net_inputs_queues(&in, NEVER, &r), -ENODEV);
	assert_int_equal(net_inputs_drivers(&in, NEVER, &r), -ENODEV);
	assert_int_equal(net_inputs_links(&in, NEVER, &r), 0);
	assert_int_equal(net_inputs_links(&in, 0, &r), -ETIMEDOUT);
	assert_int_equal(net_inputs_qdiscs(&in, NEVER, &r), -ENODEV);
	net_inputs_done(&in);
}

/* The daemon has given up its privileges by then. The last test, since there is no way back. */
static void needs_no_privilege(void **state)
{
	struct net_inputs in = { 0 };
	struct reading r = { 0 };
	int code;

	(void)state;
	assert_int_equal(setgroups(0, NULL), 0);
	assert_int_equal(setresgid(65534, 65534, 65534), 0);
	assert_int_equal(setresuid(65534, 65534, 65534), 0);
	assert_int_equal(socket(AF_PACKET, SOCK_RAW, 0), -1);
	assert_int_equal(net_inputs_links(&in, NEVER, &r), 0);
	assert_int_equal(net_inputs_qdiscs(&in, NEVER, &r), 0);
	assert_int_equal(net_inputs_drivers(&in, NEVER, &r), 0);
	code = net_inputs_queues(&in, NEVER, &r);
	assert_true(code == 0 || code == -EOPNOTSUPP);
	code = net_inputs_devlink(&in, NEVER, &r);
	assert_true(code == 0 || code == -EOPNOTSUPP);
	assert_int_equal(value_of(&r, "qdisc.drops", "left"), SENT);
	assert_int_equal(value_of(&r, "link.rx_dropped", "left"), UNKNOWN);
	net_inputs_done(&in);
}

/* Ours: its devices, if it has any, have drivers. */
static void devices_of_this_machine(void **state)
{
	struct net_inputs in = { 0 };
	struct reading r = { 0 };
	size_t known = 0;

	(void)state;
	assert_int_equal(net_inputs_links(&in, NEVER, &r), 0);
	assert_int_equal(net_inputs_qdiscs(&in, NEVER, &r), 0);
	for (int i = 0; i < 2; i++) { /* then with the names that are known */
		r.n = 0;
		assert_int_equal(net_inputs_drivers(&in, NEVER, &r), 0);
		assert_true(i == 0 || r.n == known);
		known = r.n;
	}
	print_message("%zu devices, %zu counters of drivers\n", in.links.n, known);
	net_inputs_done(&in);
}

static bool set_up(void)
{
	if (unshare(CLONE_NEWNET) < 0)
		return false;
	for (size_t i = 0; i < sizeof(setup) / sizeof(setup[0]); i++)
		if (system(setup[i]) != 0)
			return false;
	return true;
}

int main(void)
{
	const struct CMUnitTest here[] = {
		cmocka_unit_test(devices_of_this_machine),
	};
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_queue_that_is_full),
		cmocka_unit_test(packets_that_nobody_wants),
		cmocka_unit_test(virtual_devices_have_no_driver),
		cmocka_unit_test(families),
		cmocka_unit_test(names_come_from_the_link_input),
		cmocka_unit_test(needs_no_privilege),
	};
	const int failed = cmocka_run_group_tests(here, NULL, NULL);

	if (!set_up()) {
		puts("skipped: no namespace with veth, tbf and clsact (needs root, ip, tc)");
		return failed ? failed : 77;
	}
	return failed + cmocka_run_group_tests(tests, NULL, NULL);
}
