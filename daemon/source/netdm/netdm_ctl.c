/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Requests to NET_DM. They are not on the path of events: main sends them while it opens and
 * closes, the source thread once a second.
 *
 * The low bits of the sequence number, which every answer repeats, say which request it was. So
 * there is no list of open requests, and a late answer is understood like any other.
 */
#include "source/netdm/netdm_ctl.h"

#include <errno.h>
#include <linux/devlink.h>
#include <linux/genetlink.h>
#include <linux/net_dropmon.h>
#include <netlink/attr.h>
#include <netlink/genl/ctrl.h>
#include <netlink/genl/genl.h>
#include <netlink/msg.h>
#include <netlink/netlink.h>
#include <stdbool.h>
#include <sys/socket.h>
#include <sys/time.h>

#define FAMILY_NAME	"NET_DM"
#define GROUP_NAME	"events"
#define SEQ_BITS	4    /* of the sequence number: enum netdm_ask */
#define ANSWER_MAX	8192 /* NLMSG_GOODSIZE, the kernel's limit */
#define TRAPS_S		1    /* limit of devlink's answer */
#define SKIP_MAX	64   /* other messages skipped by one netdm_ctl_recv() */

#define KERNEL_ENOTSUPP 524 /* include/linux/errno.h; what drop_monitor.c says before Linux 5.4 */

_Static_assert(NETDM_ASKS <= 1 << SEQ_BITS, "a request must fit into its bits");

struct netdm_ctl {
	struct nl_sock *sock; /* immutable */
	uint32_t n_requests;  /* so far; one thread at a time */
	char answer[ANSWER_MAX] __attribute__((aligned(NLMSG_ALIGNTO)));
};

/*
 * A request that changes something is acknowledged, one that reads something is answered.
 * Source: net/core/drop_monitor.c dropmon_ops[], include/uapi/linux/net_dropmon.h, Linux 7.2-rc5.
 */
static const struct request {
	uint8_t cmd;
	uint8_t flag; /* attribute without value; 0 = none */
	bool ack;
} requests[NETDM_ASKS] = {
	[NETDM_ASK_FAMILY] = { CTRL_CMD_GETFAMILY, 0, false },
	[NETDM_ASK_CONFIG] = { NET_DM_CMD_CONFIG, 0, true },
	[NETDM_ASK_CONFIG_GET] = { NET_DM_CMD_CONFIG_GET, 0, false },
	[NETDM_ASK_STATS] = { NET_DM_CMD_STATS_GET, 0, false },
	[NETDM_ASK_START_SW] = { NET_DM_CMD_START, NET_DM_ATTR_SW_DROPS, true },
	[NETDM_ASK_START_HW] = { NET_DM_CMD_START, NET_DM_ATTR_HW_DROPS, true },
	[NETDM_ASK_PROBE_SW] = { NET_DM_CMD_START, NET_DM_ATTR_SW_DROPS, true },
	[NETDM_ASK_PROBE_HW] = { NET_DM_CMD_START, NET_DM_ATTR_HW_DROPS, true },
	[NETDM_ASK_PROBE_CONFIG] = { NET_DM_CMD_CONFIG, 0, true },
	[NETDM_ASK_RESTORE] = { NET_DM_CMD_CONFIG, 0, true },
	[NETDM_ASK_STOP_SW] = { NET_DM_CMD_STOP, NET_DM_ATTR_SW_DROPS, true },
	[NETDM_ASK_STOP_HW] = { NET_DM_CMD_STOP, NET_DM_ATTR_HW_DROPS, true },
};

int netdm_ctl_socket(struct nl_sock **ret)
{
	struct nl_sock *sock = nl_socket_alloc();
	int r;

	if (!sock)
		return -ENOMEM;
	nl_socket_disable_seq_check(sock);
	errno = 0;
	r = genl_connect(sock);
	if (r >= 0)
		r = nl_socket_set_nonblocking(sock);
	if (r < 0) {
		r = errno ? -errno : -EPROTO; /* more precise than libnl's own codes */
		nl_socket_free(sock);
		return r;
	}
	*ret = sock;
	return 0;
}

