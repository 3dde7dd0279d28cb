/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Drop reasons, as the kernel names them without SKB_DROP_REASON_. Reasons come and go with
 * kernels; those that were renamed stand here under each name. Read against
 * include/net/dropreason*.h of Linux 6.1, 6.12, 6.18 and 7.2.
 */
#include "base/explain_tables.h"

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
	  "The frame came in on a bridge port that spanning tree has not put into forwarding. "
	  "Normal while a port comes up; see bridge link." },
	{ "CAKE_FLOOD",
	  "The CAKE queueing discipline holds back a flow that does not slow down (its BLUE "
	  "algorithm). See tc -s qdisc." },
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
	  "The link-layer header could not be read or built, mostly a malformed frame from a "
	  "tunnel or a tap device." },
	{ "DEV_READY",
	  "The device was not ready: down, without a driver's queue, or its other end (a veth "
	  "peer, a tap reader) is missing. See ip link." },
	{ "DUALPI2_STEP_DROP",
	  "The DualPI2 queueing discipline dropped a packet beyond its step threshold that "
	  "could not be marked with ECN. See tc -s qdisc." },
	{ "DUP_FRAG",
	  "An IP fragment arrived that was there already or overlapped another one. Duplicates "
	  "on the path are harmless; overlaps are suspicious." },
	{ "FQ_BAND_LIMIT",
	  "The fq queueing discipline's priority band was full. See tc -s qdisc; raise its "
	  "limit if the bursts are wanted." },
	{ "FQ_FLOW_LIMIT",
	  "One flow filled its share of the fq queueing discipline. See tc -s qdisc; flow_limit "
	  "says how much a flow may queue." },
	{ "FQ_HORIZON_LIMIT",
	  "A packet asked to be sent later than fq's horizon allows. A pacing program or a "
	  "clock is wrong." },
	{ "FRAG_REASM_TIMEOUT",
	  "Some fragments of an IP packet never came, so the rest was thrown away. Fragments "
	  "are lost on the path; mind the MTU." },
	{ "FRAG_TOO_FAR",
	  "Fragments of one sender were too far apart: too many other packets came between "
	  "(ipfrag_max_dist)." },
	{ "FULL_RING",
	  "The ring towards a tap, tun or virtual device was full: the program or guest behind "
	  "it reads too slowly. Raise its queue length." },
	{ "HDR_TRUNC",
	  "The headers could not be read whole from the packet; it is malformed or truncated." },
	{ "ICMP_CSUM",
	  "An ICMP message had a wrong checksum: damaged on the path, or by a device's offload." },
	{ "INVALID_PROTO",
	  "The message is one that its protocol forbids here, such as an ICMP timestamp request "
	  "to a broadcast address." },
	{ "IPV6DISABLED",
	  "IPv6 arrived on a device where it is switched off. No trouble unless IPv6 is wanted "
	  "there (disable_ipv6)." },
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
	  "link. Suspicious." },
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
	  "The IPv4 header's checksum was wrong: damaged on the path or by a device's offload." },
	{ "IP_INADDRERRORS",
	  "The destination address cannot be reached from here: the route says host "
	  "unreachable. See ip route get." },
	{ "IP_INHDR",
	  "The IP header was malformed: wrong version or lengths. Broken or hostile sender." },
	{ "IP_INNOROUTES",
	  "No route for a packet that came in, so it could not be forwarded. See ip route get." },
	{ "IP_INVALID_DEST",
	  "The destination address is not a valid one for a packet on the wire." },
	{ "IP_INVALID_SOURCE",
	  "The source address cannot be one: multicast, broadcast or zero. Broken or spoofing "
	  "sender." },
	{ "IP_LOCALNET",
	  "A loopback address (127/8) turned up on the wire. Spoofed, or NAT to 127.0.0.1 "
	  "without route_localnet." },
	{ "IP_LOCAL_SOURCE",
	  "A packet from outside carried one of our own addresses as its source. Spoofed, or a "
	  "loop, or a duplicate address." },
	{ "IP_NOPROTO",
	  "No handler for this IP protocol, so nobody wants it. For a tunnel or VPN: is its "
	  "module loaded?" },
	{ "IP_OUTNOROUTES",
	  "No route for a packet that this host sends. See ip route get." },
	{ "IP_RPFILTER",
	  "Reverse path filter: an answer to this source would leave through another device. "
	  "With asymmetric routes set rp_filter to 2; else it is spoofed." },
	{ "IP_TUNNEL_ECN",
	  "The ECN bits of a tunnelled packet contradict those of its outer header, so it has "
	  "to go (RFC 6040)." },
	{ "LOCAL_MAC",
	  "A frame arrived with the source address of our own device: a loop, or a duplicate "
	  "MAC address." },
	{ "MACVLAN_BROADCAST_BACKLOG",
	  "The queue for broadcast and multicast of a macvlan device was full. See how much "
	  "broadcast the network carries; raise bcqueuelen." },
	{ "MAC_IEEE_MAC_CONTROL",
	  "An Ethernet MAC control frame (such as PAUSE), which is never passed on. Harmless." },
	{ "MAC_INVALID_SOURCE",
	  "The source MAC address is no unicast address. Broken sender." },
	{ "NEIGH_CREATEFAIL",
	  "No neighbour entry could be made: the ARP or ND table is full. Raise "
	  "net.ipv4.neigh.default.gc_thresh3, or net.ipv6 likewise." },
	{ "NEIGH_DEAD",
	  "The neighbour entry was being removed while a packet waited for it. Rare; the sender "
	  "tries again." },
	{ "NEIGH_FAILED",
	  "The next hop did not answer ARP or neighbour discovery: host down, wrong VLAN or "
	  "wrong address. See ip neigh." },
	{ "NEIGH_HH_FILLFAIL",
	  "The link-layer header could not be filled in for this neighbour." },
	{ "NEIGH_QUEUEFULL",
	  "Too many packets waited for one neighbour's address. It is slow or does not answer; "
	  "see ip neigh, unres_qlen_bytes." },
	{ "NETFILTER_DROP",
	  "The firewall dropped it: a rule, the policy of a chain, or a full connection "
	  "tracking table. Counters of nft list ruleset or iptables -nvL say which rule; "
	  "conntrack -S and the kernel's log tell of the table." },
	{ "NOMEM",
	  "The kernel had no memory for it at this moment. Look at memory pressure and "
	  "vm.min_free_kbytes." },
	{ "NOT_SPECIFIED",
	  "The kernel gives no reason at this place. The symbol says where it happened." },
	{ "NO_SOCKET",
	  "No socket listens at the packet's address and port. Service down, wrong port, or "
	  "somebody scans; see ss -lntu." },
	{ "NO_TX_TARGET",
	  "A tunnel or virtual device knows no remote end for this packet. See bridge fdb and "
	  "ip route." },
	{ "OTHERHOST",
	  "The frame was meant for another host's MAC address. Normal with a flooding switch or "
	  "a promiscuous device." },
	{ "PACKET_SOCK_ERROR",
	  "A packet socket (a capture) could not take its copy: buffer full or no memory. The "
	  "packet itself went on." },
	{ "PFMEMALLOC",
	  "Memory was so short that the packet came from the emergency reserve, which only swap "
	  "over network may use. Look at memory pressure." },
	{ "PKT_TOO_BIG",
	  "The packet is longer than the MTU and must not be fragmented. Look for an MTU "
	  "mismatch or blocked ICMP." },
	{ "PKT_TOO_SMALL",
	  "The packet is shorter than its own headers say. Broken or hostile sender." },
	{ "PROTO_MEM",
	  "The memory for all sockets of this protocol is used up. See net.ipv4.udp_mem or "
	  "tcp_mem, and who holds it: ss -m." },
	{ "PSP_INPUT",
	  "PSP encryption: the packet does not carry the protection that its connection "
	  "demands." },
	{ "PSP_OUTPUT",
	  "PSP encryption: the packet would have left without the protection that its "
	  "connection demands." },
	{ "QDISC_BURST_DROP",
	  "Too many CPUs sent through one queueing discipline at the same moment. See "
	  "net.core.qdisc_max_burst; a multiqueue discipline (mq) avoids it." },
	{ "QDISC_CONGESTED",
	  "The queueing discipline shed load to signal congestion (as CoDel, PIE or RED do). "
	  "Normal on a full link; see tc -s qdisc." },
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
	  "The CAKE queueing discipline limits a flow that does not slow down when told. See tc "
	  "-s qdisc." },
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
	  "The queue of the outgoing device was full: more was sent than the link takes. See tc "
	  "-s qdisc; raise its limit only for short bursts." },
	{ "QUEUE_PURGE",
	  "A socket or queue was closed with packets left in it. Normal at the end of programs." },
	{ "RECURSION_LIMIT",
	  "The packet went through too many stacked devices: tunnels or bridges loop into each "
	  "other." },
	{ "SECURITY_HOOK",
	  "A security module (SELinux, AppArmor, Smack) or its packet labelling refused it. See "
	  "the audit log." },
	{ "SKB_BAD_GSO",
	  "A large packet had a malformed segmentation header. A virtual machine or a program "
	  "with a tun or tap device made it." },
	{ "SKB_CSUM",
	  "The checksum could not be computed or verified when it was needed." },
	{ "SKB_GSO_SEG",
	  "A large packet could not be cut into segments. Often a device's offload: try ethtool "
	  "-K DEVICE gso off." },
	{ "SKB_UCOPY_FAULT",
	  "A program's buffer could not be read or written, as at a tap or tun device. A fault "
	  "of that program." },
	{ "SOCKET_BACKLOG",
	  "The socket was busy in its program's hands and its backlog full meanwhile. Load, or "
	  "a small receive buffer; raise SO_RCVBUF." },
	{ "SOCKET_CLOSE",
	  "The socket was closed with packets left in it that nobody had read. Normal at the "
	  "end of programs." },
	{ "SOCKET_FILTER",
	  "The filter on the receiving socket, or an eBPF program of its cgroup, did not want "
	  "it. As the program asked." },
	{ "SOCKET_RCVBUFF",
	  "The socket's receive buffer was full: the program reads too slowly. ss -ump shows "
	  "which; raise SO_RCVBUF and net.core.rmem_max, or make it faster." },
	{ "TAP_FILTER",
	  "The filter on a tap or tun device did not want it. As its program asked." },
	{ "TAP_TXFILTER",
	  "The address filter on a tap device did not want it. As its program asked." },
	{ "TCP_ABORT_ON_DATA",
	  "Data arrived for a connection that its program had closed already, so it is reset." },
	{ "TCP_ACK_UNSENT_DATA",
	  "The peer acknowledged bytes that were never sent. Broken or hostile peer, or a "
	  "middlebox." },
	{ "TCP_AOFAILURE",
	  "TCP-AO: the signature is wrong. Do both sides have the same key?" },
	{ "TCP_AOKEYNOTFOUND",
	  "TCP-AO: the peer used a key that is not configured here." },
	{ "TCP_AONOTFOUND",
	  "TCP-AO: a signature was demanded but there is none. Is it configured at the peer?" },
	{ "TCP_AOUNEXPECTED",
	  "TCP-AO: the packet is signed but no key is configured here." },
	{ "TCP_AUTH_HDR",
	  "The TCP authentication options (MD5, AO) are malformed or there are two of them." },
	{ "TCP_CLOSE",
	  "The connection is closed already; the packet came too late." },
	{ "TCP_CSUM",
	  "The TCP checksum was wrong: damaged on the path, or by a device's offload." },
	{ "TCP_FASTOPEN",
	  "A Fast Open connection got a packet that its state does not allow." },
	{ "TCP_FLAGS",
	  "The TCP flags make no sense in this state. Port scans look like this." },
	{ "TCP_INVALID_ACK_SEQUENCE",
	  "The acknowledgement number lies outside what can be: a late duplicate, a middlebox, "
	  "or a forged packet." },
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
	  "TCP MD5: a signature was demanded but there is none. Is it configured at the peer?" },
	{ "TCP_MD5UNEXPECTED",
	  "TCP MD5: the packet is signed but no key is configured here." },
	{ "TCP_MINTTL",
	  "The TTL is below what the socket demands (IP_MINTTL, as for BGP's TTL security). "
	  "Peer too far away, or forged." },
	{ "TCP_OFOMERGE",
	  "Out-of-order data that was there already. The first copy is used; the path reorders "
	  "or duplicates." },
	{ "TCP_OFO_DROP",
	  "Out-of-order data was not kept, mostly since it was there already." },
	{ "TCP_OFO_QUEUE_PRUNE",
	  "Out-of-order data was thrown away to free receive memory. Heavy loss on the path, or "
	  "small buffers (tcp_rmem)." },
	{ "TCP_OLD_ACK",
	  "An acknowledgement older than one received before. The path reorders; harmless." },
	{ "TCP_OLD_DATA",
	  "Data that was received before. A retransmission that was not needed; harmless in "
	  "small numbers." },
	{ "TCP_OLD_SEQUENCE",
	  "A sequence number from before the window: a late duplicate. Harmless in small "
	  "numbers." },
	{ "TCP_OVERWINDOW",
	  "Data beyond the receive window. The peer ignores the window, or it was shrunk." },
	{ "TCP_RESET",
	  "A TCP reset: it ended its connection or was not valid for it. There is nothing more "
	  "in it to deliver." },
	{ "TCP_RFC7323_PAWS",
	  "The TCP timestamp is older than one seen before (PAWS). Late duplicates, or clients "
	  "behind NAT with different clocks." },
	{ "TCP_RFC7323_PAWS_ACK",
	  "A bare acknowledgement with an old TCP timestamp (PAWS). The path reorders; "
	  "harmless." },
	{ "TCP_RFC7323_TSECR",
	  "The echoed TCP timestamp is one that was never sent. Broken or forging peer." },
	{ "TCP_RFC7323_TW_PAWS",
	  "An old TCP timestamp for a connection in TIME-WAIT (PAWS). Clients behind NAT can "
	  "look like this." },
	{ "TCP_TOO_OLD_ACK",
	  "An acknowledgement far older than any that could be honest (RFC 5961). Late, or "
	  "forged." },
	{ "TCP_ZEROWINDOW",
	  "Data came although the window was closed: the program here reads too slowly. ss -tmp "
	  "shows which." },
	{ "TC_CHAIN_NOTFOUND",
	  "A tc filter jumped to a chain that does not exist. See tc filter show." },
	{ "TC_COOKIE_ERROR",
	  "An error within tc: what one filter noted for the next could not be kept." },
	{ "TC_EGRESS",
	  "A tc filter or eBPF program on the outgoing side dropped it. See tc filter show dev "
	  "DEVICE egress, bpftool net." },
	{ "TC_INGRESS",
	  "A tc filter or eBPF program on the incoming side dropped it. See tc filter show dev "
	  "DEVICE ingress, bpftool net." },
	{ "TC_RECLASSIFY_LOOP",
	  "Filters of tc sent the packet round in circles. See tc filter show." },
	{ "TUNNEL_TXINFO",
	  "A tunnel device in metadata mode got a packet without tunnel metadata. See the route "
	  "or filter that sends it there." },
	{ "UDP_CSUM",
	  "The UDP checksum was wrong: damaged on the path, or by a device's offload." },
	{ "UNHANDLED_PROTO",
	  "Nobody here handles this protocol. For a received frame: an EtherType such as LLDP "
	  "or spanning tree; harmless." },
	{ "UNICAST_IN_L2_MULTICAST",
	  "A unicast IP packet came in a broadcast or multicast frame. Misconfigured sender, or "
	  "a cluster's trick." },
	{ "UNIX_DISCONNECT",
	  "A Unix domain socket was closed or reconnected with messages on their way. Not a "
	  "packet of the network." },
	{ "UNIX_SKIP_OOB",
	  "An out-of-band byte of a Unix domain socket was skipped by its reader. Not a packet "
	  "of the network." },
	{ "VXLAN_ENTRY_EXISTS",
	  "VXLAN learned a MAC address that a static entry holds elsewhere. See bridge fdb." },
	{ "VXLAN_INVALID_HDR",
	  "A VXLAN header was malformed, or has flags that this device does not know." },
	{ "VXLAN_NO_REMOTE",
	  "A VXLAN device knows no remote end for this packet. See bridge fdb." },
	{ "VXLAN_VNI_NOT_FOUND",
	  "A VXLAN packet for a network identifier that is not configured here. See ip -d link." },
	{ "XDP",
	  "An XDP program dropped it, in the generic path. See ip link and bpftool net." },
	{ "XFRM_POLICY",
	  "IPsec policy refused it: not encrypted where it should be, or the wrong way round. "
	  "See ip xfrm policy." },
};
/* clang-format on */

const size_t explain_n_reasons = sizeof(explain_reasons) / sizeof(explain_reasons[0]);
