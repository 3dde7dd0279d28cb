/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/*
 * A ledger for the tests of expose/: one row of each kind, with counters of its own, so that the
 * tests do not depend on the tables in base/.
 */

#include <stdlib.h>
#include <string.h>

#include "ledger/ledger.h"

static const struct counter world_counters[] = {
	{ "Udp.NoPorts", COUNTER_NETNS, COUNTER_SAME,
	  .why = "A datagram for which no socket was found is counted where it is dropped." },
	{ "Udp.InErrors", COUNTER_NETNS, COUNTER_PART,
	  .elsewhere = (const char *const[]){ "Udp.RcvbufErrors", "Udp.InCsumErrors", NULL },
	  .why = "The sum of the errors that have their own counters." },
	{ "TcpExt.ListenOverflows", COUNTER_NETNS, COUNTER_NO_EVENT,
	  .why = "A SYN that meets a full accept queue is discarded without a drop event." },
	{ "link.rx_dropped", COUNTER_DEVICE, COUNTER_PART,
	  .why = "The driver and the core count in this field." },
	{ "qdisc.drops", COUNTER_DEVICE, COUNTER_SAME, .why = "The queue was full." },
	{ "softnet.dropped", COUNTER_HOST, COUNTER_SAME,
	  .why = "The input queue of a CPU was full." },
};

static const struct ledger_row world_ledger_rows[] = {
	{ .counter = &world_counters[0],
	  .cells = { { 1000, 1000, 0, 0, 0, 9000 }, { 10, 10, 0, 0, 0, 300 } },
	  .points = { { "__udp4_lib_rcv", "NO_SOCKET", 1000 } },
	  .n_points = 1 },
	{ .counter = &world_counters[1], .cells = { { 48300, 0, 0, 48211, 89, 9000 } } },
	{ .counter = &world_counters[2],
	  .cells = { { 54, 0, 54, 0, 0, 9000 },
		     { 0, 0, 0, 0, 0, 300 },
		     { 54, 0, 54, 0, 0, 3600 } } },
	{ .counter = &world_counters[3],
	  .device = "eth0",
	  .value = 5054,
	  .cells = { { 54, 51, 0, 0, 3, 9000 } },
	  .points = { { "__netif_receive_skb_core", "UNHANDLED_PROTO", 40 },
		      { "sch_handle_ingress", "", 11 } },
	  .n_points = 2 },
	{ .counter = &world_counters[3], .device = "eth1" },
	{ .counter = &world_counters[4],
	  .device = "eth1",
	  .unavailable = "netdm does not report the device.",
	  .cells = { { 77, 0, 0, 0, 0, 9000 } } },
	{ .counter = &world_counters[5], .cells = { { 3, 5, 0, 0, -2, 9000 } } },
};

/* A ledger with n rows. One reference. */
static inline struct ledger *world_ledger_of(const struct ledger_row *rows, size_t n)
{
	struct ledger *l = ledger_new(n);

	if (!l)
		abort();
	memcpy(l->rows, rows, n * sizeof(*rows));
	l->time_ns = 1699999995500000000u;
	l->readings = 600;
	l->inputs_missing = 1;
	l->canary = (struct ledger_canary){ true, 149, 1 };
	return l;
}

/* All rows above. */
static inline struct ledger *world_ledger(void)
{
	return world_ledger_of(world_ledger_rows,
			       sizeof(world_ledger_rows) / sizeof(world_ledger_rows[0]));
}
