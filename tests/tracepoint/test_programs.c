/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The program in each of its forms, as older kernels get it: reading the packet by helper calls,
 * adding atomically, without the reason or the socket. They must count the same drops alike.
 */
#include "../unit/test.h"

#include <arpa/inet.h>
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <linux/if_ether.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "source/tracepoint/tracepoint_btf.h"
#include "source/tracepoint/tracepoint_load.h"
#include "traffic.h"

#define PACKETS 500

static uint32_t netns;
static struct tracepoint_kernel this_kernel;
static struct reasons *reasons;

static struct tracepoint_program load(const char *name, const struct tracepoint_kernel *kernel)
{
	struct tracepoint_program program = { 0 };
	struct err err = { 0 };

	if (tracepoint_load(name, kernel, 1024, &program, &err) < 0)
		fail_msg("%s: %s", name, err.text);
	return program;
}

static bool matches(const struct tracepoint_key *key, const char *reason, uint16_t ethertype,
		    uint8_t ip_protocol)
{
	char name[DROP_REASON_MAX];

	reasons_name(reasons, key->reason, name);
	return key->netns == netns && key->ethertype == htons(ethertype) && key->ifindex == 1 &&
	       key->ip_protocol == ip_protocol && (!reason || strcmp(name, reason) == 0);
}

/* Packets of this namespace in the slots and in the first hash; reason NULL: any. */
static uint64_t count(const struct tracepoint_program *program, const char *reason,
		      uint16_t ethertype, uint8_t ip_protocol)
{
	struct tracepoint_key key, *previous = NULL;
	const int fd = program->counts_fd[0];
	struct tracepoint_count value;
	uint64_t packets = 0;

	for (; bpf_map_get_next_key(fd, previous, &key) == 0; previous = &key) {
		if (!matches(&key, reason, ethertype, ip_protocol))
			continue;
		assert_int_equal(bpf_map_lookup_elem(fd, &key, &value), 0);
		packets += value.packets;
	}
	for (size_t i = 0; i < program->cpus * TRACEPOINT_SLOTS; i++) {
		const struct tracepoint_slot *slot =
			&program->slots[i / TRACEPOINT_SLOTS].of[0][i % TRACEPOINT_SLOTS];

		if (matches(&slot->key, reason, ethertype, ip_protocol))
			packets += slot->count.packets;
	}
	return packets;
}

static void check(const char *name, const struct tracepoint_kernel *kernel)
{
	struct tracepoint_program program = load(name, kernel);
	const char *no_socket = kernel->arguments >= 3 ? "NO_SOCKET" : NULL;

	traffic_closed_port(false, PACKETS);
	traffic_closed_port(true, PACKETS + 1);
	traffic_unknown_ethertype(0x88b5, PACKETS + 2);
	assert_int_equal(count(&program, no_socket, ETH_P_IP, IPPROTO_UDP), PACKETS);
	assert_int_equal(count(&program, no_socket, ETH_P_IPV6, IPPROTO_UDP), PACKETS + 1);
	assert_int_equal(count(&program, NULL, 0x88b5, 0), PACKETS + 2);
	assert_int_equal(program.state->lost, 0);
	tracepoint_unload(&program);
}

static void every_form(const char *name)
{
	for (__u32 arguments = 2; arguments <= this_kernel.arguments; arguments++) {
		struct tracepoint_kernel kernel = this_kernel;

		kernel.arguments = arguments;
		check(name, &kernel);
		kernel.interrupted = !kernel.interrupted;
		check(name, &kernel);
		kernel.can_cast = 0;
		check(name, &kernel);
	}
}

static void direct(void **state)
{
	(void)state;
	every_form(TRACEPOINT_DIRECT);
}

static void by_helpers(void **state)
{
	(void)state;
	every_form(TRACEPOINT_BY_HELPERS);
}

/* What does not load says why, and leaves nothing behind. */
static void refused(void **state)
{
	struct tracepoint_program program = { .fd = 12345 };
	struct err err = { 0 };

	(void)state;
	assert_true(tracepoint_load(TRACEPOINT_DIRECT, &this_kernel, UINT32_MAX, &program, &err) <
		    0);
	assert_non_null(strstr(err.text, "max_entries"));
	assert_int_equal(program.fd, 12345);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(direct),
		cmocka_unit_test(by_helpers),
		cmocka_unit_test(refused),
	};
	struct err err;
	int r;

	if (geteuid() != 0 || access(TRACEPOINT_BTF_DIR "/vmlinux", R_OK) < 0) {
		puts("skipped: needs root and a kernel with BTF");
		return 77;
	}
	reasons = reasons_new();
	if (tracepoint_btf_read(TRACEPOINT_BTF_DIR, &this_kernel, reasons, &err) < 0) {
		puts(err.text);
		return 1;
	}
	printf("this kernel: %u arguments, %s, %s\n", this_kernel.arguments,
	       this_kernel.can_cast ? "bpf_rdonly_cast" : "no bpf_rdonly_cast",
	       this_kernel.interrupted ? "interrupted" : "guarded");
	netns = traffic_namespace();
	r = cmocka_run_group_tests(tests, NULL, NULL);
	reasons_free(reasons);
	return r;
}
