/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/*
 * Every drop point that a recording in tests/golden or a scenario in tests/vm has met, on Linux
 * 6.1, 6.12 or 7.2: with the reason, as packet mode and the tracepoint source report it, and
 * without, as in summary mode. Each needs a class, and a sentence that says this.
 */

#include <stdbool.h>

struct drop_point {
	const char *symbol;
	const char *reason; /* "" in summary mode */
	bool expected;
	const char *says; /* what its sentence must contain */
	const char *cast; /* NULL: neither multicast nor broadcast */
};

/* clang-format off */
static const struct drop_point drop_points[] = {
	/* Nobody listens */
	{ "__udp4_lib_rcv", "NO_SOCKET", false, "No socket listens" },
	{ "__udp4_lib_rcv", "", false, "UdpNoPorts" },
	{ "__udp6_lib_rcv", "NO_SOCKET", false, "No socket listens" },
	{ "__udp6_lib_rcv", "", false, "Udp6NoPorts" },
	{ "udp_rcv", "NO_SOCKET", false, "No socket listens" }, /* 7.2 */
	{ "udp_rcv", "", false, "UdpNoPorts" },
	{ "udpv6_rcv", "NO_SOCKET", false, "No socket listens" },
	{ "udpv6_rcv", "", false, "Udp6NoPorts" },
	{ "tcp_v4_rcv", "NO_SOCKET", false, "No socket listens" },
	{ "tcp_v4_rcv", "", false, "ss -lnt" },
	{ "tcp_v6_rcv", "NO_SOCKET", false, "No socket listens" },
	{ "tcp_v6_rcv", "", false, "ss -lnt" },
	{ "ip_local_deliver_finish", "IP_NOPROTO", false, "IP protocol" },
	{ "ip_local_deliver_finish", "", false, "IpInUnknownProtos" },
	{ "ip6_input_finish", "IP_NOPROTO", false, "IP protocol" },
	{ "ip6_input_finish", "", false, "Ip6InUnknownProtos" },

	/* Full buffers and queues */
	{ "tcp_v4_rcv", "TCP_LISTEN_OVERFLOW", false, "accept()" }, /* 7.2 */
	{ "tcp_conn_request", "", false, "TcpExtListenOverflows" },
	{ "udp_queue_rcv_one_skb", "SOCKET_RCVBUFF", false, "receive buffer" },
	{ "udp_queue_rcv_one_skb", "", false, "UdpRcvbufErrors" },
	{ "udpv6_queue_rcv_one_skb", "SOCKET_RCVBUFF", false, "receive buffer" },
	{ "udpv6_queue_rcv_one_skb", "", false, "Udp6RcvbufErrors" },
	{ "tcp_v4_do_rcv", "NOT_SPECIFIED", false, "accept queue" }, /* 6.1 */
	{ "tcp_v4_do_rcv", "", false, "TcpExtListenOverflows" },
	{ "cookie_v4_check", "NO_SOCKET", false, "accept queue" }, /* 6.12 */
	{ "cookie_v4_check", "", false, "TcpExtListenOverflows" },
	{ "enqueue_to_backlog", "CPU_BACKLOG", false, "CPU" },
	{ "enqueue_to_backlog", "", false, "softnet_stat" },
	{ "kfree_skb_list_reason", "QDISC_DROP", false, "carrier" }, /* 6.1 */
	{ "kfree_skb_list_reason", "", false, "carrier" },
	{ "__dev_queue_xmit", "QDISC_DROP", false, "carrier" }, /* 6.12 */
	{ "__tcf_kfree_skb_list", "QDISC_DROP", false, "carrier" }, /* 7.2 */
	{ "__tcf_kfree_skb_list", "", false, "carrier" },
	{ "__dev_queue_xmit", "QDISC_DROP_GENERIC", false, "carrier" }, /* 7.2 */
	{ "__dev_queue_xmit", "QDISC_DROP_OVERLIMIT", false, "tc -s qdisc" },
	{ "__dev_queue_xmit", "QDISC_DROP_CONGESTED", false, "tc -s qdisc" },
	{ "__dev_queue_xmit", "DEV_READY", false, "down" },
	{ "__dev_queue_xmit", "NOT_SPECIFIED", false, "carrier" },
	{ "__dev_queue_xmit", "", false, "tc -s qdisc" },
	{ "tun_net_xmit", "FULL_RING", false, "reads too slowly" },
	{ "tun_net_xmit", "", false, "reads too slowly" },
	{ "__dev_forward_skb2", "NOT_SPECIFIED", false, "MTU" },
	{ "__dev_forward_skb2", "", false, "MTU" },

	/* Neighbours */
	{ "neigh_invalidate", "NEIGH_FAILED", false, "did not answer" },
	{ "neigh_invalidate", "NOT_SPECIFIED", false, "did not answer" },
	{ "neigh_invalidate", "", false, "did not answer" },
	{ "__neigh_event_send", "NEIGH_QUEUEFULL", false, "Too many packets" },
	{ "__neigh_event_send", "", false, "too many packets" },
	{ "ip_finish_output2", "NEIGH_CREATEFAIL", false, "table is full" },
	{ "ip_finish_output2", "", false, "table is full" },
	{ "ip6_finish_output2", "NEIGH_CREATEFAIL", false, "table is full" },
	{ "ip6_finish_output2", "", false, "table is full" },

	/* Refused: the firewall, tc, XDP, addresses */
	{ "nft_do_chain", "NETFILTER_DROP", false, "nft list ruleset" },
	{ "nft_do_chain", "", false, "nft list ruleset" },
	{ "nf_hook_slow", "NETFILTER_DROP", false, "connection tracking" },
	{ "nf_hook_slow", "", false, "conntrack -S" },
	{ "__netif_receive_skb_core", "TC_INGRESS", false, "tc filter" },
	{ "__dev_queue_xmit", "TC_EGRESS", false, "tc filter" },
	{ "do_xdp_generic", "NOT_SPECIFIED", false, "XDP" },
	{ "do_xdp_generic", "XDP", false, "XDP" },
	{ "do_xdp_generic", "", false, "XDP" },
	{ "ip_rcv_finish_core", "IP_RPFILTER", false, "rp_filter" },
	{ "ip_rcv_finish_core", "IP_LOCALNET", false, "127/8" },
	{ "ip_rcv_finish_core", "IP_LOCAL_SOURCE", false, "our own addresses" },
	{ "ip_rcv_finish_core", "NOT_SPECIFIED", false, "martian" }, /* up to 6.12 */
	{ "ip_rcv_finish_core", "NOT_SPECIFIED", true, "not joined", "multicast" },
	{ "ip_rcv_finish_core", "", false, "reverse path filter" },

	{ "tcp_rcv_state_process", "TCP_CLOSE", false, "too late" },
	{ "tcp_rcv_state_process", "", false, "TcpExtTCPAbortOnData" },
	{ "tcp_validate_incoming", "TCP_RFC7323_PAWS", false, "timestamp" },
	{ "tcp_validate_incoming", "TCP_INVALID_SYN", false, "SYN" },
	{ "tcp_validate_incoming", "", false, "keep-alive" },
	{ "tcp_data_queue", "PROTO_MEM", false, "memory" },
	{ "tcp_data_queue", "", false, "TcpExtTCPZeroWindowDrop" },
	{ "tcp_drop_reason", "", false, "TcpExtTCPZeroWindowDrop" },

	/* Malformed */
	{ "__udp4_lib_rcv", "UDP_CSUM", false, "checksum" },
	{ "udp_rcv", "UDP_CSUM", false, "checksum" },
	{ "__udp6_lib_rcv", "UDP_CSUM", false, "checksum" },
	{ "udpv6_rcv", "UDP_CSUM", false, "checksum" },
	{ "ip6_rcv_core", "", false, "Ip6InHdrErrors" },
	{ "ip_rcv_core", "IP_CSUM", false, "checksum" },
	{ "ip_rcv_core", "IP_INHDR", false, "malformed" },
	{ "ip_rcv_core", "", false, "IpInHdrErrors" },
	{ "icmp_rcv", "ICMP_CSUM", false, "checksum" },
	{ "icmp_rcv", "UNHANDLED_PROTO", false, "type" },
	{ "icmp_rcv", "", false, "IcmpInCsumErrors" },
	{ "icmpv6_rcv", "ICMP_CSUM", false, "checksum" },
	{ "ip6_rcv_core", "UNHANDLED_PROTO", false, "version" },

	/* Routing, forwarding, bridges */
	{ "ip_forward", "IP_INHDR", false, "TTL" },
	{ "ip_forward", "PKT_TOO_BIG", false, "MTU" },
	{ "ip_forward", "", false, "TTL" },
	{ "ip6_forward", "", false, "hop limit" },
	{ "ip6_forward", "IP_INHDR", false, "hop limit" },
	{ "ip_error", "IP_INADDRERRORS", false, "ip route get" },
	{ "ip_error", "IP_INNOROUTES", false, "ip route get" },
	{ "ip_error", "", false, "ip route get" },
	{ "__ip_queue_xmit", "IP_OUTNOROUTES", false, "ip route get" },
	{ "__ip_queue_xmit", "", false, "IpOutNoRoutes" },
	{ "ip6_pkt_drop", "IP_INNOROUTES", false, "ip route get" },
	{ "ip6_pkt_drop", "IP_OUTNOROUTES", false, "ip route get" },
	{ "ip6_pkt_drop", "", false, "ip -6 route get" },
	{ "ip6_pkt_discard", "IP_INNOROUTES", false, "ip route get" }, /* 7.2 */
	{ "ip6_pkt_discard", "", false, "ip -6 route get" },
	{ "ip_do_fragment", "PKT_TOO_BIG", false, "MTU" },
	{ "ip_do_fragment", "NOT_SPECIFIED", false, "MTU" },
	{ "ip_do_fragment", "", false, "MTU" },
	{ "ip_expire", "NOT_SPECIFIED", false, "Fragments" },
	{ "ip_expire", "FRAG_REASM_TIMEOUT", false, "fragments" },
	{ "ip_expire", "", false, "Fragments" },
	{ "inet_frag_rbtree_purge", "NOT_SPECIFIED", false, "Fragments" },
	{ "inet_frag_rbtree_purge", "FRAG_REASM_TIMEOUT", false, "fragments" },
	{ "br_allowed_ingress", "NOT_SPECIFIED", false, "bridge vlan" },
	{ "br_allowed_ingress", "", false, "bridge vlan" },
	{ "br_handle_frame_finish", "NOT_SPECIFIED", false, "bridge -d link" },
	{ "br_handle_frame_finish", "NO_TX_TARGET", false, "bridge" }, /* 7.2 */
	{ "br_handle_frame_finish", "", false, "bridge -d link" },
	{ "br_handle_frame", "BRIDGE_INGRESS_STP_STATE", false, "spanning tree" },

	/* Not packets of a network */
	{ "unix_stream_connect", "NOT_SPECIFIED", true, "Unix domain socket" },
	{ "unix_stream_connect", "", true, "Unix domain socket" },
	{ "virtio_transport_recv_pkt", "NOT_SPECIFIED", true, "vsock" },
	{ "virtio_transport_recv_pkt", "", true, "vsock" },
	{ "napi_get_frags_check", "NOT_SPECIFIED", true, "no packet was dropped" },
	{ "napi_get_frags_check", "", true, "no packet was dropped" },
	{ "netif_napi_add_weight_locked", "", true, "no packet was dropped" }, /* 7.2 */
	{ "unix_dgram_sendmsg", "", true, "Unix domain socket" },
	{ "nfnetlink_rcv_batch", "NOT_SPECIFIED", true, "Not a network packet" },
	{ "nfnetlink_rcv_batch", "", true, "Not a network packet" },
	{ "netlink_broadcast_filtered", "", true, "Not a network packet" },

	/* Queues discarded with their owner */
	{ "__rtnl_unlock", "NOT_SPECIFIED", true, "queueing discipline" },
	{ "__rtnl_unlock", "", true, "queueing discipline" },
	{ "skb_queue_purge", "NOT_SPECIFIED", true, "closed" },
	{ "skb_queue_purge", "", true, "closed" },
	{ "skb_queue_purge_reason", "QUEUE_PURGE", true, "closed" },
	{ "inet_sock_destruct", "NOT_SPECIFIED", true, "closed" },
	{ "udp_destruct_common", "NOT_SPECIFIED", true, "closed" },
	{ "udp_destruct_common", "", true, "closed" },
	{ "tcp_disconnect", "NOT_SPECIFIED", true, "aborted" },
	{ "tcp_disconnect", "QUEUE_PURGE", true, "closed" },
	{ "tcp_disconnect", "", true, "aborted" },
	{ "tun_queue_purge", "NOT_SPECIFIED", true, "closed" },
	{ "tun_queue_purge", "", true, "closed" },
	{ "sk_stream_kill_queues", "", true, "closed" },
	{ "packet_rcv", "SOCKET_FILTER", true, "filter" },
	{ "udp_queue_rcv_one_skb", "SOCKET_FILTER", true, "filter" },

	/* Meant for others */
	{ "ip_rcv_core", "OTHERHOST", true, "another host" },
	{ "__netif_receive_skb_core", "UNHANDLED_PROTO", true, "EtherType" },
	{ "__netif_receive_skb_core", "", false, "EtherType" },
	{ "__udp4_lib_rcv", "NOT_SPECIFIED", true, "broadcast or multicast", "broadcast" },
	{ "__udp4_lib_rcv", "NOT_SPECIFIED", false, "IPsec" },
	{ "__udp6_lib_rcv", "NOT_SPECIFIED", true, "multicast", "multicast" },
	{ "__udp6_lib_rcv", "NOT_SPECIFIED", false, "cut short" },
	{ "udp_rcv", "NOT_SPECIFIED", true, "broadcast or multicast", "broadcast" },
	{ "udp_rcv", "NOT_SPECIFIED", false, "IPsec" },
	{ "udpv6_rcv", "NOT_SPECIFIED", true, "multicast", "multicast" },
	{ "udpv6_rcv", "NOT_SPECIFIED", false, "cut short" },
	{ "br_dev_xmit", "NOT_SPECIFIED", true, "bridge", "multicast" },
	{ "br_dev_xmit", "NO_TX_TARGET", true, "bridge", "multicast" }, /* 7.2 */
	{ "br_dev_xmit", "NO_TX_TARGET", false, "bridge" },
	{ "br_dev_xmit", "", false, "bridge" },
	{ "ip6_mc_input", "NOT_SPECIFIED", true, "not joined" },
	{ "ip6_mc_input", "", true, "not joined" },

	/* Handled, then freed as if dropped */
	{ "icmpv6_rcv", "NOT_SPECIFIED", true, "handled" },
	{ "icmpv6_rcv", "", true, "handled" },
	{ "tcp_v4_rcv", "NOT_SPECIFIED", true, "TcpExtListenOverflows" },
	{ "tcp_v6_rcv", "NOT_SPECIFIED", true, "TcpExtListenOverflows" },
	{ "tcp_rcv_state_process", "NOT_SPECIFIED", true, "has handled" },
	{ "tcp_drop_reason", "NOT_SPECIFIED", true, "has handled" }, /* 7.2 */
	{ "tcp_validate_incoming", "TCP_INVALID_SEQUENCE", true, "keep-alives" },
	{ "tcp_drop_reason", "TCP_INVALID_SEQUENCE", true, "keep-alives" }, /* 7.2 */
	{ "tcp_validate_incoming", "TCP_RESET", true, "reset" },
	{ "tcp_data_queue", "TCP_OLD_DATA", true, "received before" },
	{ "icmp_rcv", "NO_SOCKET", true, "ping reply" },
	{ "icmpv6_rcv", "NO_SOCKET", true, "ping reply" },
	{ "ping_rcv", "NO_SOCKET", true, "ping reply" }, /* 7.2 */
	{ "ping_rcv", "", true, "ping reply" },

	/* The further buffers of a packet that was delivered, or dropped at its own point */
	{ "skb_release_data", "NOT_SPECIFIED", true, "Nothing was dropped here" },
	{ "skb_release_data", "QDISC_DROP", true, "Nothing was dropped here" }, /* of a list */
	{ "skb_release_data", "", true, "Nothing was dropped here" },

	{ "other", "", false, "series.limit" },
	{ "unknown", "", false, "No symbol" },
};
/* clang-format on */
