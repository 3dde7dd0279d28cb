/* SPDX-License-Identifier: GPL-2.0-or-later */

/*
 * drops: causes an exact number of packet drops, on loopback only.
 *
 * "udp-closed" sends datagrams to a port, one packet each, from an unconnected socket, so that ICMP
 * errors do not stop it. If the port is closed, the kernel drops each of them in __udp4_lib_rcv()
 * or __udp6_lib_rcv() with the reason NO_SOCKET. If a packet filter rejects the port, the filter
 * drops them. On the output hook sendmmsg(2) then fails with EPERM, which counts as a packet, since
 * the kernel had created it.
 *
 * "rcvbuf" fills the receive buffer of a socket without reading, until the drop counter of the
 * socket (sk_drops, from SO_MEMINFO) has reached the number: reason SOCKET_RCVBUFF. Packets in the
 * buffer are read before the socket is closed, since the purge at close would drop them.
 *
 * One line of key=value on stdout shows the result. Exit status 0 means exactly that many drops.
 */

#include <arpa/inet.h>
#include <errno.h>
#include <linux/sock_diag.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define BATCH	   64
#define PAYLOAD	   64
#define NSEC	   1000000000ull
#define SMALL_SIZE 4096 /* of a receive buffer; the kernel accepts slightly more */

struct options {
	uint64_t packets;
	uint64_t per_second; /* 0: as fast as possible */
	uint16_t port;	     /* 0: any closed port */
	bool v6;
};

union address {
	struct sockaddr any;
	struct sockaddr_in v4;
	struct sockaddr_in6 v6;
};

static socklen_t loopback(union address *a, bool v6, uint16_t port)
{
	memset(a, 0, sizeof(*a));
	if (v6) {
		a->v6.sin6_family = AF_INET6;
		a->v6.sin6_addr = in6addr_loopback;
		a->v6.sin6_port = htons(port);
		return sizeof(a->v6);
	}
	a->v4.sin_family = AF_INET;
	a->v4.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	a->v4.sin_port = htons(port);
	return sizeof(a->v4);
}

/* A UDP socket on a port that the kernel chose, and its address. */
static int bound_socket(bool v6, union address *a, socklen_t *len)
{
	int fd = socket(v6 ? AF_INET6 : AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	*len = loopback(a, v6, 0);
	if (fd < 0 || bind(fd, &a->any, *len) < 0 || getsockname(fd, &a->any, len) < 0)
		return -errno;
	return fd;
}

/* The port of a socket that has been closed. */
static int closed_port(bool v6, uint16_t *port)
{
	union address a;
	socklen_t len;
	int fd = bound_socket(v6, &a, &len);

	if (fd < 0)
		return fd;
	*port = ntohs(v6 ? a.v6.sin6_port : a.v4.sin_port);
	close(fd);
	return 0;
}

/* Up to BATCH datagrams in one system call. Returns the number of packets. */
static int send_batch(int fd, union address *to, socklen_t len, uint64_t n)
{
	char payload[PAYLOAD] = { 0 };
	struct iovec iov = { payload, sizeof(payload) };
	struct mmsghdr msgs[BATCH];
	int sent;

	if (n > BATCH)
		n = BATCH;
	for (uint64_t i = 0; i < n; i++)
		msgs[i] = (struct mmsghdr){ .msg_hdr = { .msg_name = to,
							 .msg_namelen = len,
							 .msg_iov = &iov,
							 .msg_iovlen = 1 } };
	sent = sendmmsg(fd, msgs, n, 0);
	if (sent < 0 && errno == EPERM)
		return 1; /* created, and rejected on the output hook */
	if (sent < 0 && errno == EINTR)
		return 0;
	return sent < 0 ? -errno : sent;
}

static uint64_t now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * NSEC + t.tv_nsec;
}

/* Sleep until the packet numbered @sent is due. */
static void pace(const struct options *o, uint64_t start_ns, uint64_t sent)
{
	uint64_t due_ns = start_ns + sent * NSEC / o->per_second;
	struct timespec t = { due_ns / NSEC, due_ns % NSEC };

	while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &t, NULL) == EINTR)
		;
}

