/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Drop points by function, checked against net/ of Linux 6.1, 6.12, 6.18 and 7.2. If a function
 * drops for several causes, the sentence lists them and how to tell them apart. Counters are those
 * of the network namespace of the packet.
 */
#include "expose/explain.h"

/* clang-format off */
static const char udp4_causes[] =
	"A UDP packet was not delivered. Causes, each with its counter in nstat -az: no "
	"socket listens at the port (UdpNoPorts; see ss -lnu), a broadcast or multicast that "
	"no socket wants (UdpIgnoredMulti, harmless), a wrong checksum (UdpInCsumErrors), an "
	"IPsec policy.";

static const char udp6_causes[] =
	"A UDP packet (IPv6) was not delivered. Causes, each with its counter in nstat -az: "
	"no socket listens at the port (Udp6NoPorts; see ss -lnu), a multicast without a "
	"socket (Udp6IgnoredMulti, harmless), a wrong checksum (Udp6InCsumErrors), an IPsec "
	"policy.";

static const char no_protocol[] =
	"No protocol handler and no raw socket takes this IP protocol (nstat -az "
	"IpInUnknownProtos), or an IPsec policy refused it. For a tunnel or VPN: is its "
	"module loaded?";

static const char purged[] =
	"A socket or queue was closed with packets left in it. Normal when programs end.";

static const char first_buffer[] =
	"A driver was starting. The kernel allocated and freed an empty buffer as a check; no "
	"packet was dropped.";

static const char no_protocol6[] =
	"No protocol handler and no raw socket takes this IPv6 next header (nstat -az "
	"Ip6InUnknownProtos), or an IPsec policy refused it. For a tunnel or VPN: is its "
	"module loaded?";

static const char tx_causes[] =
	"A packet to be sent was dropped. Causes: the queueing discipline was full or refused "
	"it (tc -s qdisc counts), or the device has no carrier or is going down (ip link; tc "
	"counts nothing).";

