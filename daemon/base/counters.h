/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/*
 * The tables behind counter.h.
 */

#include "base/counter.h"

/* The drop points of a counter: one struct counter_point each. */
#define POINTS(...)                                                                                \
	.points = (const struct counter_point[]){ __VA_ARGS__ },                                   \
	.n_points = sizeof((const struct counter_point[]){ __VA_ARGS__ }) /                        \
		    sizeof(struct counter_point)
/* The names of counters that include part of the same packets. */
#define ELSEWHERE(...)                                                                             \
	.elsewhere = (const char *const[])                                                         \
	{                                                                                          \
		__VA_ARGS__, NULL                                                                  \
	}

struct counter_table {
	const struct counter *all;
	size_t n;
};

/* Of IP and ICMP: /proc/net/snmp, snmp6 and netstat. */
extern const struct counter_table counters_ip;
/* Of UDP and UDP-Lite. */
extern const struct counter_table counters_udp;
/* Of TCP, and what netstat lists with them. */
extern const struct counter_table counters_tcp;
/* Of devices, queues, CPUs and connection tracking. */
extern const struct counter_table counters_devices;
