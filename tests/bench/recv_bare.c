/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The lower limit: the cost of receiving netlink messages without processing them. It uses the same
 * socket buffer, batches and naps as the source thread of dropwatchd, so the difference is the cost
 * of parsing and of the ring. usage: recv_bare GROUP BUFFER_BYTES
 *
 * Prints "ready", and after SIGTERM the number of messages.
 */
#include <errno.h>
#include <linux/netlink.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <time.h>

#define BATCH  64   /* datagrams a receive: netdm_events.c */
#define TURN   512  /* datagrams before the loop looks up: source_thread.c */
#define SLOT   1152 /* bytes: netdm_events.c, 128 bytes of payload */
#define NAP_NS 2000000

static volatile sig_atomic_t stop;

static void on_signal(int number)
{
	(void)number;
	stop = 1;
}

static int open_socket(int group, int bytes)
{
	const struct sockaddr_nl self = { .nl_family = AF_NETLINK };
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_GENERIC);

	if (setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &bytes, sizeof(bytes)) < 0)
		setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &bytes, sizeof(bytes));
	if (bind(fd, (const struct sockaddr *)&self, sizeof(self)) < 0 ||
	    setsockopt(fd, SOL_NETLINK, NETLINK_ADD_MEMBERSHIP, &group, sizeof(group)) < 0) {
		perror("recv_bare: netlink socket");
		exit(1);
	}
	return fd;
}

/* Return: the number of datagrams received. */
static int turn(int fd, struct mmsghdr *headers)
{
	int taken = 0, n;

	do {
		for (int i = 0; i < BATCH; i++)
			headers[i].msg_hdr.msg_namelen = sizeof(struct sockaddr_nl);
		n = recvmmsg(fd, headers, BATCH, MSG_DONTWAIT, NULL);
		taken += n > 0 ? n : 0;
	} while (n == BATCH && taken < TURN);
	return taken;
}

int main(int argc, char **argv)
{
	static struct mmsghdr headers[BATCH];
	static struct iovec iovs[BATCH];
	static struct sockaddr_nl from[BATCH];
	const struct timespec nap = { .tv_nsec = NAP_NS };
	struct pollfd fd = { .events = POLLIN };
	uint64_t messages = 0;
	char *arena;

	if (argc != 3)
		return 2;
	signal(SIGTERM, on_signal);
	fd.fd = open_socket(atoi(argv[1]), atoi(argv[2]));
	arena = mmap(NULL, BATCH * SLOT, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1,
		     0);
	if (arena == MAP_FAILED)
		return 1;
	for (int i = 0; i < BATCH; i++) {
		iovs[i] = (struct iovec){ arena + i * SLOT, SLOT };
		headers[i].msg_hdr = (struct msghdr){ .msg_name = &from[i],
						      .msg_iov = &iovs[i],
						      .msg_iovlen = 1 };
	}
	puts("ready");
	fflush(stdout);
	while (!stop) {
		const int n = turn(fd.fd, headers);

		messages += (uint64_t)n;
		if (n == 0)
			poll(&fd, 1, 1000);
		else if (n < TURN / 2)
			nanosleep(&nap, NULL);
	}
	printf("%llu\n", (unsigned long long)messages);
	return 0;
}
