/* SPDX-License-Identifier: GPL-2.0-or-later */

/*
 * netdmctl: sends one command to the kernel's drop monitor and prints the answer in one word.
 *
 * "probe" is an empty CONFIG, which changes nothing. It prints "idle", or "active" if the kernel
 * returns EBUSY (drop_monitor.c net_dm_cmd_config()). "start", "stop", "summary" and "packet" print
 * "done" or the name of the error. "dropped" prints the number of packets that the per-CPU queues
 * of packet mode have dropped since the module was loaded.
 *
 * Uses sockets directly instead of code of the daemon, to be independent of it.
 */

#include <errno.h>
#include <linux/genetlink.h>
#include <linux/net_dropmon.h>
#include <linux/netlink.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define ANSWER_MAX 8192

struct message {
	struct nlmsghdr nl;
	struct genlmsghdr genl;
	char attributes[128];
};

static void message_init(struct message *m, uint16_t family, uint8_t command, uint16_t flags)
{
	memset(m, 0, sizeof(*m));
	m->nl.nlmsg_len = NLMSG_LENGTH(GENL_HDRLEN);
	m->nl.nlmsg_type = family;
	m->nl.nlmsg_flags = NLM_F_REQUEST | flags;
	m->genl.cmd = command;
	m->genl.version = 1;
}

static void message_add(struct message *m, uint16_t type, const void *data, uint16_t len)
{
	struct nlattr *a = (struct nlattr *)((char *)m + NLMSG_ALIGN(m->nl.nlmsg_len));

	a->nla_type = type;
	a->nla_len = NLA_HDRLEN + len;
	memcpy(a + 1, data, len);
	m->nl.nlmsg_len = NLMSG_ALIGN(m->nl.nlmsg_len) + NLA_ALIGN(a->nla_len);
}

/* Sends a request, receives one answer. Returns 0 or the kernel's negative errno. */
static int ask(int fd, struct message *m, struct message *answer, size_t size)
{
	ssize_t n;

	if (send(fd, m, m->nl.nlmsg_len, 0) < 0)
		return -errno;
	n = recv(fd, answer, size, 0);
	if (n < (ssize_t)NLMSG_LENGTH(GENL_HDRLEN))
		return n < 0 ? -errno : -EBADMSG;
	if (answer->nl.nlmsg_len > (size_t)n)
		return -EBADMSG;
	if (answer->nl.nlmsg_type == NLMSG_ERROR)
		return ((struct nlmsgerr *)NLMSG_DATA(&answer->nl))->error;
	return 0;
}

/* The data of an attribute, which can be nested once; NULL if it is missing or too short. */
static const void *find(const void *from, size_t len, uint16_t type, size_t min)
{
	const char *at = from, *end = at + len;

	while (end - at >= NLA_HDRLEN) {
		const struct nlattr *a = (const struct nlattr *)at;

		if (a->nla_len < NLA_HDRLEN || a->nla_len > end - at)
			return NULL;
		if ((a->nla_type & NLA_TYPE_MASK) == type)
			return a->nla_len >= NLA_HDRLEN + min ? a + 1 : NULL;
		at += NLA_ALIGN(a->nla_len);
	}
	return NULL;
}

static size_t attributes_len(const struct message *m)
{
	return m->nl.nlmsg_len - NLMSG_LENGTH(GENL_HDRLEN);
}

static int family_id(int fd)
{
	union {
		struct message m;
		char room[ANSWER_MAX];
	} answer;
	struct message m;
	const uint16_t *id;
	int r;

	message_init(&m, GENL_ID_CTRL, CTRL_CMD_GETFAMILY, 0);
	message_add(&m, CTRL_ATTR_FAMILY_NAME, "NET_DM", sizeof("NET_DM"));
	r = ask(fd, &m, &answer.m, sizeof(answer));
	if (r < 0)
		return r;
	id = find(answer.m.attributes, attributes_len(&answer.m), CTRL_ATTR_FAMILY_ID, sizeof(*id));
	return id ? *id : -EBADMSG;
}

static int command(int fd, uint16_t family, uint8_t cmd, int alert_mode)
{
	union {
		struct message m;
		char room[ANSWER_MAX];
	} answer;
	uint8_t mode = alert_mode;
	struct message m;

	message_init(&m, family, cmd, NLM_F_ACK);
	if (alert_mode >= 0)
		message_add(&m, NET_DM_ATTR_ALERT_MODE, &mode, sizeof(mode));
	return ask(fd, &m, &answer.m, sizeof(answer));
}

static int print_dropped(int fd, uint16_t family)
{
	union {
		struct message m;
		char room[ANSWER_MAX];
	} answer;
	const struct nlattr *stats;
	const void *dropped;
	struct message m;
	uint64_t n;
	int r;

	message_init(&m, family, NET_DM_CMD_STATS_GET, 0);
	r = ask(fd, &m, &answer.m, sizeof(answer));
	if (r < 0)
		return r;
	stats = find(answer.m.attributes, attributes_len(&answer.m), NET_DM_ATTR_STATS, 0);
	if (!stats)
		return -EBADMSG;
	dropped = find(stats, stats[-1].nla_len - NLA_HDRLEN, NET_DM_ATTR_STATS_DROPPED, sizeof(n));
	if (!dropped)
		return -EBADMSG;
	memcpy(&n, dropped, sizeof(n));
	printf("%ju\n", (uintmax_t)n);
	return 0;
}

static int run(const char *what)
{
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_GENERIC);
	int family = fd < 0 ? -errno : family_id(fd);
	int r;

	if (family < 0)
		return family;
	if (!strcmp(what, "dropped"))
		return print_dropped(fd, family);
	if (!strcmp(what, "probe")) {
		r = command(fd, family, NET_DM_CMD_CONFIG, -1);
		if (r == 0 || r == -EBUSY)
			puts(r ? "active" : "idle");
		return r == -EBUSY ? 0 : r;
	}
	if (!strcmp(what, "start") || !strcmp(what, "stop"))
		r = command(fd, family, what[2] == 'a' ? NET_DM_CMD_START : NET_DM_CMD_STOP, -1);
	else
		r = command(fd, family, NET_DM_CMD_CONFIG,
			    what[0] == 's' ? NET_DM_ALERT_MODE_SUMMARY : NET_DM_ALERT_MODE_PACKET);
	if (r == 0)
		puts("done");
	return r;
}

int main(int argc, char **argv)
{
	static const char *const words[] = { "probe",	"start",  "stop",
					     "summary", "packet", "dropped" };
	int r;

	for (size_t i = 0; argc == 2 && i < sizeof(words) / sizeof(words[0]); i++) {
		if (strcmp(argv[1], words[i]))
			continue;
		r = run(argv[1]);
		if (r < 0)
			puts(strerrorname_np(-r));
		return r < 0;
	}
	fputs("usage: netdmctl probe|start|stop|summary|packet|dropped\n", stderr);
	return 2;
}
