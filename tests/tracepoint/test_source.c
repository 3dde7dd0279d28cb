/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The tracepoint source by hand on the running kernel: packets of a known number are
 * dropped in a network namespace of the test's own, and every one has to come out of read(),
 * under its reason, device and protocol. What others on this machine drop has another network
 * namespace.
 */
#include "../unit/test.h"

#include <errno.h>
#include <linux/capability.h>
#include <linux/if_ether.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <poll.h>
#include <unistd.h>

#include "source/source.h"
#include "traffic.h"

#define PACKETS 1000

static const struct config_source config = {
	.kind = SOURCE_TRACEPOINT, .tracepoint = { .max_entries = 1024, .interval_ms = 50 }
};
static uint32_t netns; /* the test's own */

/* What was dropped for one reason here. */
struct found {
	uint64_t packets, bytes;
};

/* All that read() gave since it was cleared. */
struct reading {
	struct drop_event events[16384];
	size_t n;
	uint64_t packets;
};

static struct reading in;

static struct source *open_source(const struct config_source *cfg)
{
	struct err err = { 0 };
	struct source *s = NULL;

	if (tracepoint_ops.open(cfg, &s, &err) < 0)
		fail_msg("open: %s", err.text);
	return s;
}

static struct source *close_source(struct source *s)
{
	return tracepoint_ops.close(s);
}

DEFINE_CLEANUP(struct source *, close_source);

static void clear(void)
{
	in.n = in.packets = 0;
}

/* Until it says that there is none now. */
static void read_all(struct source *s)
{
	const size_t room = sizeof(in.events) / sizeof(in.events[0]);
	int n;

	while ((n = s->ops->read(s, in.events + in.n, SOURCE_READ_MIN)) > 0) {
		for (int i = 0; i < n; i++)
			in.packets += in.events[in.n + (size_t)i].packets;
		in.n += (size_t)n;
		assert_true(in.n + SOURCE_READ_MIN <= room);
	}
	assert_int_equal(n, 0);
}

static struct found find(const char *reason, uint16_t ethertype, uint8_t ip_protocol)
{
	struct found found = { 0 };

	for (size_t i = 0; i < in.n; i++) {
		const struct drop_event *ev = &in.events[i];

		if (ev->netns != netns || strcmp(ev->reason, reason) != 0)
			continue;
		assert_int_equal(ev->origin, DROP_ORIGIN_SOFTWARE);
		assert_int_equal(ev->ifindex, 1);
		assert_true(ev->pc != 0 && ev->time_ns != 0 && ev->packets > 0);
		if (ev->ethertype != ethertype || ev->ip_protocol != ip_protocol)
			continue;
		found.packets += ev->packets;
		found.bytes += ev->bytes;
	}
	return found;
}

/*
 * Reads until enough were found. Loopback delivers within the system call that sends, except when
 * ksoftirqd is at work already: then some time later.
 */
static struct found await(struct source *s, const char *reason, uint16_t ethertype,
			  uint8_t ip_protocol, uint64_t wanted)
{
	struct pollfd fd = { .fd = s->ops->fd(s), .events = POLLIN };

	read_all(s);
	for (int i = 0; i < 200 && find(reason, ethertype, ip_protocol).packets < wanted; i++) {
		poll(&fd, 1, 1000);
		read_all(s);
	}
	return find(reason, ethertype, ip_protocol);
}

static void wait_for_interval(struct source *s)
{
	struct pollfd fd = { .fd = s->ops->fd(s), .events = POLLIN };

	poll(&fd, 1, 1000);
}

