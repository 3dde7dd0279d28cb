/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "server/listen.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "base/address.h"
#include "base/cleanup.h"

/* Scrapers are few. A longer queue would only hold connections that cannot be served in time. */
#define LISTEN_BACKLOG 64

/*
 * By default, the kernel buffers up to net.ipv4.tcp_wmem[2] (4 MiB) for each client that does not
 * read, and charges it to our control group. Accepted TCP sockets inherit this limit, which the
 * kernel doubles. It allows several MB/s at a round-trip time of 50 ms.
 */
#define LISTEN_SEND_BUFFER (128 * 1024)

union socket_name {
	struct sockaddr any;
	struct sockaddr_in in;
	struct sockaddr_in6 in6;
	struct sockaddr_un un;
	struct sockaddr_storage storage;
};

static int name_socket(int fd, char *dst, size_t size)
{
	union socket_name a = { 0 };
	socklen_t len = sizeof(a);
	char host[INET6_ADDRSTRLEN + 20], port[8];

	if (getsockname(fd, &a.any, &len) < 0)
		return -errno;
	if (a.any.sa_family == AF_UNIX) {
		snprintf(dst, size, "unix:%.*s", (int)sizeof(a.un.sun_path), a.un.sun_path);
		return 0;
	}
	if (getnameinfo(&a.any, len, host, sizeof(host), port, sizeof(port),
			NI_NUMERICHOST | NI_NUMERICSERV) != 0)
		return -EAFNOSUPPORT;
	snprintf(dst, size, a.any.sa_family == AF_INET6 ? "[%s]:%s" : "%s:%s", host, port);
	return 0;
}

static bool is_loopback(const struct sockaddr *a)
{
	const struct sockaddr_in6 *in6 = (const struct sockaddr_in6 *)a;

	if (a->sa_family == AF_INET)
		return ntohl(((const struct sockaddr_in *)a)->sin_addr.s_addr) >> 24 ==
		       IN_LOOPBACKNET;
	if (a->sa_family != AF_INET6)
		return false;
	if (IN6_IS_ADDR_V4MAPPED(&in6->sin6_addr))
		return in6->sin6_addr.s6_addr[12] == IN_LOOPBACKNET;
	return IN6_IS_ADDR_LOOPBACK(&in6->sin6_addr);
}

/* A family can lack its loopback address, for example with net.ipv6.conf.lo.disable_ipv6. */
static int bind_error(int error, const struct sockaddr *a)
{
	return error == EADDRNOTAVAIL && is_loopback(a) ? -EAFNOSUPPORT : -error;
}

static int limit_send_buffer(int fd)
{
	const int bytes = LISTEN_SEND_BUFFER;

	return setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &bytes, sizeof(bytes)) < 0 ? -errno : 0;
}

static int bind_socket(int fd, const struct address *a)
{
	const int on = 1;
	int r = limit_send_buffer(fd);

	if (r < 0)
		return r;
	/* Otherwise, connections of a previous run would block the address for a minute. */
	if (setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)) < 0)
		return -errno;
	/* IPv6 only, so that 0.0.0.0 and [::] can be used together. */
	if (a->any.sa_family == AF_INET6 &&
	    setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof(on)) < 0)
		return -errno;
	if (bind(fd, &a->any, a->len) < 0)
		return bind_error(errno, &a->any);
	return listen(fd, LISTEN_BACKLOG) < 0 ? -errno : 0;
}

static int listen_error(struct err *err, const char *address, int r)
{
	switch (r) {
	case -EADDRINUSE:
		return err_set(err, r,
			       "cannot listen on %s: %m: another program, perhaps another "
			       "dropwatchd, uses it; stop that program or choose another address "
			       "with --web.listen-address",
			       address);
	case -EAFNOSUPPORT:
		return err_set(err, r, "cannot listen on %s: this host does not have that address",
			       address);
	case -EADDRNOTAVAIL:
		return err_set(err, r, "cannot listen on %s: %m: no network interface has it",
			       address);
	case -EACCES:
		return err_set(err, r,
			       "cannot listen on %s: %m: ports below 1024 need "
			       "CAP_NET_BIND_SERVICE",
			       address);
	default:
		return err_set(err, r, "cannot listen on %s: %m", address);
	}
}

