/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Counters of UDP and UDP-Lite: /proc/net/snmp and snmp6. Checked against net/ of Linux 6.1, 6.12
 * and 7.2, which has no UDP-Lite.
 *
 * A datagram to an IPv6 socket may have the transport of an extension header, so the IPv6 rows do
 * not tell UDP from UDP-Lite.
 */
#include "base/counters.h"

#define RECEIVE4 "__udp4_lib_rcv\nudp_rcv"
#define RECEIVE6 "__udp6_lib_rcv\nudpv6_rcv"
#define READ	 "udp_recvmsg\nudpv6_recvmsg\nudp_read_skb\n*first_packet_length"
#define REFUSED	 "NOT_SPECIFIED\nXFRM_POLICY\nSOCKET_FILTER\nSECURITY_HOOK\nPFMEMALLOC"
#define QUEUE	 "__dev_queue_xmit\nkfree_skb_list_reason\n__tcf_kfree_skb_list"

static const char no_port[] =
	"A datagram for which no socket was found is counted where it is dropped.";
static const char no_port6[] =
	"A datagram for which no socket was found; one with a wrong checksum is dropped for the "
	"same reason, but counted in InCsumErrors.";
static const char errors[] = "Includes RcvbufErrors, InCsumErrors and MemErrors; the rest is "
			     "truncated, or refused by an IPsec policy or the socket's filter.";
static const char full[] = "A datagram for a full receive buffer is counted where it is dropped.";
static const char full6[] = "The receive buffer of a socket was full; UDP and UDP-Lite over IPv6 "
			    "share the drop point.";
static const char send_failed[] = "A program could not send: its send buffer was full, which drops "
				  "no packet, or the queueing "
				  "discipline dropped the datagram.";
static const char checksum[] =
	"A wrong checksum is found when the datagram arrives or when the program reads it, where a "
	"failed read is dropped as well.";
static const char ignored[] = "A broadcast or multicast datagram that no socket wants; the drop "
			      "point sees truncated datagrams as well.";
static const char memory[] = "The memory for UDP (net.ipv4.udp_mem) was used up.";

