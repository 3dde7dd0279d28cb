/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/*
 * The counters of devices and of their queueing disciplines in rtnetlink messages. Pure.
 */

#include "base/message.h"
#include "ledger/links.h"
#include "ledger/reading.h"

/**
 * rtnl_stats_link() - the counters of a device: link.rx_dropped, ...
 * @m: any message; only RTM_NEWLINK has them
 * @links: the device is added
 * @r: the counters are added
 *
 * A kernel that is older than a counter sends a shorter struct, without it.
 *
 * Thread: the owner's of @links and @r.
 * Source: rtnetlink(7); net/core/rtnetlink.c rtnl_fill_ifinfo(), Linux 6.12.
 */
void rtnl_stats_link(const struct message *m, struct links *links, struct reading *r);

/**
 * rtnl_stats_qdisc() - the packets that a queueing discipline dropped
 * @m: any message; only RTM_NEWQDISC has them
 * @links: the names of the devices; messages of others are ignored
 * @r: "qdisc.drops" of a root, "ingress.drops" of clsact or ingress; classes are in their root
 *
 * Thread: the owner's of @links and @r.
 * Source: net/sched/sch_api.c tc_fill_qdisc(), Linux 6.12.
 */
void rtnl_stats_qdisc(const struct message *m, const struct links *links, struct reading *r);
