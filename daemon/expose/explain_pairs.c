/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Drop points for which the function or the reason alone would be explained wrongly, and names that
 * are explained by their prefix. Checked against the same kernels as explain_symbols.c.
 */
#include "expose/explain.h"

/* clang-format off */
static const char udp4_ignored[] =
	"UDP to a broadcast or multicast address that no socket here listens for. Normal on a "
	"LAN (nstat -az UdpIgnoredMulti counts it). If UdpInErrors rises instead, an IPsec "
	"policy refused the packet or it was cut short.";

static const char udp6_ignored[] =
	"UDP to a multicast address that no socket here listens for (nstat -az "
	"Udp6IgnoredMulti counts it). If Udp6InErrors rises instead, the packet was cut "
	"short.";

static const char answered_ping[] =
	"A ping reply that no ping socket waits for. A raw socket, as most ping programs use, "
	"has received its copy already. Without a ping on this host, it is unsolicited.";

static const char tcp_accept[] =
	"Mostly the end of a connection that this host closed first: the peer's FIN was "
	"handled, and nothing was lost. Before Linux 6.15 also a full accept queue (nstat -az "
	"TcpExtListenOverflows rises) or a program with TCP_DEFER_ACCEPT "
	"(TcpExtTCPDeferAcceptDrop, harmless).";

static const char tcp_do_accept[] =
	"Mostly a full accept queue before Linux 6.15: the program accepts too slowly (nstat "
	"-az TcpExtListenOverflows; ss -lnt). Else a packet that does not fit the state of "
	"its connection.";

static const char tcp_handled[] =
	"TCP has handled this packet: mostly an acknowledgement of a connection that its "
	"other end has closed. Nothing was lost.";

const struct explanation explain_prefixes[] = {
	{ "OVS_DROP_",
	  "Open vSwitch dropped it, mostly because a flow says so. See ovs-appctl "
	  "dpctl/dump-flows and coverage/show." },
	{ "RX_DROP_",
	  "The Wi-Fi stack (mac80211) refused a received frame: not decryptable, a duplicate, "
	  "or not allowed in this state. Some are normal on every Wi-Fi network." },
	{ "genl_",
	  "A message between a program and the kernel (generic netlink), freed after it was "
	  "handled or for lack of a listener. Not a network packet." },
	{ "netlink_",
	  "A message between a program and the kernel (netlink), freed after it was handled or "
	  "for lack of a listener. Not a network packet." },
	{ "nfnetlink_",
	  "A message between a firewall program and the kernel, freed after it was handled. Not "
	  "a network packet." },
	{ "rtnetlink_",
	  "A message between a program and the kernel (rtnetlink), freed after it was handled "
	  "or for lack of a listener. Not a network packet." },
	{ "unix_",
	  "A message on a Unix domain socket that was closed, gone, or refused it. Not a "
	  "network packet." },
	{ "virtio_transport_",
	  "A message of a vsock connection between a virtual machine and its host. Not a "
	  "network packet." },
};

const struct explanation_pair explain_pairs[] = {
	{ "__udp4_lib_rcv", "NOT_SPECIFIED",
	  udp4_ignored },
	{ "__udp6_lib_rcv", "NOT_SPECIFIED",
	  udp6_ignored },
	{ "br_dev_xmit", "NO_TX_TARGET",
	  "A packet was sent to a bridge that has no port to forward it to. Normal for "
	  "multicast while a bridge is empty, as docker0 is without containers. See bridge "
	  "link." },
	{ "cookie_v4_check", "NO_SOCKET",
	  "A client completed a connection by SYN cookie, but the accept queue was full: the "
	  "program accepts too slowly. See ss -lnt and nstat -az TcpExtListenOverflows." },
	{ "cookie_v6_check", "NO_SOCKET",
	  "A client completed a connection by SYN cookie (IPv6), but the accept queue was full: "
	  "the program accepts too slowly. See ss -lnt and nstat -az TcpExtListenOverflows." },
	{ "icmp_rcv", "NO_SOCKET",
	  answered_ping },
	{ "icmp_rcv", "UNHANDLED_PROTO",
	  "An ICMP message of a type that Linux does not know." },
	{ "icmpv6_rcv", "NOT_SPECIFIED",
	  "An ICMPv6 message that was handled (before Linux 6.4), or of a type that this host "
	  "has no use for. Harmless." },
	{ "icmpv6_rcv", "NO_SOCKET",
	  "A ping reply (IPv6) that no ping socket waits for. A raw socket, as most ping "
	  "programs use, has received its copy already. Without a ping on this host, it is "
	  "unsolicited." },
	{ "ip6_forward", "IP_INHDR",
	  "The hop limit of a packet to be forwarded expired: a routing loop, or a "
	  "traceroute." },
	{ "ip6_rcv_core", "UNHANDLED_PROTO",
	  "An IPv6 packet whose header says another version. Broken or hostile sender." },
	{ "ip_forward", "IP_INHDR",
	  "The TTL of a packet to be forwarded expired: a routing loop, or a "
	  "traceroute. See ip route get ADDRESS." },
	{ "ip_rcv_finish_core", "NOT_SPECIFIED",
	  "Mostly IPv4 multicast for a group that this host has not joined, which is normal on "
	  "a LAN. On Linux 6.12 and older also an impossible source or destination address "
	  "(\"martian\"); net.ipv4.conf.all.log_martians logs those." },
	{ "ping_rcv", NULL,
	  answered_ping },
	{ "skb_release_data", NULL,
	  "Nothing was dropped here. A packet that consists of several buffers (GRO, "
	  "reassembled fragments) was freed, and the kernel counts each further buffer, even "
	  "after delivery. If the packet was dropped, its own drop point counts it once." },
	{ "tcp_drop_reason", "NOT_SPECIFIED",
	  tcp_handled },
	{ "tcp_rcv_state_process", "NOT_SPECIFIED",
	  tcp_handled },
	{ "tcp_v4_do_rcv", "NOT_SPECIFIED",
	  tcp_do_accept },
	{ "tcp_v4_rcv", "NOT_SPECIFIED",
	  tcp_accept },
	{ "tcp_v6_do_rcv", "NOT_SPECIFIED",
	  tcp_do_accept },
	{ "tcp_v6_rcv", "NOT_SPECIFIED",
	  tcp_accept },
	{ "udp_rcv", "NOT_SPECIFIED",
	  udp4_ignored },
	{ "udpv6_rcv", "NOT_SPECIFIED",
	  udp6_ignored },
};
/* clang-format on */

const size_t explain_n_prefixes = sizeof(explain_prefixes) / sizeof(explain_prefixes[0]);
const size_t explain_n_pairs = sizeof(explain_pairs) / sizeof(explain_pairs[0]);
