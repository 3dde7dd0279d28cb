/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Counters of TCP, and what /proc/net/netstat lists with them (TcpExt). Checked against net/ of
 * Linux 6.1, 6.12 and 7.2.
 *
 * TCP frees with tcp_drop_reason(), which is a function of its own since Linux 7: before, the drop
 * point is its caller.
 */
#include "base/counters.h"

#define RECEIVE	  "tcp_v4_rcv\ntcp_v6_rcv"
#define SOCKET	  "tcp_v4_do_rcv\ntcp_v6_do_rcv"
#define COOKIE	  "cookie_v4_check\ncookie_v6_check"
#define ANY_STATE "tcp_validate_incoming\ntcp_rcv_state_process\ntcp_drop_reason"

/* clang-format off */
static const struct counter counters[] = {
	{ "Tcp.InErrs", COUNTER_NETNS, COUNTER_PART,
	  POINTS({ RECEIVE "\n" SOCKET "\ntcp_rcv_established\ntcp_drop_reason",
		   "PKT_TOO_SMALL\nPSP_*" },
		 { "tcp_validate_incoming\ntcp_drop_reason", "TCP_INVALID_SYN" }),
	  ELSEWHERE("Tcp.InCsumErrors"),
	  .why = "A bad header length, or a SYN in the middle of a connection; a SYN while a "
		 "connection begins is dropped at the same point, but not counted." },
	{ "Tcp.InCsumErrors", COUNTER_NETNS, COUNTER_SAME, POINTS({ .reason = "TCP_CSUM" }),
	  .why = "A wrong checksum is counted where the segment is dropped." },

	{ "TcpExt.ListenOverflows", COUNTER_NETNS, COUNTER_NO_EVENT,
	  POINTS({ RECEIVE, "TCP_LISTEN_OVERFLOW" }, { COOKIE, "NO_SOCKET" },
		 { SOCKET, "NOT_SPECIFIED" }),
	  .why = "A SYN that meets a full accept queue is discarded without a drop event; the "
		 "last packet of a handshake is dropped, which up to Linux 6.12 looks like the "
		 "normal end of a connection." },
	{ "TcpExt.ListenDrops", COUNTER_NETNS, COUNTER_NO_EVENT,
	  POINTS({ COOKIE }),
	  ELSEWHERE("TcpExt.ListenOverflows", "TcpExt.TCPReqQFullDrop"),
	  .why = "Includes ListenOverflows and TCPReqQFullDrop; the rest are connection requests "
		 "without a route or memory, mostly without a drop event." },
	{ "TcpExt.TCPReqQFullDrop", COUNTER_NETNS, COUNTER_NO_EVENT,
	  .why = "A SYN for a full queue of half-open connections is discarded without a drop "
		 "event, if net.ipv4.tcp_syncookies is 0." },
	{ "TcpExt.TCPDeferAcceptDrop", COUNTER_NETNS, COUNTER_PART,
	  POINTS({ RECEIVE, "NOT_SPECIFIED" }),
	  .why = "The socket waits for data (TCP_DEFER_ACCEPT), so the empty acknowledgement is "
		 "dropped; normal ends of connections are dropped at the same point." },
	{ "TcpExt.SyncookiesFailed", COUNTER_NETNS, COUNTER_PART,
	  POINTS({ SOCKET, "NOT_SPECIFIED\nTCP_FLAGS" }),
	  .why = "An acknowledgement without a valid SYN cookie is answered by a reset and "
		 "dropped, as are other packets that do not fit a listening socket." },
	{ "TcpExt.EmbryonicRsts", COUNTER_NETNS, COUNTER_PART,
	  POINTS({ RECEIVE }, { "tcp_rcv_state_process\ntcp_drop_reason" }),
	  .why = "A reset or a bad SYN ended a half-open connection, and is then dropped where "
		 "other handled packets are." },
	{ "TcpExt.TCPBacklogDrop", COUNTER_NETNS, COUNTER_SAME,
	  POINTS({ RECEIVE, "SOCKET_BACKLOG" }),
	  .why = "A segment for a busy socket with a full backlog is counted where it is "
		 "dropped." },
	{ "TcpExt.PFMemallocDrop", COUNTER_NETNS, COUNTER_NO_EVENT,
	  POINTS({ .reason = "PFMEMALLOC\nSOCKET_FILTER" }),
	  .why = "A packet that took the memory reserve of the kernel; up to Linux 6.12 it is "
		 "dropped as if by a socket filter, and not every protocol reports it." },
	{ "TcpExt.TCPMinTTLDrop", COUNTER_NETNS, COUNTER_NO_EVENT,
	  POINTS({ RECEIVE, "TCP_MINTTL\nNOT_SPECIFIED" }),
	  .why = "A segment below the socket's IP_MINTTL is dropped; an ICMP error about such a "
		 "connection is ignored without a drop event." },
	{ "TcpExt.TCPRcvQDrop", COUNTER_NETNS, COUNTER_PART,
	  POINTS({ "tcp_data_queue\ntcp_drop_reason", "PROTO_MEM" }, { "tcp_send_rcvq" }),
	  .why = "No memory for data in order; out-of-order data (TCPOFODrop) is dropped at the "
		 "same point." },
	{ "TcpExt.TCPOFODrop", COUNTER_NETNS, COUNTER_PART,
	  POINTS({ "tcp_data_queue\ntcp_drop_reason", "PROTO_MEM" }),
	  .why = "No memory for out-of-order data; data in order (TCPRcvQDrop) is dropped at the "
		 "same point." },
	{ "TcpExt.TCPZeroWindowDrop", COUNTER_NETNS, COUNTER_SAME,
	  POINTS({ .reason = "TCP_ZEROWINDOW" }),
	  .why = "Data for a full receive buffer (window 0) is counted where it is dropped." },
	{ "TcpExt.OfoPruned", COUNTER_NETNS, COUNTER_PART,
	  POINTS({ .reason = "TCP_OFO_QUEUE_PRUNE" }),
	  .why = "Counts how often a queue of out-of-order data was pruned; each time drops one or "
		 "more packets." },
	{ "TcpExt.PAWSActive", COUNTER_NETNS, COUNTER_PART,
	  POINTS({ SOCKET, "NOT_SPECIFIED\nTCP_RFC7323_PAWS" }),
	  .why = "An answer to our SYN with a wrong timestamp; on Linux 6.1 other packets that "
		 "do not fit the connection are dropped at the same point." },
	{ "TcpExt.PAWSEstab", COUNTER_NETNS, COUNTER_PART,
	  POINTS({ RECEIVE "\n" ANY_STATE, "TCP_RFC7323_PAWS\nNOT_SPECIFIED" }),
	  .why = "A segment whose timestamp is too old; up to Linux 6.12 it is partly dropped "
		 "where handled packets are." },
	{ "TcpExt.PAWSOldAck", COUNTER_NETNS, COUNTER_SAME,
	  POINTS({ .reason = "TCP_RFC7323_PAWS_ACK" }),
	  .why = "A late acknowledgement is counted where it is dropped." },
	{ "TcpExt.PAWSTimewait", COUNTER_NETNS, COUNTER_SAME,
	  POINTS({ .reason = "TCP_RFC7323_TW_PAWS" }),
	  .why = "A segment with an old timestamp for a closed connection is counted where it "
		 "is dropped." },
	{ "TcpExt.TSEcrRejected", COUNTER_NETNS, COUNTER_PART,
	  POINTS({ RECEIVE "\n" ANY_STATE, "TCP_RFC7323_TSECR\nNOT_SPECIFIED" }),
	  .why = "The last packet of a handshake echoed a wrong timestamp; with TCP Fast Open "
		 "it is dropped where handled packets are." },
	{ "TcpExt.BeyondWindow", COUNTER_NETNS, COUNTER_PART,
	  POINTS({ .reason = "TCP_OVERWINDOW\nTCP_INVALID_SEQUENCE\nTCP_INVALID_END_SEQUENCE" }),
	  .why = "Data beyond the receive window; resets outside the window are dropped for the "
		 "same reasons." },
	{ "TcpExt.TCPMD5NotFound", COUNTER_NETNS, COUNTER_SAME,
	  POINTS({ .reason = "TCP_MD5NOTFOUND" }),
	  .why = "A segment without the required signature is counted where it is dropped." },
	{ "TcpExt.TCPMD5Unexpected", COUNTER_NETNS, COUNTER_SAME,
	  POINTS({ .reason = "TCP_MD5UNEXPECTED" }),
	  .why = "A segment with an unexpected signature is counted where it is dropped." },
	{ "TcpExt.TCPMD5Failure", COUNTER_NETNS, COUNTER_SAME,
	  POINTS({ .reason = "TCP_MD5FAILURE" }),
	  .why = "A segment with a wrong signature is counted where it is dropped." },
	{ "TcpExt.TCPAORequired", COUNTER_NETNS, COUNTER_PART,
	  POINTS({ .reason = "TCP_AONOTFOUND" }),
	  .why = "A segment without the required signature (TCP-AO), of a peer that has a key." },
	{ "TcpExt.TCPAOBad", COUNTER_NETNS, COUNTER_PART, POINTS({ .reason = "TCP_AOFAILURE" }),
	  .why = "A segment with a wrong signature (TCP-AO)." },
	{ "TcpExt.TCPAOKeyNotFound", COUNTER_NETNS, COUNTER_PART,
	  POINTS({ .reason = "TCP_AOKEYNOTFOUND\nTCP_AOUNEXPECTED" }),
	  .why = "A segment signed with an unknown key (TCP-AO)." },
	{ "TcpExt.TCPAODroppedIcmps", COUNTER_NETNS, COUNTER_NO_EVENT,
	  .why = "An ICMP error for a connection with TCP-AO is ignored without a drop event." },
	{ "TcpExt.LockDroppedIcmps", COUNTER_NETNS, COUNTER_NO_EVENT,
	  .why = "An ICMP error for a socket that is in use by a program is ignored without a "
		 "drop event." },
	{ "TcpExt.OutOfWindowIcmps", COUNTER_NETNS, COUNTER_NO_EVENT,
	  .why = "An ICMP error about a segment that is not in flight is ignored without a drop "
		 "event." },
	{ "TcpExt.IPReversePathFilter", COUNTER_NETNS, COUNTER_SAME,
	  POINTS({ "ip_rcv_finish_core", "IP_RPFILTER" }),
	  .why = "A packet refused by rp_filter is counted where it is dropped." },
};
/* clang-format on */

const struct counter_table counters_tcp = { counters, sizeof(counters) / sizeof(counters[0]) };
