// SPDX-License-Identifier: GPL-2.0-or-later
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

/* All that read() gives. */
struct reading {
	struct drop_event events[4096];
	size_t n;
	uint64_t packets;
};

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

/* Until it says that there is none now. */
static void read_all(struct source *s, struct reading *ret)
{
	const size_t room = sizeof(ret->events) / sizeof(ret->events[0]);
	int n;

	ret->n = ret->packets = 0;
	while ((n = s->ops->read(s, ret->events + ret->n, SOURCE_READ_MIN)) > 0) {
		for (int i = 0; i < n; i++)
			ret->packets += ret->events[ret->n + (size_t)i].packets;
		ret->n += (size_t)n;
		assert_true(ret->n + SOURCE_READ_MIN <= room);
	}
	assert_int_equal(n, 0);
}

static struct found find(const struct reading *in, const char *reason, uint16_t ethertype,
			 uint8_t ip_protocol)
{
	struct found found = { 0 };

	for (size_t i = 0; i < in->n; i++) {
		const struct drop_event *ev = &in->events[i];

		if (ev->netns != netns || strcmp(ev->reason, reason) != 0)
			continue;
		assert_int_equal(ev->flags, DROP_HAS_BYTES | DROP_HAS_DEVICE | DROP_HAS_NETNS);
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

static void closed_port(void **state)
{
	const uint64_t before = traffic_witness("Udp", "NoPorts");
	const uint64_t before6 = traffic_witness("", "Udp6NoPorts");
	cleanup(close_sourcep) struct source *s = open_source(&config);
	static struct reading in;
	struct found found;

	(void)state;
	traffic_closed_port(false, PACKETS);
	traffic_closed_port(true, PACKETS / 2);
	read_all(s, &in);
	found = find(&in, "NO_SOCKET", ETH_P_IP, IPPROTO_UDP);
	assert_int_equal(found.packets, PACKETS);
	assert_int_equal(found.packets, traffic_witness("Udp", "NoPorts") - before);
	assert_int_equal(found.bytes, PACKETS * (8 + TRAFFIC_PAYLOAD)); /* from the UDP header on */
	found = find(&in, "NO_SOCKET", ETH_P_IPV6, IPPROTO_UDP);
	assert_int_equal(found.packets, PACKETS / 2);
	assert_int_equal(found.packets, traffic_witness("", "Udp6NoPorts") - before6);
}

static void full_buffer(void **state)
{
	const uint64_t before = traffic_witness("Udp", "RcvbufErrors");
	cleanup(close_sourcep) struct source *s = open_source(&config);
	static struct reading in;
	const uint32_t dropped = traffic_full_buffer(PACKETS);
	struct found found;

	(void)state;
	read_all(s, &in);
	found = find(&in, "SOCKET_RCVBUFF", ETH_P_IP, IPPROTO_UDP);
	assert_true(dropped > PACKETS / 2);
	assert_int_equal(found.packets, dropped);
	assert_int_equal(found.packets, traffic_witness("Udp", "RcvbufErrors") - before);
}

static void several_reasons(void **state)
{
	const uint64_t before = traffic_witness("Udp", "InCsumErrors");
	cleanup(close_sourcep) struct source *s = open_source(&config);
	static struct reading in;

	(void)state;
	traffic_bad_udp_checksum(111);
	traffic_bad_ip_checksum(222);
	traffic_unknown_ethertype(0x88b5, 333);
	traffic_unknown_ethertype(0x88b6, 444);
	read_all(s, &in);
	assert_int_equal(find(&in, "UDP_CSUM", ETH_P_IP, IPPROTO_UDP).packets, 111);
	assert_int_equal(traffic_witness("Udp", "InCsumErrors") - before, 111);
	assert_int_equal(find(&in, "IP_CSUM", ETH_P_IP, IPPROTO_UDP).packets, 222);
	assert_int_equal(find(&in, "UNHANDLED_PROTO", 0x88b5, 0).packets, 333);
	assert_int_equal(find(&in, "UNHANDLED_PROTO", 0x88b6, 0).packets, 444);
}

/* Each reading has what came since the last one, and the descriptor says when to look. */
static void only_what_is_new(void **state)
{
	cleanup(close_sourcep) struct source *s = open_source(&config);
	struct pollfd fd = { .fd = s->ops->fd(s), .events = POLLIN };
	static struct reading in;

	(void)state;
	for (size_t i = 1; i <= 5; i++) {
		traffic_unknown_ethertype(0x88b5, 10 * i);
		assert_int_equal(poll(&fd, 1, 10000), 1);
		read_all(s, &in);
		assert_int_equal(find(&in, "UNHANDLED_PROTO", 0x88b5, 0).packets, 10 * i);
		read_all(s, &in);
		assert_int_equal(find(&in, "UNHANDLED_PROTO", 0x88b5, 0).packets, 0);
	}
}

/* read() gives at most what there is room for, and the rest next time. */
static void little_room(void **state)
{
	cleanup(close_sourcep) struct source *s = open_source(&config);
	uint64_t packets = 0;
	struct drop_event ev;

	(void)state;
	for (uint16_t i = 0; i < 100; i++)
		traffic_unknown_ethertype((uint16_t)(0x8900 + i), 1 + i);
	while (s->ops->read(s, &ev, 1) > 0)
		if (ev.netns == netns && strcmp(ev.reason, "UNHANDLED_PROTO") == 0)
			packets += ev.packets;
	assert_int_equal(packets, 100 * 101 / 2);
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
	struct drop_event ev[SOURCE_READ_MIN];
	uint64_t packets = 0;
	int n;

	for (int round = 0; round < 3; round++) {
		traffic_closed_port(false, PACKETS);
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
	static struct reading in;
	uint64_t others, seen;

	(void)state;
	for (uint16_t i = 0; i < 64; i++)
		traffic_unknown_ethertype((uint16_t)(0x8900 + i), 10);
	read_all(s, &in);
	s->ops->stats(s, &stats);
	assert_true(stats.lost_kernel_queue > 0);
	assert_int_equal(stats.packets, in.packets);
	seen = in.packets + stats.lost_kernel_queue;
	read_all(all, &in);
	others = in.packets - made;
	assert_in_range(seen, made, made + others);
	traffic_unknown_ethertype(0x88b5, 5); /* and there is room again */
	read_all(s, &in);
	assert_int_equal(find(&in, "UNHANDLED_PROTO", 0x88b5, 0).packets, 5);
}

#define SENDERS 3
#define FLOOD	200000

static void *flood(void *running)
{
	traffic_closed_port(false,
			    FLOOD); /* a thread made after unshare() is in the same namespace */
	atomic_fetch_sub((atomic_int *)running, 1);
	return NULL;
}

/* The hashes are exchanged as often as can be while drops run in on all CPUs: none may be missing
 * or twice. */
static void exchange_in_a_flood(void **state)
{
	cleanup(close_sourcep) struct source *s = open_source(&config);
	const uint64_t before = traffic_witness("Udp", "NoPorts");
	atomic_int running = SENDERS;
	uint64_t counted = 0, readings = 0, made;
	pthread_t threads[SENDERS];
	static struct reading in;
	struct source_stats stats;
	bool more = true;

	(void)state;
	for (size_t i = 0; i < SENDERS; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, flood, &running), 0);
	while (more) {
		more = atomic_load(&running) > 0;
		read_all(s, &in);
		counted += find(&in, "NO_SOCKET", ETH_P_IP, IPPROTO_UDP).packets;
		readings++;
	}
	for (size_t i = 0; i < SENDERS; i++)
		pthread_join(threads[i], NULL);
	read_all(s, &in);
	counted += find(&in, "NO_SOCKET", ETH_P_IP, IPPROTO_UDP).packets;
	made = traffic_witness("Udp", "NoPorts") - before;
	s->ops->stats(s, &stats);
	print_message("%llu dropped, %llu counted, %llu lost, %llu readings\n",
		      (unsigned long long)made, (unsigned long long)counted,
		      (unsigned long long)stats.lost_kernel_queue, (unsigned long long)readings);
	assert_true(made >= SENDERS * FLOOD);
	assert_in_range(made, counted, counted + stats.lost_kernel_queue);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(closed_port),
		cmocka_unit_test(full_buffer),
		cmocka_unit_test(several_reasons),
		cmocka_unit_test(only_what_is_new),
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