static int on_trap(struct nl_msg *msg, void *arg)
{
	*(bool *)arg |= nlmsg_hdr(msg)->nlmsg_len >= NLMSG_HDRLEN + GENL_HDRLEN;
	return NL_OK;
}

static bool dump_traps(struct nl_sock *sock)
{
	const struct timeval limit = { .tv_sec = TRAPS_S };
	bool found = false;
	int family;

	nl_socket_disable_auto_ack(sock);
	if (genl_connect(sock) < 0 ||
	    setsockopt(nl_socket_get_fd(sock), SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit)) < 0)
		return false;
	family = genl_ctrl_resolve(sock, DEVLINK_GENL_NAME);
	if (family < 0 ||
	    nl_socket_modify_cb(sock, NL_CB_VALID, NL_CB_CUSTOM, on_trap, &found) < 0 ||
	    genl_send_simple(sock, family, DEVLINK_CMD_TRAP_GET, DEVLINK_GENL_VERSION, NLM_F_DUMP) <
		    0)
		return false;
	nl_recvmsgs_default(sock);
	return found;
}

bool netdm_ctl_has_traps(void)
{
	struct nl_sock *sock = nl_socket_alloc();
	const bool found = sock && dump_traps(sock);

	nl_socket_free(sock);
	return found;
}

int netdm_ctl_new(struct netdm_ctl **ret)
{
	cleanup(netdm_ctl_freep) struct netdm_ctl *c = calloc(1, sizeof(*c));
	int r;

	if (!c)
		return -ENOMEM;
	r = netdm_ctl_socket(&c->sock);
	if (r < 0)
		return r;
	*ret = take(c);
	return 0;
}

int netdm_ctl_fd(const struct netdm_ctl *c)
{
	return nl_socket_get_fd(c->sock);
}

static bool put_config(struct nl_msg *msg, const struct config_netdm *cfg)
{
	if (nla_put_u8(msg, NET_DM_ATTR_ALERT_MODE, (uint8_t)cfg->alert_mode) < 0)
		return false;
	if (cfg->alert_mode == ALERT_MODE_SUMMARY)
		return true;
	return nla_put_u32(msg, NET_DM_ATTR_TRUNC_LEN, cfg->truncate_bytes) >= 0 &&
	       nla_put_u32(msg, NET_DM_ATTR_QUEUE_LEN, cfg->queue_length) >= 0;
}

static bool put_request(struct nl_msg *msg, uint32_t seq, enum netdm_ask ask, uint16_t family,
			const struct config_netdm *cfg)
{
	const int type = ask == NETDM_ASK_FAMILY ? GENL_ID_CTRL : family;
	const int flags = NLM_F_REQUEST | (requests[ask].ack ? NLM_F_ACK : 0);

	if (!genlmsg_put(msg, NL_AUTO_PORT, seq, type, 0, flags, requests[ask].cmd, 1))
		return false;
	if (ask == NETDM_ASK_FAMILY)
		return nla_put_string(msg, CTRL_ATTR_FAMILY_NAME, FAMILY_NAME) >= 0;
	if (ask == NETDM_ASK_CONFIG)
		return put_config(msg, cfg);
	if (ask == NETDM_ASK_PROBE_CONFIG || ask == NETDM_ASK_RESTORE)
		return nla_put_u32(msg, NET_DM_ATTR_QUEUE_LEN, cfg->queue_length) >= 0;
	return !requests[ask].flag || nla_put_flag(msg, requests[ask].flag) >= 0;
}

int netdm_ctl_send(struct netdm_ctl *c, enum netdm_ask ask, uint16_t family,
		   const struct config_netdm *cfg)
{
	const struct sockaddr_nl kernel = { .nl_family = AF_NETLINK };
	const uint32_t seq = ++c->n_requests << SEQ_BITS | ask;
	struct nl_msg *msg = nlmsg_alloc();
	struct nlmsghdr *hdr;
	int r = 0;

	if (!msg)
		return -ENOMEM;
	if (!put_request(msg, seq, ask, family, cfg)) {
		nlmsg_free(msg);
		return -EMSGSIZE;
	}
	hdr = nlmsg_hdr(msg);
	if (sendto(netdm_ctl_fd(c), hdr, hdr->nlmsg_len, MSG_DONTWAIT,
		   (const struct sockaddr *)&kernel, sizeof(kernel)) < 0)
		r = -errno;
	nlmsg_free(msg);
	return r;
}

