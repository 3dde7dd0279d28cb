/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "ledger/rtnl_stats.h"

#include <linux/gen_stats.h>
#include <linux/if_link.h>
#include <linux/pkt_sched.h>
#include <linux/rtnetlink.h>
#include <string.h>

#define COUNTER(counter, field)                                                                    \
	{                                                                                          \
		counter, offsetof(struct rtnl_link_stats64, field)                                 \
	}

/* The counters of lost packets. */
static const struct {
	const char *name;
	size_t at;
} counters[] = {
	COUNTER("rx_errors", rx_errors),
	COUNTER("tx_errors", tx_errors),
	COUNTER("rx_dropped", rx_dropped),
	COUNTER("tx_dropped", tx_dropped),
	COUNTER("rx_length_errors", rx_length_errors),
	COUNTER("rx_over_errors", rx_over_errors),
	COUNTER("rx_crc_errors", rx_crc_errors),
	COUNTER("rx_frame_errors", rx_frame_errors),
	COUNTER("rx_fifo_errors", rx_fifo_errors),
	COUNTER("rx_missed", rx_missed_errors),
	COUNTER("tx_aborted_errors", tx_aborted_errors),
	COUNTER("tx_carrier_errors", tx_carrier_errors),
	COUNTER("tx_fifo_errors", tx_fifo_errors),
	COUNTER("tx_window_errors", tx_window_errors),
	COUNTER("rx_nohandler", rx_nohandler),
	COUNTER("rx_otherhost_dropped", rx_otherhost_dropped),
};

static void add_link_stats(struct reading *r, const char *device, struct bytes stats)
{
	for (size_t i = 0; i < sizeof(counters) / sizeof(counters[0]); i++) {
		const struct bytes value = bytes_skip(stats, counters[i].at);

		if (value.len >= sizeof(uint64_t))
			reading_add(r, "link", counters[i].name, device, bytes_u64(value));
	}
}

/* A physical or virtio device has no kind. */
static bool has_kind(struct bytes linkinfo)
{
	struct attr a;

	while (attr_next(&linkinfo, &a))
		if (a.type == IFLA_INFO_KIND)
			return true;
	return false;
}

void rtnl_stats_link(const struct message *m, struct links *links, struct reading *r)
{
	struct bytes attrs = bytes_skip(m->data, attr_align(sizeof(struct ifinfomsg)));
	struct bytes stats = { m->data.at, 0 };
	struct link link = { 0 };
	struct ifinfomsg info;
	struct attr a;

	if (m->type != RTM_NEWLINK || m->data.len < sizeof(info))
		return;
	memcpy(&info, m->data.at, sizeof(info));
	link.ifindex = (uint32_t)info.ifi_index;
	link.virtual = info.ifi_flags & IFF_LOOPBACK;
	while (attr_next(&attrs, &a)) {
		if (a.type == IFLA_IFNAME)
			bytes_text(a.data, link.name, sizeof(link.name));
		else if (a.type == IFLA_STATS64)
			stats = a.data;
		else if (a.type == IFLA_LINKINFO)
			link.virtual |= has_kind(a.data);
	}
	if (info.ifi_family != AF_UNSPEC || !link.name[0])
		return;
	links_add(links, &link);
	add_link_stats(r, link.name, stats);
}

/* Set on true only. */
static bool find_drops(struct bytes stats2, uint32_t *ret)
{
	const size_t at = offsetof(struct gnet_stats_queue, drops);
	struct attr a;

	while (attr_next(&stats2, &a)) {
		if (a.type != TCA_STATS_QUEUE || a.data.len < at + sizeof(*ret))
			continue;
		*ret = bytes_u32(bytes_skip(a.data, at));
		return true;
	}
	return false;
}

/* TCA_STATS is the format of older kernels, which newer ones send as well. */
static bool qdisc_drops(struct bytes attrs, uint32_t *ret)
{
	const size_t at = offsetof(struct tc_stats, drops);
	bool found = false;
	struct attr a;

	while (attr_next(&attrs, &a)) {
		if (a.type == TCA_STATS2 && find_drops(a.data, ret))
			return true;
		if (a.type != TCA_STATS || a.data.len < at + sizeof(*ret))
			continue;
		*ret = bytes_u32(bytes_skip(a.data, at));
		found = true;
	}
	return found;
}

static const char *qdisc_group(uint32_t parent)
{
	_Static_assert(TC_H_CLSACT == TC_H_INGRESS, "one case for both");
	switch (parent) {
	case TC_H_ROOT:
		return "qdisc";
	case TC_H_INGRESS:
		return "ingress";
	default:
		return NULL;
	}
}

void rtnl_stats_qdisc(const struct message *m, const struct links *links, struct reading *r)
{
	const struct bytes attrs = bytes_skip(m->data, attr_align(sizeof(struct tcmsg)));
	const char *device, *group;
	struct tcmsg tc;
	uint32_t drops;

	if (m->type != RTM_NEWQDISC || m->data.len < sizeof(tc))
		return;
	memcpy(&tc, m->data.at, sizeof(tc));
	device = links_name(links, (uint32_t)tc.tcm_ifindex);
	group = qdisc_group(tc.tcm_parent);
	if (device && group && qdisc_drops(attrs, &drops))
		reading_add(r, group, "drops", device, drops);
}