/* clang-format off */
static const struct counter counters[] = {
	{ "Udp.NoPorts", COUNTER_NETNS, COUNTER_SAME,
	  POINTS({ RECEIVE4, "NO_SOCKET", .transport = "udp" }), .why = no_port },
	{ "Udp.InErrors", COUNTER_NETNS, COUNTER_PART,
	  POINTS({ RECEIVE4, "NOT_SPECIFIED\nPKT_TOO_SMALL", .transport = "udp" },
		 { "udp_queue_rcv_one_skb\nudp_queue_rcv_skb", REFUSED, .transport = "udp" },
		 { READ, "NOT_SPECIFIED" }),
	  ELSEWHERE("Udp.RcvbufErrors", "Udp.InCsumErrors", "Udp.MemErrors"), .why = errors },
	{ "Udp.RcvbufErrors", COUNTER_NETNS, COUNTER_SAME,
	  POINTS({ "udp_queue_rcv_one_skb", "SOCKET_RCVBUFF", .transport = "udp" }), .why = full },
	{ "Udp.SndbufErrors", COUNTER_NETNS, COUNTER_NO_EVENT,
	  POINTS({ QUEUE, "QDISC_DROP*", "ipv4", "udp" }), .why = send_failed },
	{ "Udp.InCsumErrors", COUNTER_NETNS, COUNTER_PART,
	  POINTS({ RECEIVE4 "\nudp_queue_rcv_one_skb", "UDP_CSUM", .transport = "udp" },
		 { READ, "NOT_SPECIFIED\nUDP_CSUM" }), .why = checksum },
	{ "Udp.IgnoredMulti", COUNTER_NETNS, COUNTER_PART,
	  POINTS({ RECEIVE4, "NOT_SPECIFIED", .transport = "udp" }), .why = ignored },
	{ "Udp.MemErrors", COUNTER_NETNS, COUNTER_SAME,
	  POINTS({ "udp_queue_rcv_one_skb\n__udp_enqueue_schedule_skb", "PROTO_MEM", "ipv4",
		   "udp" }),
	  .why = memory },

	{ "UdpLite.NoPorts", COUNTER_NETNS, COUNTER_SAME,
	  POINTS({ RECEIVE4, "NO_SOCKET", .transport = "udplite" }), .why = no_port },
	{ "UdpLite.InErrors", COUNTER_NETNS, COUNTER_PART,
	  POINTS({ RECEIVE4, "NOT_SPECIFIED\nPKT_TOO_SMALL", .transport = "udplite" },
		 { "udp_queue_rcv_one_skb\nudp_queue_rcv_skb", REFUSED, .transport = "udplite" },
		 { READ, "NOT_SPECIFIED" }),
	  ELSEWHERE("UdpLite.RcvbufErrors", "UdpLite.InCsumErrors", "UdpLite.MemErrors"),
	  .why = errors },
	{ "UdpLite.RcvbufErrors", COUNTER_NETNS, COUNTER_SAME,
	  POINTS({ "udp_queue_rcv_one_skb", "SOCKET_RCVBUFF", .transport = "udplite" }),
	  .why = full },
	{ "UdpLite.SndbufErrors", COUNTER_NETNS, COUNTER_NO_EVENT,
	  POINTS({ QUEUE, "QDISC_DROP*", "ipv4", "udplite" }), .why = send_failed },
	{ "UdpLite.InCsumErrors", COUNTER_NETNS, COUNTER_PART,
	  POINTS({ RECEIVE4 "\nudp_queue_rcv_one_skb", "UDP_CSUM", .transport = "udplite" },
		 { READ, "NOT_SPECIFIED\nUDP_CSUM" }), .why = checksum },
	{ "UdpLite.IgnoredMulti", COUNTER_NETNS, COUNTER_PART,
	  POINTS({ RECEIVE4, "NOT_SPECIFIED", .transport = "udplite" }), .why = ignored },
	{ "UdpLite.MemErrors", COUNTER_NETNS, COUNTER_SAME,
	  POINTS({ "udp_queue_rcv_one_skb", "PROTO_MEM", "ipv4", "udplite" }), .why = memory },

	{ "Udp6.NoPorts", COUNTER_NETNS, COUNTER_PART,
	  POINTS({ RECEIVE6, "NO_SOCKET" }), .why = no_port6 },
	{ "Udp6.InErrors", COUNTER_NETNS, COUNTER_PART,
	  POINTS({ RECEIVE6, "NOT_SPECIFIED\nPKT_TOO_SMALL\nNO_SOCKET\nXFRM_POLICY" },
		 { "udpv6_queue_rcv_one_skb\nudpv6_queue_rcv_skb", REFUSED },
		 { READ, "NOT_SPECIFIED" }),
	  ELSEWHERE("Udp6.RcvbufErrors", "Udp6.InCsumErrors", "Udp6.MemErrors"), .why = errors },
	{ "Udp6.RcvbufErrors", COUNTER_NETNS, COUNTER_PART,
	  POINTS({ "udpv6_queue_rcv_one_skb", "SOCKET_RCVBUFF" }), .why = full6 },
	{ "Udp6.SndbufErrors", COUNTER_NETNS, COUNTER_NO_EVENT,
	  POINTS({ QUEUE, "QDISC_DROP*", "ipv6" }), .why = send_failed },
	{ "Udp6.InCsumErrors", COUNTER_NETNS, COUNTER_PART,
	  POINTS({ RECEIVE6, "UDP_CSUM\nNO_SOCKET" }, { "udpv6_queue_rcv_one_skb", "UDP_CSUM" },
		 { READ, "NOT_SPECIFIED\nUDP_CSUM" }), .why = checksum },
	{ "Udp6.IgnoredMulti", COUNTER_NETNS, COUNTER_PART,
	  POINTS({ RECEIVE6, "NOT_SPECIFIED" }), .why = ignored },
	{ "Udp6.MemErrors", COUNTER_NETNS, COUNTER_PART,
	  POINTS({ "udpv6_queue_rcv_one_skb\n__udp_enqueue_schedule_skb", "PROTO_MEM" }),
	  .why = memory },

	{ "UdpLite6.NoPorts", COUNTER_NETNS, COUNTER_PART,
	  POINTS({ RECEIVE6, "NO_SOCKET" }), .why = no_port6 },
	{ "UdpLite6.InErrors", COUNTER_NETNS, COUNTER_PART,
	  POINTS({ RECEIVE6, "NOT_SPECIFIED\nPKT_TOO_SMALL\nNO_SOCKET\nXFRM_POLICY" },
		 { "udpv6_queue_rcv_one_skb\nudpv6_queue_rcv_skb", REFUSED },
		 { READ, "NOT_SPECIFIED" }),
	  ELSEWHERE("UdpLite6.RcvbufErrors", "UdpLite6.InCsumErrors", "UdpLite6.MemErrors"),
	  .why = errors },
	{ "UdpLite6.RcvbufErrors", COUNTER_NETNS, COUNTER_PART,
	  POINTS({ "udpv6_queue_rcv_one_skb", "SOCKET_RCVBUFF" }), .why = full6 },
	{ "UdpLite6.SndbufErrors", COUNTER_NETNS, COUNTER_NO_EVENT,
	  POINTS({ QUEUE, "QDISC_DROP*", "ipv6" }), .why = send_failed },
	{ "UdpLite6.InCsumErrors", COUNTER_NETNS, COUNTER_PART,
	  POINTS({ RECEIVE6, "UDP_CSUM\nNO_SOCKET" }, { "udpv6_queue_rcv_one_skb", "UDP_CSUM" },
		 { READ, "NOT_SPECIFIED\nUDP_CSUM" }), .why = checksum },
	{ "UdpLite6.MemErrors", COUNTER_NETNS, COUNTER_PART,
	  POINTS({ "udpv6_queue_rcv_one_skb", "PROTO_MEM" }), .why = memory },
};
/* clang-format on */

const struct counter_table counters_udp = { counters, sizeof(counters) / sizeof(counters[0]) };