const struct explanation explain_symbols[] = {
	{ "__dev_forward_skb2",
	  "A virtual device handed the packet to another one (a veth peer, or a redirect by tc "
	  "or eBPF) that is down or whose MTU is smaller than the packet. Compare state and MTU "
	  "of both ends in ip link." },
	{ "__dev_queue_xmit",
	  "A packet to be sent was dropped. Causes: the queueing discipline was full or refused "
	  "it (tc -s qdisc counts), a tc filter (tc -s filter show dev DEVICE egress), a device "
	  "without carrier or down (ip link; tc counts nothing), or virtual devices that form a "
	  "loop (kernel log)." },
	{ "__ip_queue_xmit",
	  "No route for a TCP packet that this host sends, or it is too large for the route. "
	  "See ip route get ADDRESS and nstat -az IpOutNoRoutes IpFragFails." },
	{ "__neigh_event_send",
	  "The address of the next hop is not resolved yet: too many packets wait for it, or it "
	  "has failed already. See ip neigh; /proc/net/stat/arp_cache and ndisc_cache count "
	  "unresolved_discards." },
	{ "__netif_receive_skb_core",
	  "No handler accepted a received frame. Causes: an EtherType without a handler, such as "
	  "LLDP (harmless; tcpdump -e shows it), a tc filter (tc -s filter show dev DEVICE "
	  "ingress), or an inactive port of a bond (nohandler in ip -s -s link)." },
	{ "__rtnl_unlock",
	  "Packets were waiting in a queueing discipline that was replaced, reset or removed. "
	  "Normal when a device or its qdisc is reconfigured." },
	{ "__tcf_kfree_skb_list",
	  tx_causes },
	{ "__udp4_lib_rcv",
	  udp4_causes },
	{ "__udp6_lib_rcv",
	  udp6_causes },
	{ "__udp_enqueue_schedule_skb",
	  "The receive buffer of a UDP socket was full: its program reads too slowly. See ss "
	  "-uamp and nstat -az UdpRcvbufErrors." },
	{ "arp_error_report",
	  "The next hop did not answer ARP, so the packets that waited for it were dropped. See "
	  "ip neigh." },
	{ "arp_process",
	  "An ARP packet that has been handled, or that was not for this host. Harmless." },
	{ "br_allowed_ingress",
	  "VLAN filtering of a bridge refused the frame: its VLAN is not allowed on the port "
	  "where it came in. See bridge vlan show." },
	{ "br_dev_xmit",
	  "A packet was sent to a bridge that has no port to forward it to. Normal for "
	  "multicast while a bridge is empty, as docker0 is without containers. See bridge "
	  "link." },
	{ "br_handle_frame",
	  "A bridge port did not accept the frame: spanning tree has not put the port into "
	  "forwarding, or the source address is invalid. See bridge link." },
	{ "br_handle_frame_finish",
	  "A bridge did not forward the frame. Causes: the port is disabled or still learning "
	  "(bridge -d link), a locked port does not know the sender, or multicast snooping "
	  "found a malformed IGMP or MLD message." },
	{ "cookie_v4_check",
	  "A client completed a connection by SYN cookie, but the connection was not accepted. "
	  "Causes, each with its counter in nstat -az: the accept queue is full "
	  "(TcpExtListenOverflows; see ss -lnt), or the cookie is wrong or too old "
	  "(TcpExtSyncookiesFailed)." },
	{ "cookie_v6_check",
	  "A client completed a connection by SYN cookie (IPv6), but the connection was not "
	  "accepted. Causes, each with its counter in nstat -az: the accept queue is full "
	  "(TcpExtListenOverflows; see ss -lnt), or the cookie is wrong or too old "
	  "(TcpExtSyncookiesFailed)." },
	{ "do_xdp_generic",
	  "An XDP program dropped the packet, in generic mode. See ip link and bpftool net." },
	{ "enqueue_to_backlog",
	  "The input queue of a CPU was full: packets arrived faster than this CPU handled "
	  "them. Compare column 2 of /proc/net/softnet_stat; spread the load with RSS or RPS, "
	  "or raise net.core.netdev_max_backlog." },
	{ "icmp_rcv",
	  "An ICMP message ended here. Causes: a ping reply that a raw socket has received "
	  "already (harmless), a wrong checksum (nstat -az IcmpInCsumErrors), an unknown type, "
	  "or a broadcast ping that this host does not answer (icmp_echo_ignore_broadcasts)." },
	{ "icmpv6_rcv",
	  "An ICMPv6 message ended here. Causes: before Linux 6.4 every message that was "
	  "handled (harmless), a ping reply that a raw socket has received already (harmless), "
	  "an unwanted type, or a wrong checksum (nstat -az Icmp6InCsumErrors)." },
	{ "igmp_rcv",
	  "An IGMP message that has been handled, or that was not for this host. Mostly "
	  "harmless." },
	{ "inet_frag_rbtree_purge",
	  "Fragments of an IP packet that never became complete. Fragments are lost on the "
	  "path, or too many arrive at once: nstat -az IpReasmFails IpReasmTimeout; compare "
	  "MTUs." },
	{ "inet_sock_destruct",
	  "A socket was closed with packets left that its program had not read. Normal when "
	  "programs end." },
	{ "ip6_finish_output2",
	  "An IPv6 packet could not be sent. Causes: the neighbour table is full "
	  "(/proc/net/stat/ndisc_cache counts table_fulls; raise "
	  "net.ipv6.neigh.default.gc_thresh3), or a multicast packet whose scope or hop limit "
	  "ends on this host (harmless)." },
	{ "ip6_forward",
	  "An IPv6 packet was not forwarded. Causes: its hop limit ran out (nstat -az "
	  "Ip6InHdrErrors), it is larger than the MTU (Ip6InTooBigErrors), forwarding is off, "
	  "or an IPsec policy. See net.ipv6.conf.all.forwarding." },
	{ "ip6_frag_expire",
	  "Fragments of an IPv6 packet did not all arrive in time. Fragments are lost on the "
	  "path: nstat -az Ip6ReasmTimeout; compare MTUs." },
	{ "ip6_fragment",
	  "An IPv6 packet could not be sent in fragments, mostly because it is larger than the "
	  "path's MTU and fragmentation is not allowed. See nstat -az Ip6FragFails and ip route "
	  "get." },
	{ "ip6_input_finish",
	  no_protocol6 },
	{ "ip6_mc_input",
	  "IPv6 multicast for a group that this host has not joined. Harmless." },
	{ "ip6_pkt_discard", /* ip6_pkt_drop() inlined, Linux 7.2 */
	  "No route for an IPv6 packet, or the route says prohibit, blackhole or unreachable. "
	  "See ip -6 route get ADDRESS." },
	{ "ip6_pkt_drop",
	  "No route for an IPv6 packet, or the route says prohibit, blackhole or unreachable. "
	  "See ip -6 route get ADDRESS." },
	{ "ip6_protocol_deliver_rcu",
	  no_protocol6 },
	{ "ip6_rcv_core",
	  "A received IPv6 packet was not for this host's MAC address (harmless), had a "
	  "malformed header (nstat -az Ip6InHdrErrors), or IPv6 is disabled on the device "
	  "(net.ipv6.conf.DEVICE.disable_ipv6)." },
	{ "ip_do_fragment",
	  "An IPv4 packet is larger than the MTU of the outgoing device and has the \"don't "
	  "fragment\" flag, or its fragments could not be sent. See nstat -az IpFragFails, the "
	  "MTU in ip link, and whether ICMP is blocked on the path." },
	{ "ip_error",
	  "No route to the destination, or a route that refuses it; the sender gets ICMP "
	  "unreachable. See ip route get ADDRESS and nstat -az IpExtInNoRoutes IpInAddrErrors; "
	  "the latter also counts packets that must not be forwarded (net.ipv4.ip_forward)." },
	{ "ip_expire",
	  "Fragments of an IPv4 packet did not all arrive in time. Fragments are lost on the "
	  "path: nstat -az IpReasmTimeout; compare MTUs." },
	{ "ip_finish_output2",
	  "No neighbour entry could be made for the next hop: the ARP table is full. "
	  "/proc/net/stat/arp_cache counts table_fulls; raise "
	  "net.ipv4.neigh.default.gc_thresh3." },
	{ "ip_forward",
	  "An IPv4 packet was not forwarded. Causes: its TTL ran out (a routing loop, or "
	  "traceroute; nstat -az IpInHdrErrors), it is larger than the MTU and must not be "
	  "fragmented (IpFragFails), forwarding is off, or an IPsec policy." },
	{ "ip_local_deliver_finish",
	  no_protocol },
	{ "ip_mc_output",
	  "A copy of a multicast packet that this host sent ended here. Mostly harmless." },
	{ "ip_protocol_deliver_rcu",
	  no_protocol },
	{ "ip_rcv_core",
	  "A received IPv4 packet was not for this host's MAC address (harmless; ip -s -s link "
	  "counts it as otherhost), or its header was malformed or had a wrong checksum (nstat "
	  "-az IpInHdrErrors IpExtInCsumErrors)." },
	{ "ip_rcv_finish_core",
	  "A received IPv4 packet was refused by its addresses. Causes: multicast that this "
	  "host has not joined (harmless), the reverse path filter (nstat -az "
	  "TcpExtIPReversePathFilter), or an impossible address (\"martian\"; "
	  "net.ipv4.conf.all.log_martians logs it)." },
	{ "kfree_skb_list_reason",
	  tx_causes },
	{ "napi_get_frags_check",
	  first_buffer },
	{ "ndisc_error_report",
	  "The next hop did not answer neighbour discovery, so the packets that waited for it "
	  "were dropped. See ip -6 neigh." },
	{ "ndisc_rcv",
	  "A neighbour discovery message was malformed or not for this host." },
	{ "neigh_invalidate",
	  "The next hop did not answer ARP or neighbour discovery, so the packets that waited "
	  "for it were dropped. See ip neigh." },
	{ "netif_napi_add_weight_locked",
	  first_buffer },
	{ "netlink_broadcast_filtered",
	  "A message between the kernel and programs that found no listener. Not a network "
	  "packet." },
	{ "nf_hook_slow",
	  "The firewall dropped it, but not by an nftables rule: an iptables rule (iptables "
	  "-nvL), connection tracking (conntrack -S; the kernel's log says if its table is "
	  "full), IPVS, or a program on an nfqueue. Before Linux 6.7 nftables rules as well "
	  "(nft list ruleset)." },
	{ "nft_do_chain",
	  "An nftables rule or the policy of a chain dropped it. \"nft list ruleset\" shows the "
	  "rules and their counters, \"nft monitor trace\" which rule a packet meets. With "
	  "iptables-nft also \"iptables -nvL\"." },
	{ "other",
	  "Everything beyond the limit of series, counted together. See series.limit in the "
	  "configuration." },
	{ "packet_rcv",
	  "A capture program's buffer was full or its filter did not want the copy. The packet "
	  "itself was not affected." },
	{ "packet_rcv_spkt",
	  "A capture program's buffer was full. The packet itself was not affected." },
	{ "packet_sock_destruct",
	  "A capture socket was closed with copies left that its program had not read. The "
	  "packets themselves were not affected." },
	{ "raw_rcv",
	  "A raw socket's receive buffer was full, or an IPsec policy refused the packet." },
	{ "sk_stream_kill_queues",
	  "A TCP socket was closed with data left in it. Normal when programs end." },
	{ "skb_queue_purge",
	  purged },
	{ "skb_queue_purge_reason",
	  purged },
	{ "sock_queue_rcv_skb_reason",
	  "A socket's receive buffer was full, or its filter did not want the packet." },
	{ "tcp_add_backlog",
	  "The program held its socket busy and the backlog filled up meanwhile (nstat -az "
	  "TcpExtTCPBacklogDrop), or the checksum was wrong (TcpInCsumErrors)." },
	{ "tcp_conn_request",
	  "A connection request was dropped: the queue of half-open connections or the accept "
	  "queue is full (nstat -az TcpExtListenOverflows TcpExtTCPReqQFullDrop; ss -lnt), or "
	  "there is no memory." },
	{ "tcp_data_queue",
	  "TCP data that was received before (harmless), lies outside the window, or finds no "
	  "room: the program reads too slowly (nstat -az TcpExtTCPZeroWindowDrop), or TCP "
	  "memory is used up (TcpExtTCPRcvQDrop)." },
	{ "tcp_disconnect",
	  "A program aborted a connection (SO_LINGER 0, or connect to AF_UNSPEC) with data left "
	  "that it had not read. Normal when programs end." },
	{ "tcp_drop_reason",
	  "TCP dropped a packet, or was done with it. Causes: acknowledgements of a connection "
	  "that its other end has closed, resets, old data and keep-alives (all harmless), or a "
	  "full receive buffer (nstat -az TcpExtTCPZeroWindowDrop TcpExtTCPRcvQDrop). Only the "
	  "reason tells." },
	{ "tcp_prune_ofo_queue",
	  "Out-of-order TCP data was dropped to free receive memory (nstat -az "
	  "TcpExtOfoPruned). Heavy loss on the path, or small buffers (net.ipv4.tcp_rmem)." },
	{ "tcp_rcv_established",
	  "A TCP segment did not fit its connection: a wrong checksum (nstat -az "
	  "TcpInCsumErrors), or an acknowledgement that cannot be." },
	{ "tcp_rcv_state_process",
	  "A TCP packet while a connection begins or ends. Causes: acknowledgements after the "
	  "other end has closed, and resets (both harmless), data for a program that has closed "
	  "already (nstat -az TcpExtTCPAbortOnData), or flags that make no sense (a port scan)." },
	{ "tcp_v4_do_rcv",
	  "A TCP packet was refused by its connection or listener. Causes, each with its "
	  "counter in nstat -az: the accept queue is full (TcpExtListenOverflows; see ss -lnt), "
	  "a wrong checksum (TcpInCsumErrors), or a packet that does not fit the connection's "
	  "state." },
	{ "tcp_v4_rcv",
	  "A TCP packet was not delivered. Causes, each with its counter in nstat -az: no "
	  "socket listens at the port, so a reset is sent (TcpOutRsts; see ss -lnt), the accept "
	  "queue is full (TcpExtListenOverflows), the socket's backlog is full "
	  "(TcpExtTCPBacklogDrop), or a wrong checksum (TcpInCsumErrors)." },
	{ "tcp_v6_do_rcv",
	  "A TCP packet (IPv6) was refused by its connection or listener. Causes, each with its "
	  "counter in nstat -az: the accept queue is full (TcpExtListenOverflows; see ss -lnt), "
	  "a wrong checksum (TcpInCsumErrors), or a packet that does not fit the connection's "
	  "state." },
	{ "tcp_v6_rcv",
	  "A TCP packet (IPv6) was not delivered. Causes, each with its counter in nstat -az: "
	  "no socket listens at the port, so a reset is sent (TcpOutRsts; see ss -lnt), the "
	  "accept queue is full (TcpExtListenOverflows), the socket's backlog is full "
	  "(TcpExtTCPBacklogDrop), or a wrong checksum (TcpInCsumErrors)." },
	{ "tcp_validate_incoming",
	  "A TCP segment outside the window: a keep-alive or window probe (harmless, it is "
	  "answered), a reset, a late duplicate (nstat -az TcpExtPAWSEstab if by its "
	  "timestamp), or forged." },
	{ "tpacket_rcv",
	  "A capture program's ring was full or its filter did not want the copy. The packet "
	  "itself was not affected." },
	{ "tun_net_xmit",
	  "A tun or tap device did not take the packet: its queue was full because its program "
	  "reads too slowly, no program has it open, or the program's filter refused it. ip -s "
	  "link counts it as TX dropped." },
	{ "tun_queue_purge",
	  "A tun or tap device was closed with packets left that its program had not read. "
	  "Normal when a VPN or virtual machine stops." },
	{ "udp_destruct_common",
	  "A UDP socket was closed with packets left that its program had not read. Normal when "
	  "programs end." },
	{ "udp_queue_rcv_one_skb",
	  "A UDP socket did not take the packet. Causes, each with its counter in nstat -az: "
	  "its receive buffer was full (UdpRcvbufErrors; ss -uamp shows whose), UDP memory is "
	  "used up (UdpMemErrors), a wrong checksum (UdpInCsumErrors), else the socket's filter "
	  "or an IPsec policy." },
	{ "udp_rcv",
	  udp4_causes },
	{ "udpv6_queue_rcv_one_skb",
	  "A UDP socket (IPv6) did not take the packet. Causes, each with its counter in nstat "
	  "-az: its receive buffer was full (Udp6RcvbufErrors; ss -uamp shows whose), UDP "
	  "memory is used up (Udp6MemErrors), a wrong checksum (Udp6InCsumErrors), else the "
	  "socket's filter or an IPsec policy." },
	{ "udpv6_rcv",
	  udp6_causes },
	{ "unknown",
	  "No symbol was found for the address. Without CAP_SYSLOG, or with kptr_restrict, "
	  "/proc/kallsyms hides the addresses; or the module has been unloaded." },
	{ "veth_xmit",
	  "The peer of a veth device is missing or its receive ring was full. See ip -s link of "
	  "both ends." },
	{ "virtio_transport_recv_pkt",
	  "A control message of a vsock connection between a virtual machine and its host, "
	  "freed after it was handled. Not a network packet." },
};
/* clang-format on */

const size_t explain_n_symbols = sizeof(explain_symbols) / sizeof(explain_symbols[0]);
