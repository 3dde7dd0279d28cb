/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Counters of devices, queues, CPUs, connection tracking and neighbours. Checked against net/ of
 * Linux 6.1, 6.12 and 7.2, and against include/uapi/linux/if_link.h for what drivers count.
 *
 * A driver may count a packet of its own device in any of these, with or without a drop event, and
 * a bond adds up the counters of its ports. So the counters of a device are not compared exactly.
 */
#include "base/counters.h"

/* A packet for a full queue, or one that the queue gave up later (CoDel, CAKE). */
#define TRANSMIT "__dev_queue_xmit\nkfree_skb_list_reason\n__tcf_kfree_skb_list"
#define DEQUEUE                                                                                    \
	"codel_qdisc_dequeue\nfq_codel_dequeue\ncake_dequeue\nnetem_dequeue\n"                     \
	"tbf_dequeue\ndrop_func"

static const char neighbour_queue[] =
	"A packet for the full queue of a neighbour that has not answered yet is "
	"counted where it is dropped.";
static const char neighbour_table[] =
	"The neighbour table had no room; not every new neighbour is for a packet "
	"that is then dropped.";
static const char no_skb[] = "The device dropped these packets before the kernel received them.";
static const char rate_limit[] = "The device dropped packets beyond its rate limit.";
static const char allowance[] = "The cloud provider queued or dropped packets beyond the "
				"allowance of the virtual machine.";
static const char transmit_error[] = "The device did not send these packets; the kernel had handed "
				     "them over.";