static void closed_port(void **state)
{
	const uint64_t before = traffic_witness("Udp", "NoPorts");
	const uint64_t before6 = traffic_witness("", "Udp6NoPorts");
	cleanup(close_sourcep) struct source *s = open_source(&config);
	struct found found;

	(void)state;
	clear();
	traffic_closed_port(false, PACKETS);
	traffic_closed_port(true, PACKETS / 2);
	found = await(s, "NO_SOCKET", ETH_P_IP, IPPROTO_UDP, PACKETS);
	assert_int_equal(found.packets, PACKETS);
	assert_int_equal(found.packets, traffic_witness("Udp", "NoPorts") - before);
	assert_int_equal(found.bytes, PACKETS * (8 + TRAFFIC_PAYLOAD)); /* from the UDP header on */
	found = await(s, "NO_SOCKET", ETH_P_IPV6, IPPROTO_UDP, PACKETS / 2);
	assert_int_equal(found.packets, PACKETS / 2);
	assert_int_equal(found.packets, traffic_witness("", "Udp6NoPorts") - before6);
}

static void full_buffer(void **state)
{
	const uint64_t before = traffic_witness("Udp", "RcvbufErrors");
	cleanup(close_sourcep) struct source *s = open_source(&config);
	const uint32_t dropped = traffic_full_buffer(PACKETS);
	struct found found;

	(void)state;
	clear();
	found = await(s, "SOCKET_RCVBUFF", ETH_P_IP, IPPROTO_UDP, dropped);
	assert_true(dropped > PACKETS / 2);
	assert_int_equal(found.packets, dropped);
	assert_int_equal(found.packets, traffic_witness("Udp", "RcvbufErrors") - before);
}

static void several_reasons(void **state)
{
	const uint64_t before = traffic_witness("Udp", "InCsumErrors");
	cleanup(close_sourcep) struct source *s = open_source(&config);

	(void)state;
	clear();
	traffic_bad_udp_checksum(111);
	traffic_bad_ip_checksum(222);
	traffic_unknown_ethertype(0x88b5, 333);
	traffic_unknown_ethertype(0x88b6, 444);
	assert_int_equal(await(s, "UDP_CSUM", ETH_P_IP, IPPROTO_UDP, 111).packets, 111);
	assert_int_equal(traffic_witness("Udp", "InCsumErrors") - before, 111);
	assert_int_equal(await(s, "IP_CSUM", ETH_P_IP, IPPROTO_UDP, 222).packets, 222);
	assert_int_equal(await(s, "UNHANDLED_PROTO", 0x88b5, 0, 333).packets, 333);
	assert_int_equal(await(s, "UNHANDLED_PROTO", 0x88b6, 0, 444).packets, 444);
}

/* Each reading has what came since the last one, and the descriptor says when to look. */
static void only_what_is_new(void **state)
{
	cleanup(close_sourcep) struct source *s = open_source(&config);
	struct pollfd fd = { .fd = s->ops->fd(s), .events = POLLIN };

	(void)state;
	for (size_t i = 1; i <= 5; i++) {
		clear();
		traffic_unknown_ethertype(0x88b5, 10 * i);
		assert_int_equal(poll(&fd, 1, 10000), 1);
		assert_int_equal(await(s, "UNHANDLED_PROTO", 0x88b5, 0, 10 * i).packets, 10 * i);
		clear();
		read_all(s);
		assert_int_equal(find("UNHANDLED_PROTO", 0x88b5, 0).packets, 0);
	}
}

/*
 * While nothing is dropped, nobody is woken. What others on this machine drop may wake as well, but
 * there is something to read then, and after that, once or twice, nothing.
 */
static void asleep_while_nothing_is_dropped(void **state)
{
	cleanup(close_sourcep) struct source *s = open_source(&config);
	struct pollfd fd = { .fd = s->ops->fd(s), .events = POLLIN };
	int needless = 0;

	(void)state;
	for (int i = 0; i < 30; i++) {
		clear();
		read_all(s);
		needless = in.n ? 0 : needless + 1;
		assert_in_range(needless, 0, 3);
		if (poll(&fd, 1, 1000) == 0)
			needless = 0; /* it slept */
	}
	clear();
	traffic_unknown_ethertype(0x88b5, 10);
	assert_int_equal(poll(&fd, 1, -1), 1);
	assert_int_equal(await(s, "UNHANDLED_PROTO", 0x88b5, 0, 10).packets, 10);
}

