/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/address.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdint.h>
#include <string.h>

#define HOST_MAX INET6_ADDRSTRLEN

static bool parse_port(const char *text, in_port_t *ret)
{
	const size_t n = strspn(text, "0123456789");
	unsigned int port = 0;

	if (n < 1 || n > 5 || text[n])
		return false;
	for (size_t i = 0; i < n; i++)
		port = port * 10 + (unsigned int)(text[i] - '0');
	*ret = htons((uint16_t)port);
	return port <= UINT16_MAX;
}

static bool parse_ipv4(const char *host, in_port_t port, struct address *ret)
{
	*ret = (struct address){ .in = { .sin_family = AF_INET, .sin_port = port },
				 .len = sizeof(ret->in) };
	return inet_pton(AF_INET, host, &ret->in.sin_addr) == 1;
}

static bool parse_ipv6(const char *host, in_port_t port, struct address *ret)
{
	*ret = (struct address){ .in6 = { .sin6_family = AF_INET6, .sin6_port = port },
				 .len = sizeof(ret->in6) };
	return inet_pton(AF_INET6, host, &ret->in6.sin6_addr) == 1;
}

/* The text before the colon, which is copied to host; false if it is too long for an address. */
static bool copy_host(const char *text, size_t len, bool brackets, char host[HOST_MAX])
{
	const size_t skip = brackets ? 1 : 0;

	if (len < 2 * skip || len - 2 * skip >= HOST_MAX)
		return false;
	if (brackets && text[len - 1] != ']')
		return false;
	memcpy(host, text + skip, len - 2 * skip);
	host[len - 2 * skip] = '\0';
	return true;
}

int address_parse(const char *text, struct address *ret, struct err *err)
{
	const char *colon = strrchr(text, ':');
	const bool brackets = text[0] == '[';
	struct address a;
	char host[HOST_MAX];
	in_port_t port;

	if (!colon || !parse_port(colon + 1, &port))
		return err_set(err, -EINVAL,
			       "\"%s\" must end in a port from 0 to 65535, as in 127.0.0.1:10059 "
			       "or [::1]:10059",
			       text);
	if (copy_host(text, (size_t)(colon - text), brackets, host)) {
		if (brackets ? parse_ipv6(host, port, &a) : parse_ipv4(host, port, &a)) {
			*ret = a;
			return 0;
		}
		if (parse_ipv6(host, port, &a) && !brackets)
			return err_set(err, -EINVAL,
				       "\"%s\": put an IPv6 address in brackets: [%s]%s", text,
				       host, colon);
	}
	return err_set(err, -EINVAL,
		       "\"%s\" does not begin with a numeric address; use 0.0.0.0 for all IPv4 "
		       "addresses, [::] for all IPv6 addresses",
		       text);
}

static in_port_t port_of(const struct address *a)
{
	return a->any.sa_family == AF_INET6 ? a->in6.sin6_port : a->in.sin_port;
}

bool address_same(const struct address *a, const struct address *b)
{
	return a->len == b->len && memcmp(&a->any, &b->any, a->len) == 0;
}

static bool is_wildcard(const struct address *a)
{
	return a->any.sa_family == AF_INET6 ? IN6_IS_ADDR_UNSPECIFIED(&a->in6.sin6_addr)
					    : a->in.sin_addr.s_addr == INADDR_ANY;
}

bool address_covers(const struct address *wildcard, const struct address *other)
{
	return is_wildcard(wildcard) && wildcard->any.sa_family == other->any.sa_family &&
	       port_of(wildcard) == port_of(other) && port_of(other) != 0;
}
