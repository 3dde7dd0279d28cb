/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/*
 * Which requests are refused. The HTTP library is lenient, and a proxy in front of
 * the server may interpret the same bytes differently.
 */

#include <stdbool.h>

/* The head of a request; the strings belong to the library. */
struct request {
	const char *method, *version;
	const char *target;   /* decoded, without the query: a path, or http://AUTHORITY/PATH */
	bool broken;	      /* it contains a NUL, or an invalid header name */
	bool loopback;	      /* it was sent to a loopback address */
	const char *own_name; /* the name of this machine; NULL: unknown */
	unsigned int hosts;   /* number of Host headers */
	const char *host;     /* the last Host header */
	unsigned int lengths; /* number of Content-Length headers */
	const char *length;
	unsigned int codings; /* number of Transfer-Encoding headers */
};

/** request_header() - record a header of the request. Thread: any; pure. */
void request_header(struct request *r, const char *name, const char *value);

/**
 * request_objection() - check whether a request is refused
 * @r: the request, with all its headers
 * @ret_why: a line of text for the client; set only if the request is refused
 *
 * Return: the HTTP status of the refusal, 0 if the request is accepted. Thread: any; pure.
 * Source: RFC 9112, 3.2 (one Host; forms of the target), 5.1 (header names) and 6.3 (lengths);
 * RFC 6761, 6.3 (localhost).
 */
unsigned int request_objection(const struct request *r, const char **ret_why);

/**
 * request_path() - the path of a target
 * @target: as in struct request
 *
 * Return: the path, within @target or a constant. Thread: any; pure.
 */
const char *request_path(const char *target);