/* read() gives at most what there is room for, and the rest next time. */
static void little_room(void **state)
{
	cleanup(close_sourcep) struct source *s = open_source(&config);
	const uint64_t made = 100 * 101 / 2;
	uint64_t packets = 0;
	struct drop_event ev;

	(void)state;
	for (uint16_t i = 0; i < 100; i++)
		traffic_unknown_ethertype((uint16_t)(0x8900 + i), 1 + i);
	for (int i = 0; i < 100000 && packets < made; i++)
		if (s->ops->read(s, &ev, 1) == 1 && ev.netns == netns &&
		    strcmp(ev.reason, "UNHANDLED_PROTO") == 0)
			packets += ev.packets;
	assert_int_equal(packets, made);
	while (s->ops->read(s, &ev, 1) == 1)
		;
}

/* In a child without any capability. No assertion there: it would go on in the parent's place. */
static int in_child(bool (*check)(struct source *s), struct source *s)
{
	struct __user_cap_header_struct header = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct none[2] = { 0 };
	int status = -1;
	pid_t pid = fork();

	if (pid == 0)
		_exit(syscall(SYS_capset, &header, none) == 0 && check(s) ? 0 : 1);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	return status;
}

static bool reads_without_privilege(struct source *s)
{
	struct pollfd fd = { .fd = s->ops->fd(s), .events = POLLIN };
	struct drop_event ev[SOURCE_READ_MIN];
	uint64_t packets = 0;
	int n;

	for (int round = 0; round < 3; round++) {
		traffic_closed_port(false, PACKETS);
		if (poll(&fd, 1, -1) != 1)
			return false;
		while ((n = s->ops->read(s, ev, SOURCE_READ_MIN)) > 0)
			for (int i = 0; i < n; i++)
				if (ev[i].netns == netns && strcmp(ev[i].reason, "NO_SOCKET") == 0)
					packets += ev[i].packets;
	}
	return n == 0 && packets == 3 * PACKETS;
}

static void no_privilege_after_open(void **state)
{
	cleanup(close_sourcep) struct source *s = open_source(&config);

	(void)state;
	assert_int_equal(in_child(reads_without_privilege, s), 0);
}

static bool refused(struct source *s)
{
	struct err err = { 0 };

	return tracepoint_ops.open(&config, &s, &err) == -EPERM && strstr(err.text, "CAP_BPF") &&
	       !s;
}

static void refused_without_privilege(void **state)
{
	(void)state;
	assert_int_equal(in_child(refused, NULL), 0);
}

/*
 * A hash with room for 4 kinds, and 64 kinds of drops. What has no room is counted as lost. Others'
 * drops go into the same hash; another source, open for longer, sees how many these are at most.
 */
static void full_map(void **state)
{
	cleanup(close_sourcep) struct source *all = open_source(&config);
	const struct config_source tiny = { .kind = SOURCE_TRACEPOINT,
					    .tracepoint = { .max_entries = 4, .interval_ms = 50 } };
	cleanup(close_sourcep) struct source *s = open_source(&tiny);
	const uint64_t made = 64 * 10;
	struct source_stats stats;
	uint64_t others, seen;

	(void)state;
	for (uint16_t i = 0; i < 64; i++)
		traffic_unknown_ethertype((uint16_t)(0x8900 + i), 10);
	clear();
	await(all, "UNHANDLED_PROTO", 0x8900 + 63, 0, 10);
	clear();
	read_all(s);
	s->ops->stats(s, &stats);
	assert_true(stats.lost[LOST_KERNEL_QUEUE] > 0);
	assert_int_equal(stats.packets, in.packets);
	seen = in.packets + stats.lost[LOST_KERNEL_QUEUE];
	clear();
	read_all(all);
	all->ops->stats(all, &stats);
	others = stats.packets + stats.lost[LOST_KERNEL_QUEUE] - made;
	assert_in_range(seen, made, made + others);
	clear(); /* and there is room again, as soon as others leave some */
	for (int i = 0; i < 200 && !find("UNHANDLED_PROTO", 0x88b5, 0).packets; i++) {
		clear();
		traffic_unknown_ethertype(0x88b5, 5);
		wait_for_interval(s);
		read_all(s);
	}
	assert_true(find("UNHANDLED_PROTO", 0x88b5, 0).packets > 0);
}

