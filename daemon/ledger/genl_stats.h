/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/*
 * The counters of queues and of devlink traps in generic netlink messages. Pure.
 */

#include "base/message.h"
#include "ledger/links.h"
#include "ledger/reading.h"

#define GENL_STATS_NETDEV	 "netdev"
#define GENL_STATS_NETDEV_QSTATS 12 /* NETDEV_CMD_QSTATS_GET; since Linux 6.9 */
#define GENL_STATS_DEVLINK	 "devlink"

/**
 * genl_stats_queues() - the packets lost in the queues of a device: queue.rx_hw_drops, ...
 * @m: an answer to QSTATS_GET of the family "netdev"
 * @links: the names of the devices; messages of others are ignored
 * @r: the counters are added
 *
 * Thread: the owner's of @links and @r.
 * Source: Documentation/netlink/specs/netdev.yaml, Linux 6.12.
 */
void genl_stats_queues(const struct message *m, const struct links *links, struct reading *r);

/**
 * genl_stats_trap() - the packets of a devlink trap
 * @m: an answer to DEVLINK_CMD_TRAP_GET
 * @r: "devlink.trapped" of all devices, and "devlink.rx_dropped" of the device "bus/name"
 *
 * devlink.trapped counts what the drop monitor reports: the packets of traps for drops and
 * exceptions that the device passed to the kernel, whatever the action of the trap is now.
 * devlink.rx_dropped counts packets that the device dropped without passing them on.
 *
 * Thread: the owner's of @r.
 * Source: net/devlink/trap.c devlink_nl_trap_fill(), devlink_trap_report(), Linux 6.12.
 */
void genl_stats_trap(const struct message *m, struct reading *r);
