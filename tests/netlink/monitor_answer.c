/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the test monitor answers: the rules of net/core/drop_monitor.c, Linux 6.1 and 7.2-rc5,
 * or those of 4.19 if it is "old".
 */
#include "monitor.h"

#include <errno.h>
#include <linux/devlink.h>
#include <linux/net_dropmon.h>
#include <stdbool.h>
#include <string.h>

#include "netdm_test.h"

#define KERNEL_ENOTSUPP 524 /* include/linux/errno.h */
#define DEVLINK_FAMILY	20  /* any; NET_DM has others */

static void deliver(struct monitor *m, uint32_t port, const void *bytes, size_t len)
{
	const struct sockaddr_nl to = { .nl_family = AF_NETLINK, .nl_pid = port };

	sendto(m->fd, bytes, len, MSG_DONTWAIT, (const struct sockaddr *)&to, sizeof(to));
}

static bool is_muted(const struct monitor *m)
{
	struct nlmsghdr hdr;

	memcpy(&hdr, m->answer.bytes, sizeof(hdr));
	return m->mute == 1 || (m->mute && hdr.nlmsg_type != GENL_ID_CTRL);
}

static void answer(struct monitor *m, uint32_t port)
{
	struct late *late;

	if (is_muted(m))
		return;
	if (!m->delay_ms) {
		deliver(m, port, m->answer.bytes, m->answer.len);
		return;
	}
	if (m->n_late == LATE_MAX || m->answer.len > ANSWER_SIZE)
		return;
	late = &m->late[m->n_late++];
	late->since_ns = now_ns();
	late->port = port;
	late->len = m->answer.len;
	memcpy(late->bytes, m->answer.bytes, m->answer.len);
}

static void deliver_late(struct monitor *m)
{
	while (m->n_late && m->late[0].since_ns + m->delay_ms * 1000000 <= now_ns()) {
		deliver(m, m->late[0].port, m->late[0].bytes, m->late[0].len);
		memmove(m->late, m->late + 1, --m->n_late * sizeof(m->late[0]));
	}
}

static void fill_family(struct monitor *m, const struct nlmsghdr *q, uint32_t port)
{
	struct message *a = &m->answer;
	size_t groups, group;

	message_begin(a, GENL_ID_CTRL, 0, q->nlmsg_seq, port, CTRL_CMD_NEWFAMILY);
	message_put(a, CTRL_ATTR_FAMILY_NAME, "NET_DM", 7);
	message_put_number(a, CTRL_ATTR_FAMILY_ID, m->family, 2);
	message_put_number(a, CTRL_ATTR_VERSION, 2, 4);
	groups = message_nest(a, CTRL_ATTR_MCAST_GROUPS);
	group = message_nest(a, 1);
	message_put_number(a, CTRL_ATTR_MCAST_GRP_ID, m->group, 4);
	message_put(a, CTRL_ATTR_MCAST_GRP_NAME, "events", 7);
	message_nest_end(a, group);
	message_nest_end(a, groups);
}

/* Of devlink only the name and the number of traps. */
static void fill_devlink(struct monitor *m, const struct nlmsghdr *q, uint32_t port)
{
	message_begin(&m->answer, GENL_ID_CTRL, 0, q->nlmsg_seq, port, CTRL_CMD_NEWFAMILY);
	message_put(&m->answer, CTRL_ATTR_FAMILY_NAME, DEVLINK_GENL_NAME,
		    sizeof(DEVLINK_GENL_NAME));
	message_put_number(&m->answer, CTRL_ATTR_FAMILY_ID, DEVLINK_FAMILY, 2);
}

