/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "ledger/net_inputs.h"

#include <errno.h>
#include <linux/devlink.h>
#include <linux/genetlink.h>
#include <linux/rtnetlink.h>

#include "ledger/dump.h"
#include "ledger/genl_stats.h"
#include "ledger/rtnl_stats.h"

/* What the functions below, one for each message, work on. */
struct target {
	struct links *links;
	struct reading *reading;
};

static void add_link(const struct message *m, void *arg)
{
	const struct target *to = arg;

	rtnl_stats_link(m, to->links, to->reading);
}

static void add_qdisc(const struct message *m, void *arg)
{
	const struct target *to = arg;

	rtnl_stats_qdisc(m, to->links, to->reading);
}

static void add_queues(const struct message *m, void *arg)
{
	const struct target *to = arg;

	genl_stats_queues(m, to->links, to->reading);
}

static void add_trap(const struct message *m, void *arg)
{
	const struct target *to = arg;

	genl_stats_trap(m, to->reading);
}

int net_inputs_links(struct net_inputs *in, uint64_t deadline_ns, struct reading *r)
{
	const struct ifinfomsg body = { .ifi_family = AF_UNSPEC };
	const struct dump_request request = {
		.protocol = NETLINK_ROUTE,
		.type = RTM_GETLINK,
		.body = { (const uint8_t *)&body, sizeof(body) },
	};

	links_clear(&in->links);
	return dump_run(&request, deadline_ns, add_link, &(struct target){ &in->links, r });
}

int net_inputs_qdiscs(struct net_inputs *in, uint64_t deadline_ns, struct reading *r)
{
	const struct tcmsg body = { .tcm_family = AF_UNSPEC };
	const struct dump_request request = {
		.protocol = NETLINK_ROUTE,
		.type = RTM_GETQDISC,
		.body = { (const uint8_t *)&body, sizeof(body) },
	};

	if (!in->links.n)
		return -ENODEV;
	return dump_run(&request, deadline_ns, add_qdisc, &(struct target){ &in->links, r });
}

static int dump_genl(const char *family, uint8_t command, uint64_t deadline_ns,
		     void (*each)(const struct message *m, void *arg), struct target to)
{
	const struct genlmsghdr body = { .cmd = command, .version = 1 };
	const int id = dump_family(family, deadline_ns);
	const struct dump_request request = {
		.protocol = NETLINK_GENERIC,
		.type = (uint16_t)id,
		.body = { (const uint8_t *)&body, sizeof(body) },
	};

	if (id <= 0)
		return id < 0 ? id : -EOPNOTSUPP;
	return dump_run(&request, deadline_ns, each, &to);
}

int net_inputs_queues(struct net_inputs *in, uint64_t deadline_ns, struct reading *r)
{
	if (!in->links.n)
		return -ENODEV;
	return dump_genl(GENL_STATS_NETDEV, GENL_STATS_NETDEV_QSTATS, deadline_ns, add_queues,
			 (struct target){ &in->links, r });
}

int net_inputs_devlink(struct net_inputs *in, uint64_t deadline_ns, struct reading *r)
{
	return dump_genl(GENL_STATS_DEVLINK, DEVLINK_CMD_TRAP_GET, deadline_ns, add_trap,
			 (struct target){ &in->links, r });
}

int net_inputs_drivers(struct net_inputs *in, uint64_t deadline_ns, struct reading *r)
{
	if (!in->links.n)
		return -ENODEV;
	return driver_query_read(&in->drivers, &in->links, deadline_ns, r);
}

void net_inputs_done(struct net_inputs *in)
{
	links_done(&in->links);
	driver_query_done(&in->drivers);
}
