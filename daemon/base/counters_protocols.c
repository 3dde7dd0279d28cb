/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/counters.h"

static const struct counter counters[] = {
	{ "Udp.NoPorts", COUNTER_NETNS, COUNTER_SAME,
	  POINTS({ "__udp4_lib_rcv\nudp_rcv", "NO_SOCKET", .transport = "udp" }),
	  .why = "A datagram for which no socket was found is counted where it is dropped." },
	{ "TcpExt.ListenOverflows", COUNTER_NETNS, COUNTER_NO_EVENT,
	  .why = "A SYN that meets a full accept queue is discarded without a drop event." },
};

const struct counter_table counters_protocols = { counters,
						  sizeof(counters) / sizeof(counters[0]) };
