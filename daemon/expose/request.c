/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "expose/request.h"

#include <arpa/inet.h>
#include <string.h>
#include <strings.h>

void request_header(struct request *r, const char *name, const char *value)
{
	if (strcasecmp(name, "Host") == 0) {
		r->hosts++;
		r->host = value;
	} else if (strcasecmp(name, "Content-Length") == 0) {
		r->lengths++;
		r->length = value;
	} else if (strcasecmp(name, "Transfer-Encoding") == 0) {
		r->codings++;
	}
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
 * A literal address is safe: no foreign name was resolved to get here. So is the machine's own
 * name, which Debian's /etc/hosts gives to 127.0.1.1.
 */
static bool is_local_host(const char *host, const char *own_name)
{
	size_t len = strcspn(host, ":");
	struct in_addr in;
	char name[256];

	if (host[0] == '[') /* IPv6; a name cannot begin with it */
		return true;
	if (len >= sizeof(name))
		return false;
	if (len > 0 && host[len - 1] == '.') /* the root of all names */
		len--;
	memcpy(name, host, len);
	name[len] = '\0';
	return inet_pton(AF_INET, name, &in) == 1 || is_localhost(name) ||
	       (own_name && *name && strcasecmp(name, own_name) == 0);
}

static bool has_body(const struct request *r)
{
	return r->codings || r->lengths > 1 || (r->length && strcmp(r->length, "0") != 0);
}

unsigned int request_objection(const struct request *r, const char **ret_why)
{
	if (strcmp(r->method, "GET") != 0 && strcmp(r->method, "HEAD") != 0) {
		*ret_why = "only GET and HEAD are served\n";
		return 405;
	}
	if (r->hosts > 1 || (r->hosts == 0 && strcmp(r->version, "HTTP/1.1") == 0)) {
		*ret_why = "one Host header is needed, and not more\n";
		return 400;
	}
	if (has_body(r)) {
		*ret_why = "a request has no body here\n";
		return 400;
	}
	if (r->loopback && r->host && !is_local_host(r->host, r->own_name)) {
		*ret_why =
			"at a loopback address the Host header has to be localhost, this machine's "
			"name or a literal address: a protection from DNS rebinding\n";
		return 421;
	}
	return 0;
}