/* An attribute as a number; 0 if it is absent or too short for one. */
static uint64_t attr_number(const struct nlattr *nla)
{
	if (!nla || nla_len(nla) < 1)
		return 0;
	if (nla_len(nla) >= 8)
		return nla_get_u64(nla);
	if (nla_len(nla) >= 4)
		return nla_get_u32(nla);
	return nla_len(nla) >= 2 ? nla_get_u16(nla) : nla_get_u8(nla);
}

/* The group named "events", or else the id that it always had. */
static uint32_t find_group(struct nlattr *groups)
{
	struct nlattr *tb[CTRL_ATTR_MCAST_GRP_MAX + 1], *nla;
	int rest;

	if (!groups)
		return NET_DM_GRP_ALERT;
	nla_for_each_nested(nla, groups, rest)
	{
		if (nla_parse_nested(tb, CTRL_ATTR_MCAST_GRP_MAX, nla, NULL) < 0)
			continue;
		if (!tb[CTRL_ATTR_MCAST_GRP_NAME] || !tb[CTRL_ATTR_MCAST_GRP_ID])
			continue;
		if (nla_strcmp(tb[CTRL_ATTR_MCAST_GRP_NAME], GROUP_NAME) == 0)
			return (uint32_t)attr_number(tb[CTRL_ATTR_MCAST_GRP_ID]);
	}
	return NET_DM_GRP_ALERT;
}

/* Attribute type 0 is valid here: NET_DM_ATTR_STATS_DROPPED. */
static uint64_t stats_dropped(struct nlattr *stats)
{
	struct nlattr *nla;
	int rest;

	if (!stats)
		return 0;
	nla_for_each_nested(nla, stats, rest)
	{
		if (nla_type(nla) == NET_DM_ATTR_STATS_DROPPED)
			return attr_number(nla);
	}
	return 0;
}

static bool read_family(struct nlmsghdr *hdr, struct netdm_answer *a)
{
	struct nlattr *tb[CTRL_ATTR_MAX + 1];

	if (hdr->nlmsg_type != GENL_ID_CTRL || genlmsg_parse(hdr, 0, tb, CTRL_ATTR_MAX, NULL) < 0 ||
	    !tb[CTRL_ATTR_FAMILY_ID])
		return false;
	a->family = (uint16_t)attr_number(tb[CTRL_ATTR_FAMILY_ID]);
	a->group = find_group(tb[CTRL_ATTR_MCAST_GROUPS]);
	return true;
}

static bool read_reply(struct nlmsghdr *hdr, struct netdm_answer *a)
{
	struct nlattr *tb[NET_DM_ATTR_MAX + 1];

	if (!genlmsg_valid_hdr(hdr, 0))
		return false;
	if (a->ask == NETDM_ASK_FAMILY)
		return read_family(hdr, a);
	if (genlmsg_parse(hdr, 0, tb, NET_DM_ATTR_MAX, NULL) < 0)
		return false;
	a->alert_mode = (uint8_t)attr_number(tb[NET_DM_ATTR_ALERT_MODE]);
	a->truncate_bytes = (uint32_t)attr_number(tb[NET_DM_ATTR_TRUNC_LEN]);
	a->queue_length = (uint32_t)attr_number(tb[NET_DM_ATTR_QUEUE_LEN]);
	a->queue_drops = stats_dropped(tb[NET_DM_ATTR_STATS]);
	a->hw_queue_drops = stats_dropped(tb[NET_DM_ATTR_HW_STATS]);
	return true;
}

