/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "ledger/genl_stats.h"

#include <linux/devlink.h>
#include <linux/genetlink.h>
#include <stdio.h>

/* As in <linux/netdev.h> since Linux 6.9. */
enum {
	QSTATS_IFINDEX = 1,
	QSTATS_RX_ALLOC_FAIL = 12,
	QSTATS_RX_HW_DROPS = 13,
	QSTATS_RX_HW_DROP_OVERRUNS = 14,
	QSTATS_RX_HW_DROP_RATELIMITS = 23,
	QSTATS_TX_HW_DROPS = 24,
	QSTATS_TX_HW_DROP_ERRORS = 25,
	QSTATS_TX_HW_DROP_RATELIMITS = 32,
};

static const char *queue_counter(uint16_t type)
{
	switch (type) {
	case QSTATS_RX_ALLOC_FAIL:
		return "rx_alloc_fail";
	case QSTATS_RX_HW_DROPS:
		return "rx_hw_drops";
	case QSTATS_RX_HW_DROP_OVERRUNS:
		return "rx_hw_drop_overruns";
	case QSTATS_RX_HW_DROP_RATELIMITS:
		return "rx_hw_drop_ratelimits";
	case QSTATS_TX_HW_DROPS:
		return "tx_hw_drops";
	case QSTATS_TX_HW_DROP_ERRORS:
		return "tx_hw_drop_errors";
	case QSTATS_TX_HW_DROP_RATELIMITS:
		return "tx_hw_drop_ratelimits";
	default:
		return NULL;
	}
}

/* The netlink type "uint" has 4 bytes, or 8 if the value takes them. */
static uint64_t bytes_uint(struct bytes b)
{
	return b.len >= sizeof(uint64_t) ? bytes_u64(b) : bytes_u32(b);
}

static struct bytes attrs_of(const struct message *m)
{
	return bytes_skip(m->data, GENL_HDRLEN);
}

static const char *queues_device(struct bytes attrs, const struct links *links)
{
	struct attr a;

	while (attr_next(&attrs, &a))
		if (a.type == QSTATS_IFINDEX)
			return links_name(links, bytes_u32(a.data));
	return NULL;
}

void genl_stats_queues(const struct message *m, const struct links *links, struct reading *r)
{
	struct bytes attrs = attrs_of(m);
	const char *device = queues_device(attrs, links);
	struct attr a;

	if (!device || m->data.at[0] != GENL_STATS_NETDEV_QSTATS)
		return;
	while (attr_next(&attrs, &a)) {
		const char *counter = queue_counter(a.type);

		if (counter && a.data.len >= sizeof(uint32_t))
			reading_add(r, "queue", counter, device, bytes_uint(a.data));
	}
}

struct trap {
	char bus[READING_DEVICE_MAX], name[READING_DEVICE_MAX]; /* of the device */
	bool control; /* for packets that the kernel has to see, such as ARP */
	bool has_dropped;
	uint64_t packets, dropped;
};

static void read_trap_stats(struct bytes stats, struct trap *trap)
{
	struct attr a;

	while (attr_next(&stats, &a)) {
		if (a.type == DEVLINK_ATTR_STATS_RX_PACKETS) {
			trap->packets = bytes_u64(a.data);
		} else if (a.type == DEVLINK_ATTR_STATS_RX_DROPPED) {
			trap->dropped = bytes_u64(a.data);
			trap->has_dropped = true;
		}
	}
}

static void read_trap(struct bytes attrs, struct trap *trap)
{
	struct attr a;

	while (attr_next(&attrs, &a)) {
		switch (a.type) {
		case DEVLINK_ATTR_BUS_NAME:
			bytes_text(a.data, trap->bus, sizeof(trap->bus));
			break;
		case DEVLINK_ATTR_DEV_NAME:
			bytes_text(a.data, trap->name, sizeof(trap->name));
			break;
		case DEVLINK_ATTR_TRAP_TYPE:
			trap->control = !a.data.len || a.data.at[0] == DEVLINK_TRAP_TYPE_CONTROL;
			break;
		case DEVLINK_ATTR_STATS:
			read_trap_stats(a.data, trap);
			break;
		}
	}
}

void genl_stats_trap(const struct message *m, struct reading *r)
{
	char device[2 * READING_DEVICE_MAX];
	struct trap trap = { 0 };

	if (m->data.len < GENL_HDRLEN || m->data.at[0] != DEVLINK_CMD_TRAP_NEW)
		return;
	read_trap(attrs_of(m), &trap);
	if (!trap.bus[0] || !trap.name[0])
		return;
	snprintf(device, sizeof(device), "%s/%s", trap.bus, trap.name);
	if (!trap.control)
		reading_add(r, "devlink", "trapped", "", trap.packets);
	if (trap.has_dropped)
		reading_add(r, "devlink", "rx_dropped", device, trap.dropped);
}
