/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Counters of IP and ICMP: /proc/net/snmp, netstat and snmp6. Checked against net/ of Linux 6.1,
 * 6.12 and 7.2.
 */
#include "base/counters.h"

/* A bridge whose packets pass the IP firewall (br_netfilter) counts like IP itself. */
#define BRIDGE_CHECKS "br_handle_frame\nbr_nf_pre_routing*"
/* A packet on its way out ends in a full queue, or at a device that is down. */
#define TRANSMIT "__dev_queue_xmit\nkfree_skb_list_reason\n__tcf_kfree_skb_list"

/* clang-format off */
static const struct counter counters[] = {
	{ "Ip.InHdrErrors", COUNTER_NETNS, COUNTER_PART,
	  POINTS({ "ip_rcv_core\nip_forward", "IP_INHDR" },
		 { "ip_rcv_finish_core", "IP_INHDR\nNOT_SPECIFIED" },
		 { BRIDGE_CHECKS }, { "ip_vs_*" }),
	  ELSEWHERE("IpExt.InCsumErrors"),
	  .why = "A malformed header or an expired TTL; up to Linux 6.12, bad IP options are "
		 "dropped where martians are dropped as well." },
	{ "Ip.InAddrErrors", COUNTER_NETNS, COUNTER_SAME,
	  POINTS({ "ip_error", "IP_INADDRERRORS" }),
	  .why = "A packet for another host while forwarding is off is counted where it is "
		 "dropped." },
	{ "Ip.InUnknownProtos", COUNTER_NETNS, COUNTER_PART,
	  POINTS({ "ip_local_deliver_finish\nip_protocol_deliver_rcu", "IP_NOPROTO" }),
	  .why = "No protocol and no raw socket takes the packet; a packet that an IPsec policy "
		 "refuses here is dropped for the same reason, but not counted." },
	{ "Ip.InDiscards", COUNTER_NETNS, COUNTER_PART,
	  POINTS({ "ip_rcv_core\nip_rcv_finish_core\nip_local_deliver_finish",
		   "NOT_SPECIFIED\nNOMEM" },
		 { BRIDGE_CHECKS }, { "l2tp_ip*" }),
	  .why = "Good packets that were discarded, mostly for lack of memory; martians and "
		 "unwanted multicast are dropped at the same points, but not counted." },
	{ "Ip.OutDiscards", COUNTER_NETNS, COUNTER_NO_EVENT,
	  POINTS({ TRANSMIT, .protocol = "ipv4" },
		 { "nft_do_chain\nnf_hook_slow", "NETFILTER_DROP", "ipv4" }),
	  .why = "Packets of programs that could not be sent: either there was never a packet "
		 "(no memory, a full send buffer), or a queue or the firewall dropped it." },
	{ "Ip.OutNoRoutes", COUNTER_NETNS, COUNTER_NO_EVENT,
	  POINTS({ "__ip_queue_xmit", "IP_OUTNOROUTES" }),
	  .why = "Only a packet of an open TCP connection is dropped for lack of a route; all "
		 "other programs get an error before there is a packet." },
	{ "Ip.ReasmTimeout", COUNTER_NETNS, COUNTER_PART,
	  POINTS({ "ip_expire\ninet_frag_rbtree_purge" }),
	  .why = "Counts packets that never became complete; the drop points count each "
		 "fragment." },
	{ "Ip.ReasmFails", COUNTER_NETNS, COUNTER_NO_EVENT,
	  POINTS({ "ip_defrag" }),
	  ELSEWHERE("Ip.ReasmTimeout"),
	  .why = "Counts packets, the drop points count fragments; since Linux 6.12 the "
		 "fragments of a malformed packet are freed without a drop event, except the "
		 "last." },
	{ "Ip.FragFails", COUNTER_NETNS, COUNTER_PART,
	  POINTS({ "ip_forward", "PKT_TOO_BIG" },
		 { "ip_fragment\nip_do_fragment\nip_finish_output2\nip_mr_*\n"
		   "br_nf_dev_queue_xmit" },
		 { TRANSMIT, .protocol = "ipv4" }),
	  .why = "A packet exceeds the MTU and must not be fragmented, or a fragment could not be "
		 "sent; the remaining fragments are then dropped as well." },
	{ "IpExt.InNoRoutes", COUNTER_NETNS, COUNTER_SAME,
	  POINTS({ "ip_error", "IP_INNOROUTES" }),
	  .why = "A received packet without a route is counted where it is dropped." },
	{ "IpExt.InTruncatedPkts", COUNTER_NETNS, COUNTER_PART,
	  POINTS({ "ip_rcv_core", "PKT_TOO_SMALL" }, { BRIDGE_CHECKS }),
	  .why = "A packet is shorter than its IP header says; a bridge that passes packets to "
		 "the IP firewall counts here, too, but drops them at a point of its own." },
	{ "IpExt.InCsumErrors", COUNTER_NETNS, COUNTER_PART,
	  POINTS({ "ip_rcv_core", "IP_CSUM" }, { BRIDGE_CHECKS }),
	  .why = "A wrong header checksum; a bridge that passes packets to the IP firewall "
		 "counts here, too, but drops them at a point of its own." },

	{ "Icmp.InErrors", COUNTER_NETNS, COUNTER_NO_EVENT,
	  POINTS({ "icmp_rcv", "NOT_SPECIFIED\nUNHANDLED_PROTO\nINVALID_PROTO\nIP_INHDR\n"
			       "PKT_TOO_SMALL\nNOMEM" }),
	  ELSEWHERE("Icmp.InCsumErrors"),
	  .why = "A malformed or unknown ICMP message. An ICMP error about an unknown connection "
		 "is counted as well, but ignored without a drop event." },
	{ "Icmp.InCsumErrors", COUNTER_NETNS, COUNTER_SAME,
	  POINTS({ "icmp_rcv", "ICMP_CSUM" }),
	  .why = "A wrong checksum is counted where the message is dropped." },

	{ "Ip6.InHdrErrors", COUNTER_NETNS, COUNTER_NO_EVENT,
	  POINTS({ "ip6_rcv_core", "IP_INHDR\nUNHANDLED_PROTO\nUNICAST_IN_L2_MULTICAST" },
		 { "ip6_forward", "IP_INHDR" },
		 { "ip6_parse_tlv\nip6_tlvopt_unknown\nipv6_parse_hopopts\nipv6_destopt_rcv\n"
		   "ipv6_rthdr_rcv\nicmpv6_param_prob_reason" },
		 { BRIDGE_CHECKS }, { "ip_vs_*" }),
	  .why = "A malformed header or an expired hop limit; a SYN from an IPv4-mapped address "
		 "is refused without a drop event." },
	{ "Ip6.InTooBigErrors", COUNTER_NETNS, COUNTER_SAME,
	  POINTS({ "ip6_forward", "PKT_TOO_BIG" }),
	  .why = "A packet to be forwarded that exceeds the MTU is counted where it is dropped." },
	{ "Ip6.InNoRoutes", COUNTER_NETNS, COUNTER_SAME,
	  POINTS({ "ip6_pkt_*", "IP_INNOROUTES" }),
	  .why = "A received packet without a route is counted where it is dropped." },
	{ "Ip6.InAddrErrors", COUNTER_NETNS, COUNTER_PART,
	  POINTS({ "ip6_forward\nip6_pkt_*", "IP_INADDRERRORS" }, { "ipv6_rthdr_rcv" }),
	  .why = "A packet for another host while forwarding is off, or an address that must "
		 "not be forwarded; a routing header is dropped where other malformed ones are." },
	{ "Ip6.InUnknownProtos", COUNTER_NETNS, COUNTER_SAME,
	  POINTS({ "ip6_input_finish\nip6_protocol_deliver_rcu", "IP_NOPROTO" }),
	  .why = "A packet that no protocol and no raw socket takes is counted where it is "
		 "dropped." },
	{ "Ip6.InTruncatedPkts", COUNTER_NETNS, COUNTER_PART,
	  POINTS({ "ip6_rcv_core", "PKT_TOO_SMALL" }, { BRIDGE_CHECKS }),
	  .why = "A packet is shorter than its header says; a bridge that passes packets to the "
		 "IP firewall counts here, too, but drops them at a point of its own." },
	{ "Ip6.InDiscards", COUNTER_NETNS, COUNTER_PART,
	  POINTS({ "ip6_rcv_core", "NOT_SPECIFIED\nIPV6DISABLED" },
		 { "ip6_input_finish\nip6_protocol_deliver_rcu" },
		 { "ip6_forward", "NOT_SPECIFIED\nXFRM_POLICY" },
		 { BRIDGE_CHECKS }),
	  .why = "IPv6 is disabled on the device, an IPsec policy refuses the packet, or its "
		 "multicast group was not joined; the same drop points see unknown protocols." },
	{ "Ip6.OutDiscards", COUNTER_NETNS, COUNTER_NO_EVENT,
	  POINTS({ "ip6_output", "IPV6DISABLED" },
		 { TRANSMIT, .protocol = "ipv6" },
		 { "nft_do_chain\nnf_hook_slow", "NETFILTER_DROP", "ipv6" }),
	  .why = "Packets of programs that could not be sent: either there was never a packet "
		 "(no memory, a full send buffer), or a queue or the firewall dropped it." },
	{ "Ip6.OutNoRoutes", COUNTER_NETNS, COUNTER_NO_EVENT,
	  POINTS({ "ip6_pkt_*", "IP_OUTNOROUTES" }, { "ip6_finish_output2", "NEIGH_CREATEFAIL" }),
	  .why = "A program could not send for lack of a route; mostly it gets an error before "
		 "there is a packet." },
	{ "Ip6.ReasmTimeout", COUNTER_NETNS, COUNTER_PART,
	  POINTS({ "ip6_frag_expire\nnf_ct_frag6_expire\ninet_frag_rbtree_purge" }),
	  .why = "Counts packets that never became complete; the drop points count each "
		 "fragment." },
	{ "Ip6.ReasmFails", COUNTER_NETNS, COUNTER_NO_EVENT,
	  POINTS({ "ipv6_frag_rcv" }),
	  ELSEWHERE("Ip6.ReasmTimeout"),
	  .why = "Counts packets, the drop points count fragments; since Linux 6.12 the "
		 "fragments of a malformed packet are freed without a drop event, except the "
		 "last." },
	{ "Ip6.FragFails", COUNTER_NETNS, COUNTER_PART,
	  POINTS({ "ip6_fragment\nip6_finish_output2\nip6_xmit" },
		 { TRANSMIT, .protocol = "ipv6" }),
	  ELSEWHERE("Ip6.InTooBigErrors"),
	  .why = "A packet exceeds the MTU, or a fragment could not be sent; the remaining "
		 "fragments are then dropped as well." },

	{ "Icmp6.InErrors", COUNTER_NETNS, COUNTER_NO_EVENT,
	  POINTS({ "icmpv6_rcv", "NOT_SPECIFIED\nPKT_TOO_SMALL\nNOMEM" }),
	  ELSEWHERE("Icmp6.InCsumErrors"),
	  .why = "A malformed ICMPv6 message. An ICMPv6 error about an unknown connection is "
		 "counted as well, but ignored without a drop event." },
	{ "Icmp6.InCsumErrors", COUNTER_NETNS, COUNTER_SAME,
	  POINTS({ "icmpv6_rcv", "ICMP_CSUM" }),
	  .why = "A wrong checksum is counted where the message is dropped." },
};
/* clang-format on */

const struct counter_table counters_ip = { counters, sizeof(counters) / sizeof(counters[0]) };