static void dump_traps(struct monitor *m, const struct nlmsghdr *q, uint32_t port)
{
	const struct nlmsghdr done = { .nlmsg_len = NLMSG_HDRLEN + sizeof(int),
				       .nlmsg_type = NLMSG_DONE,
				       .nlmsg_flags = NLM_F_MULTI,
				       .nlmsg_seq = q->nlmsg_seq,
				       .nlmsg_pid = port };

	for (uint64_t i = 0; i < m->traps; i++) {
		message_begin(&m->answer, DEVLINK_FAMILY, NLM_F_MULTI, q->nlmsg_seq, port,
			      DEVLINK_CMD_TRAP_NEW);
		message_put(&m->answer, DEVLINK_ATTR_TRAP_NAME, "ttl_value_is_too_small", 23);
		answer(m, port);
	}
	m->answer.len = done.nlmsg_len;
	memset(m->answer.bytes, 0, m->answer.len);
	memcpy(m->answer.bytes, &done, sizeof(done));
	answer(m, port);
}

static void fill_config(struct monitor *m, const struct nlmsghdr *q, uint32_t port)
{
	message_begin(&m->answer, (uint16_t)m->family, 0, q->nlmsg_seq, port,
		      NET_DM_CMD_CONFIG_NEW);
	message_put_number(&m->answer, NET_DM_ATTR_ALERT_MODE, m->mode, 1);
	message_put_number(&m->answer, NET_DM_ATTR_TRUNC_LEN, m->truncate, 4);
	message_put_number(&m->answer, NET_DM_ATTR_QUEUE_LEN, m->queue_length, 4);
}

static void fill_stats(struct monitor *m, const struct nlmsghdr *q, uint32_t port)
{
	const uint16_t both[] = { NET_DM_ATTR_STATS, NET_DM_ATTR_HW_STATS };

	message_begin(&m->answer, (uint16_t)m->family, 0, q->nlmsg_seq, port, NET_DM_CMD_STATS_NEW);
	for (size_t i = 0; i < 2; i++) {
		size_t nest = message_nest(&m->answer, both[i]);

		message_put_number(&m->answer, NET_DM_ATTR_STATS_DROPPED, i ? 0 : m->queue_drops,
				   8);
		message_nest_end(&m->answer, nest);
	}
}

/* Return: the attribute's data, NULL if there is none. */
static const void *find(const struct nlmsghdr *q, uint16_t type, size_t len)
{
	const char *at = (const char *)q + NLMSG_HDRLEN + GENL_HDRLEN;
	const char *end = (const char *)q + q->nlmsg_len;

	while (at + NLA_HDRLEN <= end) {
		struct nlattr nla;

		memcpy(&nla, at, sizeof(nla));
		if (nla.nla_len < NLA_HDRLEN || at + nla.nla_len > end)
			return NULL;
		if (nla.nla_type == type && nla.nla_len >= NLA_HDRLEN + len)
			return at + NLA_HDRLEN;
		at += NLA_ALIGN(nla.nla_len);
	}
	return NULL;
}

static bool asks_for(const struct nlmsghdr *q, const char *family)
{
	const char *name = find(q, CTRL_ATTR_FAMILY_NAME, strlen(family) + 1);

	return name && memcmp(name, family, strlen(family) + 1) == 0;
}

/* Source: net_dm_cmd_config(). */
static int do_config(struct monitor *m, const struct nlmsghdr *q)
{
	const uint8_t *mode = find(q, NET_DM_ATTR_ALERT_MODE, 1);
	const void *truncate = find(q, NET_DM_ATTR_TRUNC_LEN, 4);
	const void *queue = find(q, NET_DM_ATTR_QUEUE_LEN, 4);
	uint32_t number;

	if (q->nlmsg_len > NLMSG_HDRLEN + GENL_HDRLEN)
		m->configs++;
	if (m->old)
		return -KERNEL_ENOTSUPP;
	if (m->sw || m->hw)
		return -EBUSY;
	if (mode && *mode > NET_DM_ALERT_MODE_PACKET)
		return -EINVAL;
	if (mode)
		m->mode = *mode;
	if (truncate)
		m->truncate = (memcpy(&number, truncate, 4), number);
	if (queue)
		m->queue_length = (memcpy(&number, queue, 4), number);
	return 0;
}

