/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A drop monitor for tests, on a real AF_NETLINK socket: it answers the requests that the
 * kernel's net/core/drop_monitor.c answers, by the same rules, and sends as many messages of
 * drops as it is told, at the rate that it is told. The program under test reaches it by way of
 * the preloaded library (shim.c).
 *
 * Commands on standard input, one a line; each yields one line on standard output, "ok ..." or
 * "error ...". Requests are answered while a command is at work.
 *
 *   packets N [rate=R] [size=B] [points=K] [bad=E]   N packet messages of B bytes of payload over K
 *           drop points, R a second (0: as fast as can be); after each E of them one malformed
 *   summary N [points=P] [count=C] [rate=R]          N summary messages
 *   stranger N                                       N good messages from another port than ours
 *   foreign N                                        N messages of another family
 *   set KEY=VALUE...                                 see keys[]
 *   get                                              all keys, with what was asked of us
 *   quit
 *
 * "packets" and "summary" say what was sent: messages, packets (malformed ones count as one), and
 * the nanoseconds that it took. The timestamp of good packet messages is a number that grows by
 * one, in all of the monitor's life.
 *
 * Speed: a multicast of NETLINK_USERSOCK is followed by a unicast, which without an addressee
 * fails with ECONNREFUSED though the multicast went out, and that would end a sendmmsg() after one
 * message. So the unicast goes to a socket of our own, whose filter takes nothing in.
 */
#include <errno.h>
#include <linux/filter.h>
#include <linux/genetlink.h>
#include <linux/net_dropmon.h>
#include <linux/netlink.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

#include "message.h"
#include "netdm_test.h"

#define BATCH	    64
#define LATE_MAX    64
#define ANSWER_SIZE 512
#define POINTS_MAX  64
#define REQUEST_MIN (size_t)(NLMSG_HDRLEN + GENL_HDRLEN)

struct late {
	uint64_t due_ns;
	uint32_t port;
	size_t len;
	char bytes[ANSWER_SIZE];
};

struct monitor {
	int fd;	      /* requests, answers, events */
	int stranger; /* another port */
	uint64_t number;
	/* What "set" sets. */
	uint64_t family, group, sw, hw, mode, truncate, queue_length, queue_drops;
	uint64_t present;      /* 0: the module is not there */
	uint64_t hw_supported; /* 0: a kernel without devlink */
	uint64_t old;	       /* 1: a kernel before 5.4 */
	uint64_t refuse;       /* an errno for CONFIG, START, STOP: EPERM is 1 */
	uint64_t mute;	       /* 1: no answers */
	uint64_t delay_ms;     /* answers come so late */
	/* What was asked. */
	uint64_t families, configs, starts, stops, probes;
	struct late late[LATE_MAX];
	size_t n_late;
	struct message answer;
	struct message templates[POINTS_MAX];
	size_t number_at[POINTS_MAX]; /* offset of the timestamp in each */
	struct mmsghdr headers[BATCH];
	struct iovec iovs[BATCH];
	struct message batch[BATCH];
	char line[4096]; /* commands that came */
	size_t line_len;
};

static uint64_t now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000000000ull + (uint64_t)t.tv_nsec;
}

static int open_port(uint32_t port)
{
	const struct sockaddr_nl self = { .nl_family = AF_NETLINK, .nl_pid = port };
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_USERSOCK);
	int size = 8 << 20;

	if (fd < 0 || bind(fd, (const struct sockaddr *)&self, sizeof(self)) < 0) {
		fprintf(stderr, "monitor: netlink port %x: %s\n", port, strerror(errno));
		exit(1);
	}
	if (setsockopt(fd, SOL_SOCKET, SO_SNDBUFFORCE, &size, sizeof(size)) < 0)
		setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &size, sizeof(size));
	return fd;
}

/* Addressee of the unicast that follows each multicast. */
static void open_sink(uint32_t port)
{
	struct sock_filter nothing = BPF_STMT(BPF_RET | BPF_K, 0);
	const struct sock_fprog program = { .len = 1, .filter = &nothing };
	int fd = open_port(port);

	if (setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof(program)) < 0) {
		perror("monitor: SO_ATTACH_FILTER");
		exit(1);
	}
}

/* ---- answers ---- */

