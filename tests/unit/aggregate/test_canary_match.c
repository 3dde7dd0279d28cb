/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "../test.h"

#include <string.h>

#include "aggregate/canary_match.h"

#define ALL_KNOWN                                                                                  \
	(struct drop_event)                                                                        \
	{                                                                                          \
		.packets = 1, .ifindex = 1, .in_ifindex = 1, .ethertype = 0x0800,                  \
		.ip_protocol = 17, .reason = "NO_SOCKET"                                           \
	}

static void what_the_sources_report_fits(void **state)
{
	const struct drop_event tracepoint = ALL_KNOWN, summary = { .packets = 9 };
	struct drop_event packet = ALL_KNOWN;

	(void)state;
	assert_true(canary_fits(&tracepoint));
	assert_true(canary_fits(&summary));
	packet.ifindex = 0;
	packet.reason[0] = '\0'; /* before Linux 5.17 */
	assert_true(canary_fits(&packet));
	strcpy(packet.reason, "NOT_SPECIFIED");
	assert_true(canary_fits(&packet));
}

static void other_drops_do_not_fit(void **state)
{
	struct drop_event ev[7];

	(void)state;
	for (size_t i = 0; i < 7; i++)
		ev[i] = ALL_KNOWN;
	ev[0].origin = DROP_ORIGIN_HARDWARE;
	ev[1].packets = 0;
	ev[2].ifindex = 2;
	ev[3].in_ifindex = 2;
	ev[4].ethertype = 0x86dd;
	ev[5].ip_protocol = 6;
	strcpy(ev[6].reason, "UDP_CSUM");
	for (size_t i = 0; i < 7; i++)
		assert_false(canary_fits(&ev[i]));
}

static void drop_points(void **state)
{
	struct drop_event ev = ALL_KNOWN;

	(void)state;
	assert_true(canary_fits_symbol(&ev, "__udp4_lib_rcv"));
	assert_true(canary_fits_symbol(&ev, "udp_rcv"));
	assert_false(canary_fits_symbol(&ev, "__udp6_lib_rcv"));
	assert_false(canary_fits_symbol(&ev, "tcp_v4_rcv"));
	assert_true(canary_fits_symbol(&ev, "unknown"));
	ev.ip_protocol = 0;
	assert_false(canary_fits_symbol(&ev, "unknown"));
	ev.ip_protocol = 17;
	ev.reason[0] = '\0';
	assert_false(canary_fits_symbol(&ev, "unknown"));
}

static void sums_stay_the_same(void **state)
{
	static const struct drop_event all[] = {
		{ .packets = 1, .bytes = 46 },
		{ .packets = 3, .bytes = 100 },
		{ .packets = 5 },
	};
	struct drop_event one, rest;

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		canary_split(&all[i], &one, &rest);
		assert_int_equal(one.packets, 1);
		assert_int_equal(one.bytes, all[i].bytes / all[i].packets);
		assert_int_equal(one.packets + rest.packets, all[i].packets);
		assert_int_equal(one.bytes + rest.bytes, all[i].bytes);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_the_sources_report_fits),
		cmocka_unit_test(other_drops_do_not_fit),
		cmocka_unit_test(drop_points),
		cmocka_unit_test(sums_stay_the_same),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
