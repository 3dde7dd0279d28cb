/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "ledger/dump.h"

#include <errno.h>
#include <limits.h>
#include <linux/genetlink.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "base/array.h"
#include "base/cleanup.h"
#include "base/clock.h"

#define REQUEST_MAX  256
#define DATAGRAM_MAX 32768	/* a larger buffer does not make larger datagrams */
#define ANSWER_MAX   (16 << 20) /* of about 10,000 devices */

/* All datagrams of an answer, one after the other. */
struct answer {
	uint8_t *bytes;
	size_t n, room;
};

static void answer_donep(struct answer *a)
{
	free(a->bytes);
}

static int send_dump_request(int fd, const struct dump_request *request)
{
	const struct nlmsghdr header = {
		.nlmsg_len = (uint32_t)(NLMSG_HDRLEN + request->body.len),
		.nlmsg_type = request->type,
		.nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP,
	};
	uint8_t message[REQUEST_MAX];

	if (header.nlmsg_len > sizeof(message))
		return -EMSGSIZE;
	memcpy(message, &header, sizeof(header));
	memcpy(message + NLMSG_HDRLEN, request->body.at, request->body.len);
	return send(fd, message, header.nlmsg_len, 0) < 0 ? -errno : 0;
}

static int wait_readable(int fd, uint64_t deadline_ns)
{
	struct pollfd readable = { .fd = fd, .events = POLLIN };
	const uint64_t now_ns = clock_monotonic_ns();
	uint64_t wait_ms;
	int r;

	if (now_ns >= deadline_ns)
		return -ETIMEDOUT;
	wait_ms = (deadline_ns - now_ns) / NSEC_PER_MSEC + 1;
	r = poll(&readable, 1, wait_ms < INT_MAX ? (int)wait_ms : INT_MAX);
	if (r < 0)
		return errno == EINTR ? 0 : -errno;
	return r ? 0 : -ETIMEDOUT;
}

/* Return: bytes of the next datagram of the kernel, appended to the answer; 0: try again. */
static ssize_t receive(int fd, struct answer *a)
{
	struct sockaddr_nl sender = { 0 };
	socklen_t sender_len = sizeof(sender);
	uint8_t *bytes;
	ssize_t n;

	if (a->n > ANSWER_MAX)
		return -EMSGSIZE;
	bytes = array_grow(a->bytes, &a->room, a->n + DATAGRAM_MAX, 1);
	if (!bytes)
		return -ENOMEM;
	a->bytes = bytes;
	n = recvfrom(fd, bytes + a->n, DATAGRAM_MAX, MSG_DONTWAIT | MSG_TRUNC,
		     (struct sockaddr *)&sender, &sender_len);
	if (n < 0)
		return errno == EAGAIN || errno == EINTR ? 0 : -errno;
	if (n > DATAGRAM_MAX)
		return -EMSGSIZE;
	if (sender.nl_pid != 0)
		return 0;
	a->n += (size_t)n;
	return n;
}

/* The error of NLMSG_ERROR or NLMSG_DONE; the latter has none before Linux 4.16. */
static int error_of(struct bytes data)
{
	const int error = (int)bytes_u32(data);

	return error < 0 ? error : 0;
}

/* Return: 1 if this is the end of the answer, 0 if not, an error. */
static int check_datagram(struct bytes datagram)
{
	struct message m;
	int r;

	while (message_next(&datagram, &m)) {
		if (m.flags & NLM_F_DUMP_INTR)
			return -EAGAIN;
		if (m.type != NLMSG_DONE && m.type != NLMSG_ERROR)
			continue;
		r = error_of(m.data);
		return r < 0 ? r : 1;
	}
	return 0;
}

static int receive_answer(int fd, uint64_t deadline_ns, struct answer *a)
{
	int r = 0;

	while (r == 0) {
		ssize_t n;

		r = wait_readable(fd, deadline_ns);
		if (r < 0)
			break;
		n = receive(fd, a);
		if (n < 0)
			return (int)n;
		r = check_datagram((struct bytes){ a->bytes + a->n - n, (size_t)n });
	}
	return r < 0 ? r : 0;
}

/* A socket for each, so that nothing of an answer which was given up follows. */
static int run_once(const struct dump_request *request, uint64_t deadline_ns, struct answer *a)
{
	cleanup(closep) int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, request->protocol);
	int r;

	if (fd < 0)
		return -errno;
	r = send_dump_request(fd, request);
	if (r < 0)
		return r;
	a->n = 0;
	return receive_answer(fd, deadline_ns, a);
}

int dump_run(const struct dump_request *request, uint64_t deadline_ns,
	     void (*each)(const struct message *m, void *arg), void *arg)
{
	cleanup(answer_donep) struct answer a = { 0 };
	struct bytes rest;
	struct message m;
	int r;

	r = run_once(request, deadline_ns, &a);
	if (r == -EAGAIN)
		r = run_once(request, deadline_ns, &a);
	if (r < 0)
		return r;
	rest = (struct bytes){ a.bytes, a.n };
	while (message_next(&rest, &m))
		each(&m, arg);
	return 0;
}

struct wanted {
	const char *name;
	uint16_t id;
};

static void look_for_family(const struct message *m, void *arg)
{
	struct wanted *wanted = arg;

	if (!wanted->id)
		wanted->id = message_family(m, wanted->name);
}

int dump_family(const char *name, uint64_t deadline_ns)
{
	const struct genlmsghdr body = { .cmd = CTRL_CMD_GETFAMILY, .version = 1 };
	const struct dump_request request = {
		.protocol = NETLINK_GENERIC,
		.type = GENL_ID_CTRL,
		.body = { (const uint8_t *)&body, sizeof(body) },
	};
	struct wanted wanted = { .name = name };
	const int r = dump_run(&request, deadline_ns, look_for_family, &wanted);

	return r < 0 ? r : wanted.id;
}
