/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The netlink listener: kernel -> [listener] -> source thread -> ring.
 *
 * Two sockets, one for link events and one for uevents, behind one epoll descriptor. What is not
 * read waits in their receive buffers. If a socket overflows, events are lost, and the kernel does
 * not say which ones. Then one event requests that everything is read again. It cannot be lost,
 * because it is kept here until there is room for it.
 *
 * Source: netlink(7), rtnetlink(7); lib/kobject_uevent.c, Linux 6.12.
 */
#include "source/listener/listener.h"

#include <errno.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/socket.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "source/listener/changes.h"

#define DATAGRAM_MAX  32768 /* the kernel builds no larger rtnetlink notification */
#define UEVENT_GROUP  1	    /* of the kernel; group 2 is udev's */
#define RECEIVE_BYTES (1 << 20)

enum { LINKS, UEVENTS, SOCKETS };

struct listener {
	struct source source; /* first */
	int epoll_fd;	      /* immutable */
	int fd[SOCKETS];      /* immutable */
	bool lost[SOCKETS];   /* source thread, as all below: events of this socket were lost */
	struct bytes rest;    /* of the current datagram: messages not read yet */
	uint8_t datagram[DATAGRAM_MAX] __attribute__((aligned(NLMSG_ALIGNTO)));
};

static struct source *listener_close(struct source *source)
{
	struct listener *l = (struct listener *)source;

	if (!l)
		return NULL;
	for (int i = 0; i < SOCKETS; i++)
		closep(&l->fd[i]);
	closep(&l->epoll_fd);
	free(l);
	return NULL;
}

static void listener_freep(struct listener **l)
{
	listener_close((struct source *)*l);
}

static int listener_fd(const struct source *source)
{
	return ((const struct listener *)source)->epoll_fd;
}

/* Return: bytes of the next datagram from the kernel; 0 none. */
static size_t receive_datagram(struct listener *l, int from)
{
	struct sockaddr_nl sender = { 0 };
	socklen_t sender_len = sizeof(sender);
	ssize_t n;

	do {
		n = recvfrom(l->fd[from], l->datagram, sizeof(l->datagram), MSG_DONTWAIT,
			     (struct sockaddr *)&sender, &sender_len);
		if (n < 0 && errno != EAGAIN && errno != EINTR)
			l->lost[from] = true;
	} while ((n < 0 && errno == ENOBUFS) || (n >= 0 && sender.nl_pid != 0));
	return n > 0 ? (size_t)n : 0;
}

/* Events of the current datagram, then of the next ones. */
static size_t read_links(struct listener *l, struct drop_event *ev, size_t n)
{
	size_t written = 0;

	while (written < n) {
		if (changes_next_link(&l->rest, &ev[written])) {
			ev[written++].time_ns = clock_realtime_ns();
			continue;
		}
		l->rest = (struct bytes){ l->datagram, receive_datagram(l, LINKS) };
		if (!l->rest.len)
			break;
	}
	return written;
}

static void read_uevents(struct listener *l)
{
	struct drop_event ev;
	size_t len;

	while ((len = receive_datagram(l, UEVENTS)) > 0)
		if (changes_uevent((struct bytes){ l->datagram, len }, &ev))
			l->lost[UEVENTS] = true;
}

/* One event requests that all devices, or all symbols, are read again. */
static size_t report_lost(struct listener *l, int which, enum drop_event_type type,
			  struct drop_event *ev)
{
	if (!l->lost[which])
		return 0;
	l->lost[which] = false;
	*ev = (struct drop_event){ .type = type, .time_ns = clock_realtime_ns() };
	return 1;
}

/*
 * The symbols are read as a whole, so one event stands for any number of module events. The current
 * datagram is finished before its memory is used for uevents.
 *
 * After an overflow the kernel keeps losing events, without another error, until the buffer has
 * been read to its end (net/netlink/af_netlink.c NETLINK_S_CONGESTED; 6.12). So the loss is
 * reported then.
 */
static int listener_read(struct source *source, struct drop_event *ev, size_t n)
{
	struct listener *l = (struct listener *)source;
	size_t written = n > SOCKETS ? read_links(l, ev, n - SOCKETS) : 0;

	if (n <= SOCKETS)
		return 0;
	if (written < n - SOCKETS)
		written += report_lost(l, LINKS, EVENT_DEVICES_LOST, &ev[written]);
	if (!l->rest.len)
		read_uevents(l);
	written += report_lost(l, UEVENTS, EVENT_MODULES, &ev[written]);
	return (int)written;
}

static int open_socket(struct listener *l, int which, int protocol, unsigned int groups)
{
	const struct sockaddr_nl address = { .nl_family = AF_NETLINK, .nl_groups = groups };
	struct epoll_event event = { .events = EPOLLIN };
	const int bytes = RECEIVE_BYTES;

	l->fd[which] = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, protocol);
	if (l->fd[which] < 0)
		return -errno;
	/* Exceeding net.core.rmem_max takes CAP_NET_ADMIN. */
	if (setsockopt(l->fd[which], SOL_SOCKET, SO_RCVBUFFORCE, &bytes, sizeof(bytes)) < 0)
		setsockopt(l->fd[which], SOL_SOCKET, SO_RCVBUF, &bytes, sizeof(bytes));
	if (bind(l->fd[which], (const struct sockaddr *)&address, sizeof(address)) < 0 ||
	    epoll_ctl(l->epoll_fd, EPOLL_CTL_ADD, l->fd[which], &event) < 0)
		return -errno;
	return 0;
}

static const struct source_ops listener_ops = {
	.name = "listener",
	.keeps = true,
	.fd = listener_fd,
	.read = listener_read,
	.close = listener_close,
};

int listener_open(struct source **ret, struct err *err)
{
	cleanup(listener_freep) struct listener *l = calloc(1, sizeof(*l));
	int r;

	if (!l)
		return err_set(err, -ENOMEM, "netlink listener: out of memory");
	l->source.ops = &listener_ops;
	l->fd[LINKS] = l->fd[UEVENTS] = -1;
	l->epoll_fd = epoll_create1(EPOLL_CLOEXEC);
	if (l->epoll_fd < 0)
		return err_set(err, -errno, "netlink listener: epoll: %m");
	r = open_socket(l, LINKS, NETLINK_ROUTE, RTMGRP_LINK);
	if (r < 0)
		return err_set(err, r, "netlink listener: link events: %m");
	r = open_socket(l, UEVENTS, NETLINK_KOBJECT_UEVENT, UEVENT_GROUP);
	if (r < 0)
		return err_set(err, r, "netlink listener: module events: %m");
	*ret = &take(l)->source;
	return 0;
}