static void deliver(struct monitor *m, uint32_t port, const void *bytes, size_t len)
{
	const struct sockaddr_nl to = { .nl_family = AF_NETLINK, .nl_pid = port };

	sendto(m->fd, bytes, len, MSG_DONTWAIT, (const struct sockaddr *)&to, sizeof(to));
}

static void answer(struct monitor *m, uint32_t port)
{
	struct late *late;

	if (m->mute)
		return;
	if (!m->delay_ms) {
		deliver(m, port, m->answer.bytes, m->answer.len);
		return;
	}
	if (m->n_late == LATE_MAX || m->answer.len > ANSWER_SIZE)
		return;
	late = &m->late[m->n_late++];
	late->due_ns = now_ns() + m->delay_ms * 1000000;
	late->port = port;
	late->len = m->answer.len;
	memcpy(late->bytes, m->answer.bytes, m->answer.len);
}

static void deliver_late(struct monitor *m)
{
	while (m->n_late && m->late[0].due_ns <= now_ns()) {
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

/* Return: the attribute's data, NULL when it is not there. */
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
		return -EOPNOTSUPP;
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

/* Source: net_dm_cmd_trace(), net_dm_monitor_start(), net_dm_monitor_stop(). */
static int do_trace(struct monitor *m, const struct nlmsghdr *q, bool start)
{
	const bool hw = find(q, NET_DM_ATTR_HW_DROPS, 0);
	const bool sw = find(q, NET_DM_ATTR_SW_DROPS, 0) || !hw;

	if (!start) {
		m->stops++;
		m->sw = sw ? 0 : m->sw;
		m->hw = hw ? 0 : m->hw;
		return 0;
	}
	m->starts++;
	if (hw && !m->hw_supported)
		return -EOPNOTSUPP;
	if ((sw && m->sw) || (hw && m->hw)) {
		m->probes++;
		return -EAGAIN;
	}
	m->sw |= sw;
	m->hw |= hw;
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

/* An answer, if the request has one, and then the acknowledgement, if it is wanted. */
static void serve(struct monitor *m, const struct nlmsghdr *q, uint32_t port)
{
	const uint8_t cmd = ((const uint8_t *)q)[NLMSG_HDRLEN];
	int error = 0;

	if (q->nlmsg_type == GENL_ID_CTRL) {
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

static void serve_all(struct monitor *m)
{
	char buf[8192] __attribute__((aligned(8)));
	struct sockaddr_nl from;
	socklen_t len = sizeof(from);
	ssize_t n;

	deliver_late(m);
	while ((n = recvfrom(m->fd, buf, sizeof(buf), MSG_DONTWAIT, (struct sockaddr *)&from,
			     &len)) >= 0) {
		const struct nlmsghdr *q = (const struct nlmsghdr *)buf;

		if ((size_t)n >= REQUEST_MIN && q->nlmsg_len >= REQUEST_MIN &&
		    q->nlmsg_len <= (size_t)n)
			serve(m, q, from.nl_pid);
		len = sizeof(from);
	}
}

/* ---- events ---- */

struct flood {
	uint64_t n, rate, size, points, count, bad;
};

static struct sockaddr_nl everybody(const struct monitor *m)
{
	return (struct sockaddr_nl){ .nl_family = AF_NETLINK,
				     .nl_pid = MONITOR_PORT + 1,
				     .nl_groups = 1u << (m->group - 1) };
}

/* Some more messages at the end of the batch. Return: how many now. */
static unsigned int put_batch(struct monitor *m, unsigned int n, const char *bytes, size_t len)
{
	memcpy(m->batch[n].bytes, bytes, len);
	m->iovs[n] = (struct iovec){ m->batch[n].bytes, len };
	return n + 1;
}

/* Return: whether all went out. */
static bool send_batch(struct monitor *m, unsigned int n)
{
	struct sockaddr_nl to = everybody(m);
	unsigned int done = 0;

	for (unsigned int i = 0; i < n; i++)
		m->headers[i].msg_hdr = (struct msghdr){ .msg_name = &to,
							 .msg_namelen = sizeof(to),
							 .msg_iov = &m->iovs[i],
							 .msg_iovlen = 1 };
	while (done < n) {
		int r = sendmmsg(m->fd, m->headers + done, n - done, 0);

		if (r < 0 && errno != EINTR && errno != EAGAIN && errno != ENOBUFS)
			return false;
		done += r > 0 ? (unsigned int)r : 0;
	}
	return true;
}

/* How many may go out now? 0: wait a little. */
static uint64_t allowance(const struct flood *f, uint64_t sent, uint64_t began_ns)
{
	const uint64_t left = f->n - sent;
	uint64_t due = f->n;

	if (f->rate)
		due = (uint64_t)((double)(now_ns() - began_ns) * (double)f->rate / 1e9) + 1;
	if (due <= sent)
		return 0;
	return due - sent < left ? due - sent : left;
}

static void nap(void)
{
	const struct timespec t = { .tv_nsec = 200000 };

	nanosleep(&t, NULL);
}

/* make() puts message number i at slot n of the batch, and returns the next free slot. */
static void flood(struct monitor *m, const struct flood *f, uint64_t packets_each,
		  unsigned int (*make)(struct monitor *m, const struct flood *f, uint64_t i,
				       unsigned int n))
{
	const uint64_t began_ns = now_ns();
	uint64_t sent = 0, bad = 0;

	while (sent < f->n) {
		uint64_t k = allowance(f, sent, began_ns);
		unsigned int n = 0;

		if (k == 0 || sent % 4096 < BATCH)
			serve_all(m);
		if (k == 0)
			nap();
		while (k-- > 0 && n < BATCH - 1) {
			const unsigned int before = n;

			n = make(m, f, sent++, n);
			bad += n - before - 1;
		}
		if (!send_batch(m, n)) {
			printf("error send: %s\n", strerror(errno));
			return;
		}
	}
	printf("ok messages=%lu packets=%lu bad=%lu ns=%lu\n", sent + bad,
	       sent * packets_each + bad, bad, now_ns() - began_ns);
}

static unsigned int make_packet(struct monitor *m, const struct flood *f, uint64_t i,
				unsigned int n)
{
	const struct message *t = &m->templates[i % f->points];

	n = put_batch(m, n, t->bytes, t->len);
	m->number++;
	memcpy(m->batch[n - 1].bytes + m->number_at[i % f->points], &m->number, sizeof(m->number));
	if (f->bad && i % f->bad == f->bad - 1) {
		message_bad(&m->answer, (uint16_t)m->family, (unsigned int)(i / f->bad));
		n = put_batch(m, n, m->answer.bytes, m->answer.len);
	}
	return n;
}

static unsigned int make_same(struct monitor *m, const struct flood *f, uint64_t i, unsigned int n)
{
	(void)f;
	(void)i;
	return put_batch(m, n, m->templates[0].bytes, m->templates[0].len);
}

static void send_packets(struct monitor *m, struct flood *f)
{
	if (f->points < 1 || f->points > POINTS_MAX)
		f->points = 1;
	for (unsigned int i = 0; i < f->points; i++)
		m->number_at[i] = message_packet(&m->templates[i], (uint16_t)m->family, i, f->size);
	flood(m, f, 1, make_packet);
}

static void send_summaries(struct monitor *m, struct flood *f)
{
	message_summary(&m->templates[0], (uint16_t)m->family, (unsigned int)f->points,
			(uint32_t)f->count);
	flood(m, f, f->points * f->count, make_same);
}

static void send_foreign(struct monitor *m, struct flood *f)
{
	message_packet(&m->templates[0], (uint16_t)(m->family + 1), 0, 64);
	flood(m, f, 0, make_same);
}

static void send_stranger(struct monitor *m, const struct flood *f)
{
	const struct sockaddr_nl to = everybody(m);

	message_packet(&m->answer, (uint16_t)m->family, 0, 64);
	for (uint64_t i = 0; i < f->n; i++)
		sendto(m->stranger, m->answer.bytes, m->answer.len, 0, (const struct sockaddr *)&to,
		       sizeof(to));
	printf("ok messages=%lu\n", f->n);
}

/* ---- commands ---- */

struct key {
	const char *name;
	size_t offset;
};

#define KEY(name)                                                                                  \
	{                                                                                          \
#name, offsetof(struct monitor, name)                                              \
	}
static const struct key keys[] = {
	KEY(family),   KEY(group),	  KEY(sw),	    KEY(hw),	   KEY(mode),
	KEY(truncate), KEY(queue_length), KEY(queue_drops), KEY(present),  KEY(hw_supported),
	KEY(old),      KEY(refuse),	  KEY(mute),	    KEY(delay_ms), KEY(families),
	KEY(configs),  KEY(starts),	  KEY(stops),	    KEY(probes),   KEY(number),
};
#undef KEY
#define KEY(name)                                                                                  \
	{                                                                                          \
#name, offsetof(struct flood, name)                                                \
	}
static const struct key flood_keys[] = { KEY(rate), KEY(size), KEY(points), KEY(count), KEY(bad) };

/* "name=value" into the struct at base. */
static bool assign(char *word, const struct key *table, size_t n, void *base)
{
	char *value = strchr(word, '=');

	if (!value)
		return false;
	*value++ = '\0';
	for (size_t i = 0; i < n; i++) {
		if (strcmp(table[i].name, word) == 0) {
			*(uint64_t *)((char *)base + table[i].offset) = strtoull(value, NULL, 0);
			return true;
		}
	}
	return false;
}

static void set(struct monitor *m, char **words, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (!assign(words[i], keys, sizeof(keys) / sizeof(keys[0]), m)) {
			printf("error no such key: %s\n", words[i]);
			return;
		}
	}
	printf("ok\n");
}

static void get(const struct monitor *m)
{
	printf("ok");
	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
		printf(" %s=%lu", keys[i].name,
		       *(const uint64_t *)((const char *)m + keys[i].offset));
	printf("\n");
}

static void run(struct monitor *m, char **words, size_t n)
{
	struct flood f = { .size = 64, .points = 1, .count = 1 };

	if (strcmp(words[0], "set") == 0) {
		set(m, words + 1, n - 1);
		return;
	}
	if (strcmp(words[0], "get") == 0) {
		get(m);
		return;
	}
	if (strcmp(words[0], "quit") == 0)
		exit(0);
	f.n = n > 1 ? strtoull(words[1], NULL, 0) : 0;
	for (size_t i = 2; i < n; i++) {
		if (!assign(words[i], flood_keys, sizeof(flood_keys) / sizeof(flood_keys[0]), &f)) {
			printf("error no such key: %s\n", words[i]);
			return;
		}
	}
	if (strcmp(words[0], "packets") == 0)
		send_packets(m, &f);
	else if (strcmp(words[0], "summary") == 0)
		send_summaries(m, &f);
	else if (strcmp(words[0], "foreign") == 0)
		send_foreign(m, &f);
	else if (strcmp(words[0], "stranger") == 0)
		send_stranger(m, &f);
	else
		printf("error no such command: %s\n", words[0]);
}

static void run_line(struct monitor *m, char *line)
{
	char *words[32], *save = NULL;
	size_t n = 0;

	for (char *w = strtok_r(line, " ", &save); w && n < 32; w = strtok_r(NULL, " ", &save))
		words[n++] = w;
	if (n)
		run(m, words, n);
}

/* Whole lines of what came; the rest of the last one stays. Return: false at the end of input. */
static bool take_commands(struct monitor *m)
{
	ssize_t n = read(STDIN_FILENO, m->line + m->line_len, sizeof(m->line) - m->line_len);
	char *end;

	if (n <= 0)
		return false;
	m->line_len += (size_t)n;
	while ((end = memchr(m->line, '\n', m->line_len))) {
		*end = '\0';
		run_line(m, m->line);
		m->line_len -= (size_t)(end + 1 - m->line);
		memmove(m->line, end + 1, m->line_len);
	}
	return true;
}

int main(void)
{
	struct monitor *m = calloc(1, sizeof(*m));
	struct pollfd fds[2] = { { .fd = STDIN_FILENO, .events = POLLIN }, { .events = POLLIN } };

	if (!m)
		return 1;
	m->family = 32;
	m->group = 1;
	m->present = m->hw_supported = 1;
	m->queue_length = 1000;
	setvbuf(stdout, NULL, _IOLBF, 0);
	m->fd = fds[1].fd = open_port(MONITOR_PORT);
	open_sink(MONITOR_PORT + 1);
	m->stranger = open_port(MONITOR_PORT + 2);
	printf("ok port=%u\n", MONITOR_PORT);
	do {
		poll(fds, 2, m->n_late ? 1 : -1);
		serve_all(m);
	} while (!(fds[0].revents & (POLLIN | POLLHUP)) || take_commands(m));
	free(m);
	return 0;
}
