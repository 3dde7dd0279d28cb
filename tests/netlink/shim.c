/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Preloaded into a program (LD_PRELOAD), this library replaces the kernel's generic netlink by the
 * test monitor: a socket of NETLINK_GENERIC becomes one of NETLINK_USERSOCK, messages to the kernel
 * go to the monitor, and messages from the monitor seem to come from the kernel. All other messages
 * keep their sender.
 *
 * So the program under test needs no code for tests, and its check of the sender is tested as well.
 * Nothing can be preloaded into static binaries and those with file capabilities.
 */
#include <dlfcn.h>
#include <errno.h>
#include <linux/netlink.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include "netdm_test.h"

#define FDS_MAX 1024

static atomic_bool ours[FDS_MAX]; /* descriptors opened as generic netlink */

#define NEXT(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))
/* Looked up once; if two threads do, both find the same. */
#define REAL(name)                                                                                 \
	({                                                                                         \
		static _Atomic(__typeof__(&name)) real;                                            \
		if (!atomic_load_explicit(&real, memory_order_relaxed))                            \
			atomic_store_explicit(&real, NEXT(name), memory_order_relaxed);            \
		atomic_load_explicit(&real, memory_order_relaxed);                                 \
	})

static bool is_ours(int fd)
{
	return fd >= 0 && fd < FDS_MAX && atomic_load_explicit(&ours[fd], memory_order_relaxed);
}

static void mark(int fd, bool value)
{
	if (fd >= 0 && fd < FDS_MAX)
		atomic_store_explicit(&ours[fd], value, memory_order_relaxed);
}

int socket(int domain, int type, int protocol)
{
	const bool generic = domain == AF_NETLINK && protocol == NETLINK_GENERIC;
	int fd = REAL(socket)(domain, type, generic ? NETLINK_USERSOCK : protocol);

	mark(fd, generic && fd < FDS_MAX);
	return fd;
}

int close(int fd)
{
	mark(fd, false);
	return REAL(close)(fd);
}

/* Return: the destination to use instead, which may be *to. */
static const void *redirect(int fd, const void *addr, socklen_t len, struct sockaddr_nl *to)
{
	if (!is_ours(fd) || (addr && len < sizeof(*to)))
		return addr;
	memset(to, 0, sizeof(*to));
	if (addr)
		memcpy(to, addr, sizeof(*to));
	to->nl_family = AF_NETLINK;
	if (to->nl_pid != 0)
		return addr;
	to->nl_pid = MONITOR_PORT;
	return to;
}

/* The monitor serves requests in order, so those before the ping are done when it comes back. */
static void wait_for_monitor(void)
{
	const struct sockaddr_nl monitor = { .nl_family = AF_NETLINK, .nl_pid = MONITOR_PORT };
	const struct nlmsghdr ping = { .nlmsg_len = sizeof(ping), .nlmsg_type = MONITOR_PING };
	struct nlmsghdr back;
	int fd;

	if (!getenv(SYNC_ENV))
		return;
	fd = REAL(socket)(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_USERSOCK);
	if (REAL(sendto)(fd, &ping, sizeof(ping), 0, (const struct sockaddr *)&monitor,
			 sizeof(monitor)) > 0)
		REAL(recvfrom)(fd, &back, sizeof(back), 0, NULL, NULL);
	REAL(close)(fd);
}

ssize_t sendto(int fd, const void *buf, size_t n, int flags, const struct sockaddr *addr,
	       socklen_t len)
{
	struct sockaddr_nl to;
	const void *other = redirect(fd, addr, len, &to);
	ssize_t r = REAL(sendto)(fd, buf, n, flags, other, other == &to ? sizeof(to) : len);

	if (r >= 0 && other == &to)
		wait_for_monitor();
	return r;
}

ssize_t sendmsg(int fd, const struct msghdr *mh, int flags)
{
	struct sockaddr_nl to;
	struct msghdr copy = *mh;

	copy.msg_name = (void *)redirect(fd, mh->msg_name, mh->msg_namelen, &to);
	if (copy.msg_name == &to)
		copy.msg_namelen = sizeof(to);
	return REAL(sendmsg)(fd, &copy, flags);
}

static void disguise(int fd, void *name, socklen_t len)
{
	struct sockaddr_nl *from = name;

	if (is_ours(fd) && from && len >= sizeof(*from) && from->nl_pid == MONITOR_PORT)
		from->nl_pid = 0;
}

ssize_t recvfrom(int fd, void *buf, size_t n, int flags, struct sockaddr *addr, socklen_t *len)
{
	ssize_t r = REAL(recvfrom)(fd, buf, n, flags, addr, len);

	if (r >= 0 && len)
		disguise(fd, addr, *len);
	return r;
}

ssize_t recvmsg(int fd, struct msghdr *mh, int flags)
{
	ssize_t r = REAL(recvmsg)(fd, mh, flags);

	if (r >= 0)
		disguise(fd, mh->msg_name, mh->msg_namelen);
	return r;
}

int recvmmsg(int fd, struct mmsghdr *v, unsigned int n, int flags, struct timespec *timeout)
{
	int r = REAL(recvmmsg)(fd, v, n, flags, timeout);

	for (int i = 0; i < r; i++)
		disguise(fd, v[i].msg_hdr.msg_name, v[i].msg_hdr.msg_namelen);
	return r;
}

/* The list of sockets, with the two protocols exchanged. */
static FILE *list_of_sockets(FILE *real)
{
	FILE *list = fdopen(memfd_create("netlink", MFD_CLOEXEC), "w+");
	unsigned int protocol;
	char line[512], socket[64];
	int at;

	while (list && fgets(line, sizeof(line), real)) {
		if (sscanf(line, "%63s %u%n", socket, &protocol, &at) < 2)
			continue;
		if (protocol == NETLINK_USERSOCK)
			protocol = NETLINK_GENERIC;
		else if (protocol == NETLINK_GENERIC)
			protocol = NETLINK_USERSOCK;
		fprintf(list, "%s %u%s", socket, protocol, line + at);
	}
	fclose(real);
	if (list)
		rewind(list);
	return list;
}

FILE *fopen(const char *path, const char *mode)
{
	FILE *f = REAL(fopen)(path, mode);

	return f && strcmp(path, "/proc/net/netlink") == 0 ? list_of_sockets(f) : f;
}

int setsockopt(int fd, int level, int name, const void *value, socklen_t len)
{
	const char *deny = getenv(DENY_JOIN_ENV);

	if (is_ours(fd) && level == SOL_NETLINK && name == NETLINK_ADD_MEMBERSHIP && deny &&
	    access(deny, F_OK) == 0) {
		errno = EPERM;
		return -1;
	}
	return REAL(setsockopt)(fd, level, name, value, len);
}

int getsockopt(int fd, int level, int name, void *value, socklen_t *len)
{
	if (is_ours(fd) && level == SOL_SOCKET && name == SO_MEMINFO && getenv(NO_MEMINFO_ENV)) {
		errno = ENOPROTOOPT;
		return -1;
	}
	return REAL(getsockopt)(fd, level, name, value, len);
}
