/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "../test.h"

#include <string.h>

#include "base/explain.h"

static const char *const reasons[] = {
	"SOCKET_FILTER", "TCP_INVALID_SEQUENCE", "IP_INADDRERRORS", "PROTO_MEM",
	"IPV6_NDISC_BAD_OPTIONS", "QDISC_OVERLIMIT", "MAC_IEEE_MAC_CONTROL",
	"DUALPI2_STEP_DROP", "UNIX_DISCONNECT", "IPV6_NDISC_BAD_CODE", "PACKET_SOCK_ERROR",
	"QDISC_CONGESTED", "VXLAN_NO_REMOTE", "MAC_INVALID_SOURCE", "FULL_RING", "LOCAL_MAC",
	"QUEUE_PURGE", "SKB_CSUM", "DEV_HDR", "NEIGH_DEAD", "IPV6_NDISC_HOP_LIMIT",
	"UDP_CSUM", "BPF_CGROUP_EGRESS", "SOCKET_RCVBUFF", "UNIX_SKIP_OOB", "IPV6_NDISC_FRAG",
	"IP_INHDR", "TCP_AUTH_HDR", "TCP_OLD_DATA", "TCP_RESET", "VXLAN_VNI_NOT_FOUND",
	"TCP_ABORT_ON_DATA", "TCP_OFOMERGE", "UNICAST_IN_L2_MULTICAST", "SOCKET_CLOSE",
	"SKB_UCOPY_FAULT", "TCP_AOUNEXPECTED", "PFMEMALLOC", "TCP_AOKEYNOTFOUND",
	"TC_COOKIE_ERROR", "TCP_AOFAILURE", "TCP_CLOSE", "TCP_OFO_DROP", "IP_RPFILTER",
	"IPV6DISABLED", "NO_TX_TARGET", "CAKE_FLOOD", "FRAG_TOO_FAR", "TCP_ZEROWINDOW",
	"TCP_RFC7323_PAWS", "IP_OUTNOROUTES", "TCP_RFC7323_TSECR", "TCP_INVALID_ACK_SEQUENCE",
	"TCP_MINTTL", "IP_NOPROTO", "TCP_TOO_OLD_ACK", "UNHANDLED_PROTO", "TC_INGRESS",
	"FQ_BAND_LIMIT", "INVALID_PROTO", "TAP_TXFILTER", "TCP_MD5NOTFOUND",
	"RECURSION_LIMIT", "SECURITY_HOOK", "SOCKET_BACKLOG", "QDISC_DROP", "TCP_FASTOPEN",
	"FRAG_REASM_TIMEOUT", "IP_LOCALNET", "TCP_AONOTFOUND", "PSP_OUTPUT",
	"TCP_RFC7323_TW_PAWS", "TC_CHAIN_NOTFOUND", "IP_INVALID_DEST", "IP_LOCAL_SOURCE",
	"NOMEM", "IPV6_NDISC_NS_OTHERHOST", "IP_INNOROUTES", "TCP_CSUM",
	"CANXL_RX_INVALID_FRAME", "IP_CSUM", "NEIGH_FAILED", "TCP_OLD_ACK",
	"CANFD_RX_INVALID_FRAME", "FQ_HORIZON_LIMIT", "VXLAN_ENTRY_EXISTS",
	"CAN_RX_INVALID_FRAME", "OTHERHOST", "TCP_OFO_QUEUE_PRUNE", "XFRM_POLICY",
	"NOT_SPECIFIED", "TCP_INVALID_SYN", "TCP_MD5UNEXPECTED", "IP_INVALID_SOURCE",
	"DEV_READY", "TC_RECLASSIFY_LOOP", "NEIGH_QUEUEFULL", "CPU_BACKLOG",
	"IPV6_BAD_EXTHDR", "TCP_RFC7323_PAWS_ACK", "NEIGH_CREATEFAIL", "NETFILTER_DROP",
	"TCP_INVALID_END_SEQUENCE", "VXLAN_INVALID_HDR", "XDP", "HDR_TRUNC", "PKT_TOO_BIG",
	"IP_TUNNEL_ECN", "SKB_GSO_SEG", "TCP_MD5FAILURE", "BRIDGE_INGRESS_STP_STATE",
	"TCP_ACK_UNSENT_DATA", "NEIGH_HH_FILLFAIL", "TUNNEL_TXINFO", "TAP_FILTER", "DUP_FRAG",
	"TCP_OVERWINDOW", "TC_EGRESS", "FQ_FLOW_LIMIT", "NO_SOCKET", "ICMP_CSUM",
	"TCP_OLD_SEQUENCE", "PKT_TOO_SMALL", "TCP_FLAGS", "PSP_INPUT", "TCP_LISTEN_OVERFLOW",
};

static const char *const symbols[] = {
	"igmp_rcv", "tcp_rcv_state_process", "ip_error", "arp_process", "ip_rcv_core",
	"ip6_mc_input", "skb_queue_purge", "unix_stream_connect", "ip_forward", "packet_rcv",
	"icmpv6_rcv", "tcp_rcv_established", "ip6_forward", "__udp_enqueue_schedule_skb",
	"udp_queue_rcv_one_skb", "veth_xmit", "tcp_prune_ofo_queue", "unix_dgram_sendmsg",
	"__dev_queue_xmit", "skb_queue_purge_reason", "tcp_add_backlog", "ip6_rcv_core",
	"kfree_skb_list_reason", "ip_protocol_deliver_rcu", "sock_queue_rcv_skb_reason",
	"raw_rcv", "enqueue_to_backlog", "tcp_v4_rcv", "icmp_rcv", "tcp_v4_do_rcv",
	"__udp4_lib_rcv", "tun_net_xmit", "tcp_conn_request", "unix_release_sock",
	"do_xdp_generic", "tcp_v6_do_rcv", "neigh_invalidate", "tpacket_rcv", "other",
	"unknown", "arp_error_report", "__udp6_lib_rcv", "__netif_receive_skb_core",
	"ip6_pkt_drop", "tcp_v6_rcv", "__neigh_event_send", "nf_hook_slow", "br_handle_frame",
	"netlink_broadcast_filtered", "sk_stream_kill_queues", "tcp_data_queue",
	"udpv6_queue_rcv_one_skb", "inet_frag_rbtree_purge", "ip_rcv_finish_core",
	"tcp_validate_incoming", "ndisc_rcv",
};

static void is_a_sentence(const char *name, const char *text)
{
	if (!text)
		fail_msg("nothing for %s", name);
	assert_true(text[0] >= 'A' && text[0] <= 'Z');
	assert_true(strchr(".?", text[strlen(text) - 1]) != NULL);
	assert_null(strchr(text, '\n'));
	assert_null(strstr(text, "  "));
	assert_true(strlen(text) < 240);
}

/* Each is found only if its table is in order. */
static void all_are_found(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(reasons) / sizeof(reasons[0]); i++)
		is_a_sentence(reasons[i], explain_reason(reasons[i]));
	for (size_t i = 0; i < sizeof(symbols) / sizeof(symbols[0]); i++)
		is_a_sentence(symbols[i], explain_symbol(symbols[i]));
}

static void nothing_is_made_up(void **state)
{
	static const char *const names[] = { "", "A", "zzz", "NO_SOCKE", "NO_SOCKETS", "no_socket",
					     "\xff" };

	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		assert_null(explain_reason(names[i]));
		assert_null(explain_symbol(names[i]));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(all_are_found),
		cmocka_unit_test(nothing_is_made_up),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