/* clang-format off */
static const struct counter counters[] = {
	{ "link.rx_dropped", COUNTER_DEVICE, COUNTER_NO_EVENT,
	  POINTS({ "enqueue_to_backlog" }, { "__netif_receive_skb_core", "UNHANDLED_PROTO" },
		 { "gro_cells_receive\ntun_get_user\nveth_xdp_rcv_skb" }),
	  .why = "Counted by the core (full CPU backlog, unknown EtherType) and by the driver, "
		 "which often drops before there is an skb." },
	{ "link.rx_nohandler", COUNTER_DEVICE, COUNTER_NO_EVENT,
	  POINTS({ "__netif_receive_skb_core", "UNHANDLED_PROTO" }),
	  .why = "Frames at an inactive port of a bond or team; the bond counts those of its "
		 "ports as well." },
	{ "link.rx_otherhost_dropped", COUNTER_DEVICE, COUNTER_SAME,
	  POINTS({ "ip_rcv_core\nip6_rcv_core", "OTHERHOST" }),
	  .why = "An IP packet for another MAC address is counted where it is dropped." },
	{ "link.rx_missed", COUNTER_DEVICE, COUNTER_NO_EVENT,
	  .why = "The receive ring was full: the network card dropped these packets before the "
		 "kernel received them." },
	{ "link.rx_errors", COUNTER_DEVICE, COUNTER_NO_EVENT,
	  ELSEWHERE("link.rx_length_errors", "link.rx_crc_errors", "link.rx_frame_errors"),
	  .why = "All bad packets that the device received; it drops most of them before there "
		 "is an skb." },
	{ "link.rx_length_errors", COUNTER_DEVICE, COUNTER_NO_EVENT, .why = no_skb },
	{ "link.rx_crc_errors", COUNTER_DEVICE, COUNTER_NO_EVENT, .why = no_skb },
	{ "link.rx_frame_errors", COUNTER_DEVICE, COUNTER_NO_EVENT, .why = no_skb },
	{ "link.rx_fifo_errors", COUNTER_DEVICE, COUNTER_NO_EVENT, .why = no_skb },
	{ "link.rx_over_errors", COUNTER_DEVICE, COUNTER_NO_EVENT, .why = no_skb },
	{ "link.tx_dropped", COUNTER_DEVICE, COUNTER_NO_EVENT,
	  POINTS({ TRANSMIT "\nvalidate_xmit_skb\nveth_xmit\ntun_net_xmit\n__dev_forward_skb2\n"
			    "skb_do_redirect" }),
	  .why = "Counted by the driver (full tun queue, veth peer that is down) and by the "
		 "core (device down, loop of virtual devices); not every driver reports a drop." },
	{ "link.tx_errors", COUNTER_DEVICE, COUNTER_NO_EVENT,
	  ELSEWHERE("link.tx_aborted_errors", "link.tx_carrier_errors", "link.tx_fifo_errors",
		    "link.tx_window_errors"),
	  .why = "All packets that the device could not send; the kernel had handed them over." },
	{ "link.tx_aborted_errors", COUNTER_DEVICE, COUNTER_NO_EVENT, .why = transmit_error },
	{ "link.tx_carrier_errors", COUNTER_DEVICE, COUNTER_NO_EVENT, .why = transmit_error },
	{ "link.tx_fifo_errors", COUNTER_DEVICE, COUNTER_NO_EVENT, .why = transmit_error },
	{ "link.tx_window_errors", COUNTER_DEVICE, COUNTER_NO_EVENT, .why = transmit_error },

	{ "qdisc.drops", COUNTER_DEVICE, COUNTER_PART,
	  POINTS({ TRANSMIT "\n" DEQUEUE }, { .reason = "QDISC_DROP*" }, { "__rtnl_unlock" }),
	  .why = "Packets that a queueing discipline dropped; for a device without carrier they "
		 "are dropped at the same points, but not counted." },
	{ "ingress.drops", COUNTER_DEVICE, COUNTER_PART,
	  POINTS({ "__netif_receive_skb_core\n__dev_queue_xmit", "TC_*" }),
	  .why = "Packets that a tc filter dropped, in either direction; an eBPF program "
		 "attached by tcx drops at the same points, but is not counted." },

	{ "softnet.dropped", COUNTER_HOST, COUNTER_SAME,
	  POINTS({ "enqueue_to_backlog", "CPU_BACKLOG\nNOT_SPECIFIED" }),
	  .why = "A packet for the full input queue of a CPU is counted where it is dropped." },
	{ "softnet.flow_limit", COUNTER_HOST, COUNTER_PART,
	  POINTS({ "enqueue_to_backlog", "CPU_BACKLOG" }),
	  .why = "The part of softnet.dropped that one busy flow caused (flow limit)." },

	{ "nf_conntrack.drop", COUNTER_NETNS, COUNTER_PART,
	  POINTS({ "nf_hook_slow", "NETFILTER_DROP" }, { "br_handle_frame\novs_ct_execute" },
		 { .reason = "TC_*" }),
	  .why = "Connection tracking had no room or no memory for a new connection, or refused "
		 "the packet; other parts of the firewall drop at the same point." },
	{ "nf_conntrack.insert_failed", COUNTER_NETNS, COUNTER_PART,
	  POINTS({ "nf_hook_slow", "NETFILTER_DROP" }, { "br_handle_frame\novs_ct_execute" },
		 { .reason = "TC_*" }),
	  .why = "Two packets of one new connection raced, and one was dropped; other parts of "
		 "the firewall drop at the same point." },
	{ "nf_conntrack.early_drop", COUNTER_NETNS, COUNTER_NO_EVENT,
	  .why = "A tracked connection was forgotten to make room for a new one; its next "
		 "packets may be refused." },

	{ "arp_cache.unresolved_discards", COUNTER_HOST, COUNTER_SAME,
	  POINTS({ "__neigh_event_send", "NEIGH_QUEUEFULL", .protocol = "ipv4" }),
	  .why = neighbour_queue },
	{ "arp_cache.table_fulls", COUNTER_HOST, COUNTER_NO_EVENT,
	  POINTS({ "ip_finish_output2", "NEIGH_CREATEFAIL" }), .why = neighbour_table },
	{ "ndisc_cache.unresolved_discards", COUNTER_HOST, COUNTER_SAME,
	  POINTS({ "__neigh_event_send", "NEIGH_QUEUEFULL", .protocol = "ipv6" }),
	  .why = neighbour_queue },
	{ "ndisc_cache.table_fulls", COUNTER_HOST, COUNTER_NO_EVENT,
	  POINTS({ "ip6_finish_output2", "NEIGH_CREATEFAIL" }), .why = neighbour_table },

	{ "queue.rx_hw_drops", COUNTER_DEVICE, COUNTER_NO_EVENT,
	  ELSEWHERE("queue.rx_hw_drop_overruns", "queue.rx_hw_drop_ratelimits"), .why = no_skb },
	{ "queue.rx_hw_drop_overruns", COUNTER_DEVICE, COUNTER_NO_EVENT,
	  .why = "The device had no room for these packets, and dropped them before the kernel "
		 "received them." },
	{ "queue.rx_alloc_fail", COUNTER_DEVICE, COUNTER_NO_EVENT,
	  .why = "The driver had no memory for a packet, and may have dropped it before there "
		 "was an skb." },
	{ "queue.rx_hw_drop_ratelimits", COUNTER_DEVICE, COUNTER_NO_EVENT, .why = rate_limit },
	{ "queue.tx_hw_drops", COUNTER_DEVICE, COUNTER_NO_EVENT,
	  ELSEWHERE("queue.tx_hw_drop_errors", "queue.tx_hw_drop_ratelimits"),
	  .why = transmit_error },
	{ "queue.tx_hw_drop_errors", COUNTER_DEVICE, COUNTER_NO_EVENT, .why = transmit_error },
	{ "queue.tx_hw_drop_ratelimits", COUNTER_DEVICE, COUNTER_NO_EVENT, .why = rate_limit },

	{ "devlink.trapped", COUNTER_HOST, COUNTER_NO_EVENT, POINTS({ .origin = "hardware" }),
	  .why = "Packets that the hardware dropped and passed to the kernel as a sample; they "
		 "are seen only while hardware drops are monitored." },
	{ "devlink.rx_dropped", COUNTER_DEVICE, COUNTER_NO_EVENT,
	  .why = "Packets that the hardware dropped without a sample (trap action drop)." },

	{ "driver.rx_ring_full", COUNTER_DEVICE, COUNTER_NO_EVENT,
	  .why = "The receive ring had no room, so the device dropped these packets." },
	{ "driver.rx_no_buffer", COUNTER_DEVICE, COUNTER_NO_EVENT,
	  .why = "The device or its driver had no buffer or no memory for these packets." },
	{ "driver.rx_limit", COUNTER_DEVICE, COUNTER_NO_EVENT, .why = allowance },
	{ "driver.tx_limit", COUNTER_DEVICE, COUNTER_NO_EVENT, .why = allowance },
	{ "driver.limit", COUNTER_DEVICE, COUNTER_NO_EVENT, .why = allowance },
	{ "driver.xdp_drop", COUNTER_DEVICE, COUNTER_NO_EVENT,
	  .why = "An XDP program in the driver dropped these packets before there was an skb." },
	{ "driver.tx_ring_full", COUNTER_DEVICE, COUNTER_NO_EVENT,
	  .why = "The transmit ring had no room for packets that an XDP program sent." },
	{ "driver.tx_no_link", COUNTER_DEVICE, COUNTER_NO_EVENT,
	  .why = "The link was down when the device should have sent these packets." },
	{ "driver.tx_discard", COUNTER_DEVICE, COUNTER_NO_EVENT, .why = transmit_error },
};
/* clang-format on */

const struct counter_table counters_devices = { counters, sizeof(counters) / sizeof(counters[0]) };