static bool read_answer(struct nlmsghdr *hdr, size_t len, struct netdm_answer *ret)
{
	struct netdm_answer a = { 0 };

	if (!nlmsg_ok(hdr, (int)len) || (hdr->nlmsg_seq & ((1 << SEQ_BITS) - 1)) >= NETDM_ASKS)
		return false;
	a.ask = hdr->nlmsg_seq & ((1 << SEQ_BITS) - 1);
	if (hdr->nlmsg_type == NLMSG_ERROR) {
		if (nlmsg_datalen(hdr) < (int)sizeof(struct nlmsgerr))
			return false;
		a.error = ((struct nlmsgerr *)nlmsg_data(hdr))->error;
		if (a.error == -KERNEL_ENOTSUPP)
			a.error = -EOPNOTSUPP;
	} else if (!read_reply(hdr, &a)) {
		return false;
	}
	*ret = a;
	return true;
}

/* The kernel sends one answer per datagram; anything after it is ignored. */
int netdm_ctl_recv(struct netdm_ctl *c, struct netdm_answer *ret)
{
	struct sockaddr_nl from;
	struct iovec iov = { c->answer, sizeof(c->answer) };

	for (int i = 0; i < SKIP_MAX; i++) {
		struct msghdr mh = { .msg_name = &from,
				     .msg_namelen = sizeof(from),
				     .msg_iov = &iov,
				     .msg_iovlen = 1 };
		ssize_t n = recvmsg(netdm_ctl_fd(c), &mh, MSG_DONTWAIT);

		if (n < 0)
			return errno == EAGAIN || errno == EINTR || errno == ENOBUFS ? 0 : -errno;
		if (mh.msg_namelen < sizeof(from) || from.nl_pid != 0)
			continue;
		if (read_answer((struct nlmsghdr *)c->answer, (size_t)n, ret))
			return 1;
	}
	return 0;
}

/* Return: why a request is refused, NULL if it is not known; *remedy: how to fix it, or NULL. */
static const char *known_refusal(enum netdm_ask ask, int error, const char **remedy)
{
	*remedy = NULL;
	if (ask == NETDM_ASK_FAMILY && error == -ENOENT)
		return "this kernel has no NET_DM here: run 'modprobe drop_monitor' (kernel option "
		       "CONFIG_NET_DROP_MONITOR), and run in the host's own network namespace "
		       "(a container: --network=host)";
	if (ask == NETDM_ASK_START_HW && error == -EOPNOTSUPP)
		return "this kernel cannot monitor hardware drops (kernel option "
		       "CONFIG_NET_DEVLINK, Linux 5.4 or later): set 'hardware: false'";
	if (ask == NETDM_ASK_CONFIG && error == -EOPNOTSUPP)
		return "this kernel's NET_DM knows no packet mode (it takes Linux 5.4 or later): "
		       "set 'alert_mode: summary'";
	if (error != -EPERM)
		return NULL;
	*remedy = "run as root, or with AmbientCapabilities=CAP_NET_ADMIN CAP_SYS_ADMIN";
	return "NET_DM refuses to be set up and started: this requires CAP_NET_ADMIN in the host's "
	       "user namespace";
}

int netdm_ctl_explain(enum netdm_ask ask, int error, struct err *err)
{
	static const char *const doing[NETDM_ASKS] = {
		[NETDM_ASK_FAMILY] = "look for NET_DM",
		[NETDM_ASK_CONFIG] = "set up NET_DM",
		[NETDM_ASK_START_SW] = "start NET_DM",
		[NETDM_ASK_START_HW] = "start NET_DM for hardware drops",
	};
	const char *remedy;
	const char *cause = known_refusal(ask, error, &remedy);

	if (!cause)
		return err_set(err, error, "cannot %s: %m", doing[ask] ? doing[ask] : "ask NET_DM");
	err_set(err, error, "%s", cause);
	return remedy ? err_remedy(err, error, "%s", remedy) : error;
}

struct netdm_ctl *netdm_ctl_free(struct netdm_ctl *c)
{
	if (c)
		nl_socket_free(c->sock);
	free(c);
	return NULL;
}
