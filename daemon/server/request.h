/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/*
 * What is wrong with a request before anybody asks what it wants. The library
 * below us is lenient; a proxy in front of us may understand the same bytes
 * otherwise.
 */

#include <stdbool.h>

/* The head of a request; the strings are the library's. */
struct request {
	const char *method, *version;
	const char *target;   /* decoded, without the query: a path, or http://AUTHORITY/PATH */
	bool broken;	      /* there is a NUL in it, or a header name is none */
	bool loopback;	      /* it reached us at a loopback address … */
	const char *own_name; /* … of the machine that is called so; NULL: nobody knows */
	unsigned int hosts;   /* Host headers … */
	const char *host;     /* … and the last of them */
	unsigned int lengths; /* Content-Length headers */
	const char *length;
	unsigned int codings; /* Transfer-Encoding headers */
};

/** request_header() - take note of one header of the request. Thread: any; pure. */
void request_header(struct request *r, const char *name, const char *value);

/**
 * request_objection() - is the request to be refused?
 * @r: all its headers were noted
 * @ret_why: a line of text; set if it is
 *
 * Return: the HTTP status to refuse it with, 0 if it is fine. Thread: any; pure.
 * Source: RFC 9112, 3.2 (one Host; the target's forms), 5.1 (header names) and 6.3 (lengths);
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