#define SENDERS 3
#define FLOOD	200000

static void *flood(void *running)
{
	traffic_closed_port(false, FLOOD); /* made after unshare(): in the same namespace */
	atomic_fetch_sub((atomic_int *)running, 1);
	return NULL;
}

/* What one reading gives of the flood: dropped for want of a socket, or before that. */
struct flooded {
	uint64_t no_socket, backlog;
};

static bool read_flood(struct source *s, struct flooded *sum)
{
	struct flooded new;

	clear();
	read_all(s);
	new.no_socket = find("NO_SOCKET", ETH_P_IP, IPPROTO_UDP).packets;
	new.backlog = find("CPU_BACKLOG", ETH_P_IP, IPPROTO_UDP).packets;
	sum->no_socket += new.no_socket;
	sum->backlog += new.backlog;
	return new.no_socket || new.backlog;
}

/*
 * The hashes are exchanged as often as can be while drops run in on all CPUs: none may be missing
 * or be there twice.
 */
static void exchange_in_a_flood(void **state)
{
	cleanup(close_sourcep) struct source *s = open_source(&config);
	const uint64_t before = traffic_witness("Udp", "NoPorts");
	struct pollfd fd = { .fd = s->ops->fd(s), .events = POLLIN };
	struct flooded counted = { 0 };
	atomic_int running = SENDERS;
	pthread_t threads[SENDERS];
	struct source_stats stats;
	uint64_t made = 0, lost;

	(void)state;
	for (size_t i = 0; i < SENDERS; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, flood, &running), 0);
	while (atomic_load(&running) > 0)
		read_flood(s, &counted);
	for (size_t i = 0; i < SENDERS; i++)
		pthread_join(threads[i], NULL);
	for (int quiet = 0; quiet < 3; quiet++) { /* ksoftirqd may still have some */
		made = traffic_witness("Udp", "NoPorts") - before;
		poll(&fd, 1, 1000);
		if (read_flood(s, &counted) || traffic_witness("Udp", "NoPorts") - before != made)
			quiet = -1;
	}
	s->ops->stats(s, &stats);
	lost = stats.lost[LOST_KERNEL_QUEUE] + stats.lost[LOST_RECURSION];
	print_message("%llu without a socket, %llu counted, %llu before that, %llu lost\n",
		      (unsigned long long)made, (unsigned long long)counted.no_socket,
		      (unsigned long long)counted.backlog, (unsigned long long)lost);
	assert_in_range(made, counted.no_socket, counted.no_socket + lost);
	assert_in_range(SENDERS * FLOOD, counted.no_socket + counted.backlog,
			counted.no_socket + counted.backlog + lost);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(closed_port),
		cmocka_unit_test(full_buffer),
		cmocka_unit_test(several_reasons),
		cmocka_unit_test(only_what_is_new),
		cmocka_unit_test(asleep_while_nothing_is_dropped),
		cmocka_unit_test(little_room),
		cmocka_unit_test(no_privilege_after_open),
		cmocka_unit_test(refused_without_privilege),
		cmocka_unit_test(full_map),
		cmocka_unit_test(exchange_in_a_flood),
	};

	if (geteuid() != 0) {
		puts("skipped: needs root");
		return 77;
	}
	if (access("/sys/kernel/btf/vmlinux", R_OK) < 0) {
		puts("skipped: this kernel has no BTF");
		return 77;
	}
	netns = traffic_namespace();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
