/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Drop reasons, as the kernel names them without SKB_DROP_REASON_. Reasons come and go with
 * kernels; those that were renamed stand here under each name. Read against
 * include/net/dropreason*.h of Linux 6.1, 6.12, 6.18 and 7.2.
 */
#include "expose/explain.h"

/* A name, and below it what it means. */
/* clang-format off */
const struct explanation explain_reasons[] = {
	{ "ARP_PVLAN_DISABLE",
	  "An ARP packet for proxy ARP on a private VLAN, which is disabled on the device "
	  "(proxy_arp_pvlan)." },
	{ "BPF_CGROUP_EGRESS",
	  "An eBPF program attached to the sender's cgroup refused the packet. See bpftool "
	  "cgroup tree; systemd's IPAddressDeny= works this way." },
	{ "BRIDGE_INGRESS_STP_STATE",
	  "The frame came in on a bridge port that spanning tree does not let forward. Normal "
	  "while a port comes up; see bridge link." },
	{ "CAKE_FLOOD",
	  "The CAKE queueing discipline limits a flow that ignores congestion signals. See tc -s "
	  "qdisc." },
	{ "CANFD_RX_INVALID_FRAME",
	  "A CAN FD frame was malformed. Look at the sending controller or program." },
	{ "CANXL_RX_INVALID_FRAME",
	  "A CAN XL frame was malformed. Look at the sending controller or program." },
	{ "CAN_RX_INVALID_FRAME",
	  "A CAN frame was malformed. Look at the sending controller or program." },
	{ "CPU_BACKLOG",
	  "A CPU's input queue was full, or one flow's share of it: packets arrived faster than "
	  "this CPU handled them. Raise net.core.netdev_max_backlog, or spread the load with "
	  "RSS or RPS." },
	{ "DEV_HDR",
	  "The link-layer header could not be read or built. Mostly a malformed frame from a "
	  "tunnel or a tap device." },
	{ "DEV_READY",
	  "The device was not ready: it is down, or its other end (a veth peer, the program "
	  "behind a tap) is missing. See ip link." },
	{ "DUALPI2_STEP_DROP",
	  "The DualPI2 queueing discipline dropped a packet beyond its step threshold, because "
	  "the packet does not support ECN marks. See tc -s qdisc." },
	{ "DUP_FRAG",
	  "An IP fragment was received twice or overlaps another one. Duplicates are harmless; "
	  "overlaps may be an attack." },
	{ "FQ_BAND_LIMIT",
	  "The fq queueing discipline's priority band was full. See tc -s qdisc; raise its "
	  "limit if the bursts are wanted." },
	{ "FQ_FLOW_LIMIT",
	  "One flow filled its share of the fq queueing discipline. See tc -s qdisc; flow_limit "
	  "says how much a flow may queue." },
	{ "FQ_HORIZON_LIMIT",
	  "The packet asked to be sent later than the horizon of the fq queueing discipline "
	  "allows. A pacing program or a clock is wrong." },
	{ "FRAG_REASM_TIMEOUT",
	  "Some fragments of an IP packet did not arrive in time, so the others were dropped. "
	  "Fragments are lost on the path; compare MTUs." },
	{ "FRAG_TOO_FAR",
	  "Too many other packets arrived between the fragments of one packet "
	  "(net.ipv4.ipfrag_max_dist)." },
	{ "FULL_RING",
	  "The queue of a tun, tap or virtual device was full: the program or virtual machine "
	  "behind it reads too slowly. Give it CPU, or raise txqueuelen." },
	{ "HDR_TRUNC",
	  "The packet ends before its headers do. It is malformed or was truncated." },
	{ "ICMP_CSUM",
	  "An ICMP message had a wrong checksum. It was damaged on the path or by the offload "
	  "of a device." },
	{ "INVALID_PROTO",
	  "The protocol forbids this message here, such as a ping of a broadcast address." },
	{ "IPV6DISABLED",
	  "An IPv6 packet arrived on a device on which IPv6 is disabled. Harmless unless IPv6 "
	  "is wanted there (net.ipv6.conf.DEVICE.disable_ipv6)." },
	{ "IPV6_BAD_EXTHDR",
	  "An IPv6 extension header was malformed. Broken or hostile sender." },
	{ "IPV6_NDISC_BAD_CODE",
	  "A neighbour discovery message had a wrong ICMPv6 code. Broken or hostile sender." },
	{ "IPV6_NDISC_BAD_OPTIONS",
	  "A neighbour discovery message had malformed options. Broken or hostile sender." },
	{ "IPV6_NDISC_FRAG",
	  "A neighbour discovery message came in fragments, which is forbidden (RFC 6980)." },
	{ "IPV6_NDISC_HOP_LIMIT",
	  "A neighbour discovery message had a hop limit below 255, so it came from beyond the "
	  "link. It may be an attack." },
	{ "IPV6_NDISC_NS_OTHERHOST",
	  "A neighbour asked for another host's address. Normal on a link that floods "
	  "multicast." },
	{ "IPV6_TOO_MANY_EXTHDRS",
	  "An IPv6 packet has more extension headers than this host accepts. Broken or hostile "
	  "sender." },
	{ "IPVLAN_MULTICAST_BACKLOG",
	  "The queue for broadcast and multicast of an ipvlan device was full. See how much "
	  "broadcast the network carries." },
	{ "IP_CSUM",
	  "The IPv4 header had a wrong checksum. It was damaged on the path or by the offload "
	  "of a device." },
	{ "IP_INADDRERRORS",
	  "The destination cannot be reached through this host: forwarding is off, or the route "
	  "says host unreachable. See ip route get ADDRESS and net.ipv4.ip_forward." },
	{ "IP_INHDR",
	  "The IP header was malformed: wrong version or lengths. Broken or hostile sender." },
	{ "IP_INNOROUTES",
	  "No route for a packet that was received, so it could not be forwarded. See ip route "
	  "get ADDRESS." },
	{ "IP_INVALID_DEST",
	  "The destination address is not valid in a packet that comes from a network." },
	{ "IP_INVALID_SOURCE",
	  "The source address is not valid: multicast, broadcast or zero. Broken or spoofing "
	  "sender." },
	{ "IP_LOCALNET",
	  "A packet from the network had a loopback address (127/8). It is spoofed, or NAT to "
	  "127.0.0.1 lacks net.ipv4.conf.DEVICE.route_localnet." },
	{ "IP_LOCAL_SOURCE",
	  "A packet from the network had one of our own addresses as its source. It is spoofed, "
	  "went in a loop, or the address is used twice." },
	{ "IP_NOPROTO",
	  "No protocol handler and no raw socket takes this IP protocol. For a tunnel or VPN: "
	  "is its module loaded?" },
	{ "IP_OUTNOROUTES",
	  "No route for a packet that this host sends. See ip route get ADDRESS." },
	{ "IP_RPFILTER",
	  "Reverse path filter: a reply to this source would leave through another device. With "
	  "asymmetric routes set rp_filter to 2; otherwise the source is spoofed." },
	{ "IP_TUNNEL_ECN",
	  "The ECN bits of a tunnelled packet contradict those of its outer header (RFC 6040)." },
	{ "LOCAL_MAC",
	  "A frame arrived with the MAC address of our own device as its source: there is a "
	  "loop, or the address is used twice." },
	{ "MACVLAN_BROADCAST_BACKLOG",
	  "The queue for broadcast and multicast of a macvlan device was full. See how much "
	  "broadcast the network carries; raise bcqueuelen." },
	{ "MAC_IEEE_MAC_CONTROL",
	  "An Ethernet MAC control frame (such as PAUSE), which is never passed on. Harmless." },
	{ "MAC_INVALID_SOURCE",
	  "The source MAC address is not a unicast address. Broken sender." },
	{ "NEIGH_CREATEFAIL",
	  "No neighbour entry could be made: the ARP or ND table is full. Raise "
	  "net.ipv4.neigh.default.gc_thresh3 or net.ipv6.neigh.default.gc_thresh3." },
	{ "NEIGH_DEAD",
	  "The neighbour entry was removed while a packet waited for it. Rare; the sender tries "
	  "again." },
	{ "NEIGH_FAILED",
	  "The next hop did not answer ARP or neighbour discovery: the host is down, or the "
	  "VLAN or the address is wrong. See ip neigh." },
	{ "NEIGH_HH_FILLFAIL",
	  "The link-layer header for this neighbour could not be built." },
	{ "NEIGH_QUEUEFULL",
	  "Too many packets waited for the address of one neighbour, which is slow or does not "
	  "answer. See ip neigh and unres_qlen_bytes." },
	{ "NETFILTER_DROP",
	  "The firewall dropped it: a rule, the policy of a chain, or a full connection "
	  "tracking table. Counters of nft list ruleset or iptables -nvL say which rule; "
	  "conntrack -S and the kernel's log tell of the table." },
	{ "NOMEM",
	  "The kernel had no memory for the packet at this moment. Look at memory pressure and "
	  "vm.min_free_kbytes." },
	{ "NOT_SPECIFIED",
	  "The kernel gives no reason here. The function says where it happened." },
	{ "NO_SOCKET",
	  "No socket listens at this address and port: a service is down, the port is wrong, or "
	  "a port scan. See ss -lntu." },
	{ "NO_TX_TARGET",
	  "A tunnel or virtual device knows no remote end for this packet. See bridge fdb and "
	  "ip route." },
	{ "OTHERHOST",
	  "The frame was meant for another host's MAC address. Normal with a flooding switch or "
	  "a promiscuous device." },
	{ "PACKET_SOCK_ERROR",
	  "A capture program could not take its copy: its buffer was full, or there was no "
	  "memory. The packet itself was not affected." },
	{ "PFMEMALLOC",
	  "Memory was so short that the packet came from the emergency reserve, which is kept "
	  "for swap over the network. Look at memory pressure." },
	{ "PKT_TOO_BIG",
	  "The packet is longer than the MTU and must not be fragmented. Look for an MTU "
	  "mismatch or blocked ICMP." },
	{ "PKT_TOO_SMALL",
	  "The packet is shorter than its own headers say. Broken or hostile sender." },
	{ "PROTO_MEM",
	  "The memory for all sockets of this protocol is used up. See net.ipv4.udp_mem or "
	  "tcp_mem, and ss -m for who holds it." },
	{ "PSP_INPUT",
	  "PSP encryption: the packet lacks the protection that its connection requires." },
	{ "PSP_OUTPUT",
	  "PSP encryption: the packet would have been sent without the protection that its "
	  "connection requires." },
	{ "QDISC_BURST_DROP",
	  "Too many CPUs sent through one queueing discipline at the same moment. See "
	  "net.core.qdisc_max_burst; a multiqueue discipline (mq) avoids it." },
	{ "QDISC_CONGESTED",
	  "The queueing discipline dropped the packet to tell its sender to slow down (CoDel, "
	  "PIE, RED). Normal on a full link; see tc -s qdisc." },
	{ "QDISC_DROP",
	  "The queueing discipline of the outgoing device dropped it. Causes: its queue is full "
	  "or its policy says so (tc -s qdisc show dev DEVICE counts), or the device has no "
	  "carrier or is going down (ip link; tc counts nothing)." },
	{ "QDISC_DROP_BAND_LIMIT",
	  "The priority band of the fq queueing discipline was full. See tc -s qdisc; raise its "
	  "limit if such bursts are wanted." },
	{ "QDISC_DROP_CONGESTED",
	  "The queueing discipline dropped the packet to tell its sender to slow down (CoDel, "
	  "PIE, RED). Normal on a full link; see tc -s qdisc." },
	{ "QDISC_DROP_FLOOD_PROTECTION",
	  "The CAKE queueing discipline limits a flow that ignores congestion signals. See tc -s "
	  "qdisc." },
	{ "QDISC_DROP_FLOW_LIMIT",
	  "One flow filled its share of the fq or sfq queueing discipline. See tc -s qdisc; "
	  "flow_limit or depth says how much a flow may queue." },
	{ "QDISC_DROP_GENERIC",
	  "The queueing discipline of the outgoing device dropped it. Causes: its queue is full "
	  "or its policy says so (tc -s qdisc show dev DEVICE counts), or the device has no "
	  "carrier or is going down (ip link; tc counts nothing)." },
	{ "QDISC_DROP_HORIZON_LIMIT",
	  "The packet asked to be sent later than the horizon of the fq queueing discipline "
	  "allows. A pacing program or a clock is wrong." },
	{ "QDISC_DROP_L4S_STEP_NON_ECN",
	  "The DualPI2 queueing discipline dropped a packet beyond its step threshold, because "
	  "the packet does not support ECN marks. See tc -s qdisc." },
	{ "QDISC_DROP_MAXFLOWS",
	  "The queueing discipline (sfq) had no free slot for another flow. See tc -s qdisc; "
	  "raise its number of flows." },
	{ "QDISC_DROP_OVERLIMIT",
	  "The queue of the outgoing device was full: more was sent than the link can carry. "
	  "See tc -s qdisc show dev DEVICE; raise its limit only for short bursts." },
	{ "QDISC_OVERLIMIT",
	  "The queue of the outgoing device was full: more was sent than the link can carry. "
	  "See tc -s qdisc show dev DEVICE; raise its limit only for short bursts." },
	{ "QUEUE_PURGE",
	  "A socket or queue was closed with packets left in it. Normal when programs end." },
	{ "RECURSION_LIMIT",
	  "The packet passed through too many stacked devices: tunnels or bridges form a loop." },
	{ "SECURITY_HOOK",
	  "A security module (SELinux, AppArmor, Smack) refused the packet. See the audit log." },
	{ "SKB_BAD_GSO",
	  "A large packet had a malformed segmentation header. A virtual machine or a program "
	  "with a tun or tap device made it." },
	{ "SKB_CSUM",
	  "The checksum could not be computed or verified when it was needed." },
	{ "SKB_GSO_SEG",
	  "A large packet could not be cut into segments. Often a device's offload: try ethtool "
	  "-K DEVICE gso off." },
	{ "SKB_UCOPY_FAULT",
	  "The buffer of a program could not be read or written, as with a tun or tap device. "
	  "An error of that program." },
	{ "SOCKET_BACKLOG",
	  "The program held its socket busy and the backlog filled up meanwhile. Give the "
	  "program CPU, or raise its receive buffer (SO_RCVBUF)." },
	{ "SOCKET_CLOSE",
	  "The socket was closed with packets left that its program had not read. Normal when "
	  "programs end." },
	{ "SOCKET_FILTER",
	  "The filter of the receiving socket, or an eBPF program of its cgroup, refused the "
	  "packet, as its program asked." },
	{ "SOCKET_RCVBUFF",
	  "The receive buffer of the socket was full: its program reads too slowly. ss -uamp "
	  "shows which; make it faster, or raise SO_RCVBUF and net.core.rmem_max." },
	{ "TAP_FILTER",
	  "The filter of a tun or tap device refused the packet, as its program asked." },
	{ "TAP_TXFILTER",
	  "The address filter of a tap device refused the packet, as its program asked." },
	{ "TCP_ABORT_ON_DATA",
	  "Data arrived for a connection that its program had already closed, so the connection "
	  "is reset." },
	{ "TCP_ACK_UNSENT_DATA",
	  "The peer acknowledged bytes that were never sent. Broken or hostile peer, or a "
	  "middlebox." },
	{ "TCP_AOFAILURE",
	  "TCP-AO: the signature is wrong. Do both sides have the same key?" },
	{ "TCP_AOKEYNOTFOUND",
	  "TCP-AO: the peer used a key that is not configured here." },
	{ "TCP_AONOTFOUND",
	  "TCP-AO: a signature is required but missing. Is it configured at the peer?" },
	{ "TCP_AOUNEXPECTED",
	  "TCP-AO: the packet is signed but no key is configured here." },
	{ "TCP_AUTH_HDR",
	  "The TCP authentication options (MD5, AO) are malformed or there are two of them." },
	{ "TCP_CLOSE",
	  "The connection is already closed; the packet came too late." },
	{ "TCP_CSUM",
	  "The TCP checksum was wrong. The packet was damaged on the path or by the offload of "
	  "a device." },
	{ "TCP_FASTOPEN",
	  "A TCP Fast Open connection received a packet that its state does not allow." },
	{ "TCP_FLAGS",
	  "The TCP flags make no sense in this state. Port scans look like this." },
	{ "TCP_INVALID_ACK_SEQUENCE",
	  "The acknowledgement number is impossible: a late duplicate, a middlebox, or a forged "
	  "packet." },
	{ "TCP_INVALID_END_SEQUENCE",
	  "The segment reaches beyond the window that was offered. A middlebox or a broken "
	  "peer." },
	{ "TCP_INVALID_SEQUENCE",
	  "The sequence number lies outside the window. Normal for keep-alives and window "
	  "probes, which TCP answers; else a late duplicate, a middlebox that rewrites, or a "
	  "forged packet." },
	{ "TCP_INVALID_SYN",
	  "A SYN arrived within an existing connection. A rebooted peer, or an attack." },
	{ "TCP_LISTEN_OVERFLOW",
	  "The queue of connections that wait for accept() was full. The program accepts too "
	  "slowly or its backlog is small: ss -lnt, net.core.somaxconn." },
	{ "TCP_MD5FAILURE",
	  "TCP MD5: the signature is wrong. Do both sides have the same key?" },
	{ "TCP_MD5NOTFOUND",
	  "TCP MD5: a signature is required but missing. Is it configured at the peer?" },
	{ "TCP_MD5UNEXPECTED",
	  "TCP MD5: the packet is signed but no key is configured here." },
	{ "TCP_MINTTL",
	  "The TTL is below what the socket requires (IP_MINTTL, as in the TTL security of "
	  "BGP). The peer is too far away, or the packet is forged." },
	{ "TCP_OFOMERGE",
	  "Out-of-order data that was received before. The first copy is used; the path "
	  "reorders or duplicates packets." },
	{ "TCP_OFO_DROP",
	  "Out-of-order data was not kept, mostly because it was received before." },
	{ "TCP_OFO_QUEUE_PRUNE",
	  "Out-of-order data was dropped to free receive memory. Heavy loss on the path, or "
	  "small buffers (net.ipv4.tcp_rmem)." },
	{ "TCP_OLD_ACK",
	  "An acknowledgement older than one received before. The path reorders packets; "
	  "harmless." },
	{ "TCP_OLD_DATA",
	  "Data that was received before: an unnecessary retransmission. Harmless in small "
	  "numbers." },
	{ "TCP_OLD_SEQUENCE",
	  "A sequence number from before the window: a late duplicate. Harmless in small "
	  "numbers." },
	{ "TCP_OVERWINDOW",
	  "Data beyond the receive window. The peer ignores the window, or the window was "
	  "reduced." },
	{ "TCP_RESET",
	  "A TCP reset. It ended its connection, or was not valid for it; there is nothing else "
	  "in it to deliver." },
	{ "TCP_RFC7323_PAWS",
	  "The TCP timestamp is older than one seen before (PAWS). Late duplicates, or clients "
	  "behind NAT with different clocks." },
	{ "TCP_RFC7323_PAWS_ACK",
	  "A bare acknowledgement with an old TCP timestamp (PAWS). The path reorders packets; "
	  "harmless." },
	{ "TCP_RFC7323_TSECR",
	  "The echoed TCP timestamp is one that was never sent. Broken or forging peer." },
	{ "TCP_RFC7323_TW_PAWS",
	  "An old TCP timestamp for a connection in TIME-WAIT (PAWS). Clients behind NAT can "
	  "look like this." },
	{ "TCP_TOO_OLD_ACK",
	  "An acknowledgement that is far too old (RFC 5961): a late duplicate, or forged." },
	{ "TCP_ZEROWINDOW",
	  "Data arrived although the receive window was closed: the program here reads too "
	  "slowly. ss -tmp shows which." },
	{ "TC_CHAIN_NOTFOUND",
	  "A tc filter jumped to a chain that does not exist. See tc filter show." },
	{ "TC_COOKIE_ERROR",
	  "An error within tc: a filter could not pass its state on to the next one." },
	{ "TC_EGRESS",
	  "A tc filter or eBPF program on the outgoing side dropped it. See tc filter show dev "
	  "DEVICE egress, bpftool net." },
	{ "TC_INGRESS",
	  "A tc filter or eBPF program on the incoming side dropped it. See tc filter show dev "
	  "DEVICE ingress, bpftool net." },
	{ "TC_RECLASSIFY_LOOP",
	  "The filters of tc sent the packet in a loop. See tc filter show." },
	{ "TUNNEL_TXINFO",
	  "A tunnel device in metadata mode got a packet without tunnel metadata. See the route "
	  "or filter that sends it there." },
	{ "UDP_CSUM",
	  "The UDP checksum was wrong. The packet was damaged on the path or by the offload of "
	  "a device." },
	{ "UNHANDLED_PROTO",
	  "This host has no handler for the protocol. For a received frame: an EtherType such as "
	  "LLDP or spanning tree; harmless." },
	{ "UNICAST_IN_L2_MULTICAST",
	  "A packet for one IP address came in a broadcast or multicast frame. The sender is "
	  "misconfigured, or is a cluster that works this way." },
	{ "UNIX_DISCONNECT",
	  "A Unix domain socket was closed or reconnected with messages in its queue. Not a "
	  "network packet." },
	{ "UNIX_SKIP_OOB",
	  "The reader of a Unix domain socket skipped an out-of-band byte. Not a network "
	  "packet." },
	{ "VXLAN_ENTRY_EXISTS",
	  "VXLAN saw a MAC address at another place than its static entry says. See bridge fdb." },
	{ "VXLAN_INVALID_HDR",
	  "A VXLAN header was malformed or has flags that this device does not support." },
	{ "VXLAN_NO_REMOTE",
	  "A VXLAN device knows no remote end for this packet. See bridge fdb." },
	{ "VXLAN_VNI_NOT_FOUND",
	  "A VXLAN packet for a network identifier that is not configured here. See ip -d link." },
	{ "XDP",
	  "An XDP program dropped the packet, in generic mode. See ip link and bpftool net." },
	{ "XFRM_POLICY",
	  "An IPsec policy refused the packet, mostly because it should have been encrypted. "
	  "See ip xfrm policy." },
};
/* clang-format on */

const size_t explain_n_reasons = sizeof(explain_reasons) / sizeof(explain_reasons[0]);