/*
 * Source: net_dm_cmd_trace(), net_dm_monitor_start(), net_dm_monitor_stop(). Before 5.4, attributes
 * are ignored. A kernel that counts references takes one STOP for each START.
 */
static int do_trace(struct monitor *m, const struct nlmsghdr *q, bool start)
{
	const bool hw = !m->old && find(q, NET_DM_ATTR_HW_DROPS, 0);
	const bool sw = find(q, NET_DM_ATTR_SW_DROPS, 0) || !hw;

	if (!start) {
		m->stops++;
		m->sw -= sw && m->sw ? (m->counting ? 1 : m->sw) : 0;
		m->hw -= hw && m->hw ? (m->counting ? 1 : m->hw) : 0;
		return 0;
	}
	m->starts++;
	if (hw && !m->hw_supported)
		return -EOPNOTSUPP;
	if (!m->counting && ((sw && m->sw) || (hw && m->hw))) {
		m->probes++;
		return -EAGAIN;
	}
	m->sw += sw;
	m->hw += hw;
	if (m->stopped)
		m->stopped = m->sw = m->hw = 0;
	return 0;
}

static int do_request(struct monitor *m, const struct nlmsghdr *q, uint8_t cmd)
{
	if (m->refuse)
		return -(int)m->refuse;
	switch (cmd) {
	case NET_DM_CMD_CONFIG:
		return do_config(m, q);
	case NET_DM_CMD_START:
	case NET_DM_CMD_STOP:
		return do_trace(m, q, cmd == NET_DM_CMD_START);
	default:
		return -EOPNOTSUPP;
	}
}

/* The answer, if there is one, then the acknowledgement, if it was requested. */
static void serve(struct monitor *m, const struct nlmsghdr *q, uint32_t port)
{
	const uint8_t cmd = ((const uint8_t *)q)[NLMSG_HDRLEN];
	int error = 0;

	if (q->nlmsg_type == GENL_ID_CTRL && asks_for(q, DEVLINK_GENL_NAME)) {
		fill_devlink(m, q, port);
	} else if (q->nlmsg_type == DEVLINK_FAMILY) {
		dump_traps(m, q, port);
		return;
	} else if (q->nlmsg_type == GENL_ID_CTRL) {
		m->families++;
		error = m->present ? 0 : -ENOENT;
		if (!error)
			fill_family(m, q, port);
	} else if (!m->present || q->nlmsg_type != m->family) {
		error = -ENOENT;
	} else if (cmd == NET_DM_CMD_CONFIG_GET && !m->old) {
		fill_config(m, q, port);
	} else if (cmd == NET_DM_CMD_STATS_GET && !m->old) {
		fill_stats(m, q, port);
	} else {
		error = do_request(m, q, cmd);
		message_error(&m->answer, q, error, port);
		answer(m, port);
		return;
	}
	if (!error)
		answer(m, port);
	if (error || q->nlmsg_flags & NLM_F_ACK) {
		message_error(&m->answer, q, error, port);
		answer(m, port);
	}
}

void serve_all(struct monitor *m)
{
	char buf[8192] __attribute__((aligned(8)));
	struct sockaddr_nl from;
	socklen_t len = sizeof(from);
	ssize_t n;

	deliver_late(m);
	while ((n = recvfrom(m->fd, buf, sizeof(buf), MSG_DONTWAIT, (struct sockaddr *)&from,
			     &len)) >= 0) {
		const struct nlmsghdr *q = (const struct nlmsghdr *)buf;

		if ((size_t)n >= sizeof(*q) && q->nlmsg_type == MONITOR_PING)
			deliver(m, from.nl_pid, buf, (size_t)n);
		else if ((size_t)n >= REQUEST_MIN && q->nlmsg_len >= REQUEST_MIN &&
			 q->nlmsg_len <= (size_t)n)
			serve(m, q, from.nl_pid);
		len = sizeof(from);
	}
}