static int make_udp(const struct options *o)
{
	uint16_t port = o->port;
	uint64_t start_ns = now_ns();
	uint64_t sent = 0;
	union address to;
	socklen_t len;
	int r, fd;

	if (!port) {
		r = closed_port(o->v6, &port);
		if (r < 0)
			return r;
	}
	len = loopback(&to, o->v6, port);
	fd = socket(to.any.sa_family, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return -errno;
	while (sent < o->packets) {
		if (o->per_second)
			pace(o, start_ns, sent);
		r = send_batch(fd, &to, len, o->per_second ? 1 : o->packets - sent);
		if (r < 0)
			return r;
		sent += r;
	}
	close(fd);
	printf("udp-closed sent=%ju port=%u\n", (uintmax_t)sent, port);
	return 0;
}

static int socket_drops(int fd, uint64_t *ret)
{
	uint32_t info[SK_MEMINFO_VARS] = { 0 };
	socklen_t len = sizeof(info);

	if (getsockopt(fd, SOL_SOCKET, SO_MEMINFO, info, &len) < 0)
		return -errno;
	*ret = info[SK_MEMINFO_DROPS];
	return 0;
}

static void read_all(int fd)
{
	char buf[PAYLOAD];

	while (recv(fd, buf, sizeof(buf), MSG_DONTWAIT) >= 0)
		;
}

static int make_rcvbuf(const struct options *o)
{
	uint64_t sent = 0, drops = 0;
	int small = SMALL_SIZE;
	union address to;
	socklen_t len;
	int fd = bound_socket(o->v6, &to, &len);

	if (fd < 0)
		return fd;
	if (setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &small, sizeof(small)) < 0)
		return -errno;
	while (drops < o->packets) {
		/* Never more than the missing drops: each packet can be one. */
		int r = send_batch(fd, &to, len, o->packets - drops);

		if (r < 0)
			return r;
		sent += r;
		r = socket_drops(fd, &drops);
		if (r < 0)
			return r;
	}
	read_all(fd);
	close(fd);
	printf("rcvbuf sent=%ju drops=%ju\n", (uintmax_t)sent, (uintmax_t)drops);
	return drops == o->packets ? 0 : -ERANGE;
}

static int usage(void)
{
	fputs("usage: drops udp-closed N [v4|v6] [port P] [rate PER_SECOND]\n"
	      "       drops rcvbuf N [v4|v6]\n"
	      "Makes N packet drops on loopback: datagrams to a closed port (or to port P), or to\n"
	      "a socket whose receive buffer is full.\n",
	      stderr);
	return 2;
}

static bool parse_number(const char *text, uint64_t max, uint64_t *ret)
{
	char *end;
	uint64_t n;

	errno = 0;
	n = strtoull(text, &end, 10);
	if (text[0] < '0' || text[0] > '9' || *end || errno || n > max)
		return false;
	*ret = n;
	return true;
}

static bool parse_options(int argc, char **argv, struct options *o)
{
	uint64_t port = 0;

	if (argc < 1 || !parse_number(argv[0], UINT64_MAX / NSEC, &o->packets))
		return false;
	for (int i = 1; i < argc; i++) {
		if (!strcmp(argv[i], "v4") || !strcmp(argv[i], "v6"))
			o->v6 = argv[i][1] == '6';
		else if (!strcmp(argv[i], "port") && i + 1 < argc &&
			 parse_number(argv[i + 1], UINT16_MAX, &port))
			i++;
		else if (!strcmp(argv[i], "rate") && i + 1 < argc &&
			 parse_number(argv[i + 1], NSEC, &o->per_second))
			i++;
		else
			return false;
	}
	o->port = port;
	return true;
}

int main(int argc, char **argv)
{
	struct options o = { 0 };
	int r;

	if (argc < 3 || !parse_options(argc - 2, argv + 2, &o))
		return usage();
	if (!strcmp(argv[1], "udp-closed"))
		r = make_udp(&o);
	else if (!strcmp(argv[1], "rcvbuf"))
		r = make_rcvbuf(&o);
	else
		return usage();
	if (r < 0)
		fprintf(stderr, "drops: %s: %s\n", argv[1], strerror(-r));
	return r < 0;
}