/* At "ADDRESS:PORT" or "[ADDRESS]:PORT", numeric. */
static int open_address(const char *address, struct listen_socket *ret, struct err *err)
{
	struct listen_socket s = { .fd = -1 };
	struct address a;
	cleanup(closep) int fd = -1;
	int r;

	if (address_parse(address, &a, err) < 0)
		return err_prefix(err, "cannot listen on %s", address);
	fd = socket(a.any.sa_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return listen_error(err, address, -errno);
	r = bind_socket(fd, &a);
	if (r < 0)
		return listen_error(err, address, r);
	r = name_socket(fd, s.address, sizeof(s.address));
	if (r < 0)
		return listen_error(err, address, r);
	s.fd = take_fd(fd);
	*ret = s;
	return 0;
}

static int socket_option(int fd, int name)
{
	int value = 0;
	socklen_t len = sizeof(value);

	return getsockopt(fd, SOL_SOCKET, name, &value, &len) < 0 ? -errno : value;
}

static int adopt_socket(int fd, struct listen_socket *ret, struct err *err)
{
	struct listen_socket s = { .fd = fd };
	int flags, r;

	if (socket_option(fd, SO_ACCEPTCONN) != 1 || socket_option(fd, SO_TYPE) != SOCK_STREAM)
		return err_set(err, -EINVAL,
			       "file descriptor %d was passed as a listening stream socket but is "
			       "not one",
			       fd);
	flags = fcntl(fd, F_GETFL);
	if (flags < 0 || fcntl(fd, F_SETFL, flags | O_NONBLOCK) < 0 ||
	    fcntl(fd, F_SETFD, FD_CLOEXEC) < 0)
		return err_set(err, -errno, "fcntl of the socket passed as %d: %m", fd);
	r = limit_send_buffer(fd);
	if (r < 0)
		return err_set(err, r, "SO_SNDBUF of the socket passed as %d: %m", fd);
	r = name_socket(fd, s.address, sizeof(s.address));
	if (r < 0)
		return err_set(err, r, "getsockname of the socket passed as %d: %m", fd);
	*ret = s;
	return 0;
}

int listen_adopt_all(const int *fds, size_t n, struct listeners *ret, struct err *err)
{
	struct listeners l = { 0 };

	if (n > CONFIG_LISTEN_MAX)
		return err_set(err, -E2BIG,
			       "systemd passed %zu sockets, but at most %d are supported", n,
			       CONFIG_LISTEN_MAX);
	for (l.n = 0; l.n < n; l.n++) {
		int r = adopt_socket(fds[l.n], &l.sockets[l.n], err);

		if (r < 0)
			return r;
	}
	*ret = l;
	return 0;
}

void listen_close_all(struct listeners *l)
{
	while (l->n > 0)
		close(l->sockets[--l->n].fd);
}

static int open_each(const struct config_web *cfg, struct listeners *l, struct err *missing,
		     struct err *err)
{
	for (size_t i = 0; i < cfg->n_listen; i++) {
		struct err e = { 0 };
		int r = open_address(cfg->listen[i], &l->sockets[l->n], &e);

		if (r == 0)
			l->n++;
		else if (r == -EAFNOSUPPORT)
			*missing = e;
		else
			return err_set(err, r, "%s", e.text);
	}
	if (l->n)
		return 0;
	if (missing->code)
		return err_set(err, missing->code, "%s", missing->text);
	return err_set(err, -EINVAL, "no listen address is configured");
}

int listen_open_all(const struct config_web *cfg, struct listeners *ret, struct err *err)
{
	struct listeners l = { 0 };
	struct err missing = { 0 };
	int r = open_each(cfg, &l, &missing, err);

	if (r < 0) {
		listen_close_all(&l);
		return r;
	}
	if (missing.code)
		snprintf(l.note, sizeof(l.note), "%.200s; continuing without it", missing.text);
	*ret = l;
	return 0;
}

bool listen_is_loopback(int fd)
{
	union socket_name a = { 0 };
	socklen_t len = sizeof(a);

	return getsockname(fd, &a.any, &len) == 0 && is_loopback(&a.any);
}
