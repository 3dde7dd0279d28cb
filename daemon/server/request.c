/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "server/request.h"

#include <arpa/inet.h>
#include <string.h>
#include <strings.h>

#define NAME_MAX_BYTES 256 /* a DNS name has at most 253 */

/* RFC 9110, 5.6.2 */
static bool is_token(const char *text)
{
	static const char allowed[] = "!#$%&'*+-.^_`|~0123456789"
				      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

	return *text && text[strspn(text, allowed)] == '\0';
}

void request_header(struct request *r, const char *name, const char *value)
{
	if (!is_token(name)) {
		r->broken = true;
	} else if (strcasecmp(name, "Host") == 0) {
		r->hosts++;
		r->host = value;
	} else if (strcasecmp(name, "Content-Length") == 0) {
		r->lengths++;
		r->length = value;
	} else if (strcasecmp(name, "Transfer-Encoding") == 0) {
		r->codings++;
	}
}

/* ---- the authority: the Host header, or part of an absolute target ---- */

struct authority {
	char name[NAME_MAX_BYTES]; /* without brackets, port and trailing dot */
	bool ipv6;
};

static bool is_port_or_nothing(const char *text, size_t len)
{
	if (len == 0)
		return true;
	return text[0] == ':' && strspn(text + 1, "0123456789") >= len - 1;
}

/* An IPv6 address may name an interface: [fe80::1%eth0]. */
static bool is_ipv6(const char *text)
{
	char address[INET6_ADDRSTRLEN];
	const size_t len = strcspn(text, "%");
	struct in6_addr in6;

	if (len >= sizeof(address))
		return false;
	memcpy(address, text, len);
	address[len] = '\0';
	return inet_pton(AF_INET6, address, &in6) == 1;
}

/* Checks the syntax only. The name may be any name. */
static bool parse_authority(const char *text, size_t len, struct authority *ret)
{
	size_t name_len, end;

	while (len > 0 && (text[len - 1] == ' ' || text[len - 1] == '\t'))
		len--;
	ret->ipv6 = len > 0 && text[0] == '[';
	if (ret->ipv6) {
		text++;
		len--;
	}
	name_len = strcspn(text, ret->ipv6 ? "]" : ":");
	if (name_len > len)
		name_len = len;
	end = name_len + ret->ipv6; /* of the name and its bracket */
	if (end > len || name_len >= sizeof(ret->name) ||
	    !is_port_or_nothing(text + end, len - end))
		return false;
	if (!ret->ipv6 && name_len > 0 && text[name_len - 1] == '.') /* the DNS root */
		name_len--;
	memcpy(ret->name, text, name_len);
	ret->name[name_len] = '\0';
	return !ret->ipv6 || is_ipv6(ret->name);
}

/* "localhost" or a name below it. */
static bool is_localhost(const char *name)
{
	static const char localhost[] = "localhost";
	const size_t len = strlen(name), n = sizeof(localhost) - 1;

	return len >= n && strcasecmp(name + len - n, localhost) == 0 &&
	       (len == n || name[len - n - 1] == '.');
}

/*
 * A literal address is safe, because the client did not resolve a name. So is the name of this
 * machine, which Debian's /etc/hosts maps to 127.0.1.1.
 */
static bool is_local(const struct authority *a, const char *own_name)
{
	struct in_addr in;

	return a->ipv6 || inet_pton(AF_INET, a->name, &in) == 1 || is_localhost(a->name) ||
	       (own_name && a->name[0] && strcasecmp(a->name, own_name) == 0);
}

static unsigned int authority_objection(const struct request *r, const char *text, size_t len,
					const char **ret_why)
{
	struct authority a;

	if (!parse_authority(text, len, &a)) {
		*ret_why = "the host must be NAME, ADDRESS or [ADDRESS], optionally followed by "
			   ":PORT\n";
		return 400;
	}
	if (r->loopback && !is_local(&a, r->own_name)) {
		*ret_why =
			"at a loopback address the Host header must be localhost, this machine's "
			"name or a literal address, as a protection against DNS rebinding\n";
		return 421;
	}
	return 0;
}

/* ---- the target ---- */

/* The authority of an absolute target, NULL if it is a path. */
static const char *target_authority(const char *target)
{
	static const char scheme[] = "http://";

	return strncasecmp(target, scheme, strlen(scheme)) == 0 ? target + strlen(scheme) : NULL;
}

const char *request_path(const char *target)
{
	const char *authority = target_authority(target);
	const char *path;

	if (!authority)
		return target;
	path = authority + strcspn(authority, "/");
	return *path ? path : "/";
}

/* Both are checked, although the authority of the target takes precedence. */
static unsigned int host_objection(const struct request *r, const char **ret_why)
{
	const char *authority = target_authority(r->target);
	unsigned int code = 0;

	if (authority)
		code = authority_objection(r, authority, strcspn(authority, "/"), ret_why);
	if (!code && r->host)
		code = authority_objection(r, r->host, strlen(r->host), ret_why);
	return code;
}

static bool has_body(const struct request *r)
{
	return r->codings || r->lengths > 1 || (r->length && strcmp(r->length, "0") != 0);
}

unsigned int request_objection(const struct request *r, const char **ret_why)
{
	if (strcmp(r->method, "GET") != 0 && strcmp(r->method, "HEAD") != 0) {
		*ret_why = "only GET and HEAD are supported\n";
		return 405;
	}
	if (r->broken) {
		*ret_why = "malformed request: invalid character in a header name, or a NUL\n";
		return 400;
	}
	if (r->hosts > 1 || (r->hosts == 0 && strcmp(r->version, "HTTP/1.1") == 0)) {
		*ret_why = "exactly one Host header is required\n";
		return 400;
	}
	if (has_body(r)) {
		*ret_why = "requests must not have a body\n";
		return 400;
	}
	return host_objection(r, ret_why);
}
