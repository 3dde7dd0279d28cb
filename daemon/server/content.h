/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/*
 * What the server serves: a table of paths. Other modules provide the content; the server only
 * knows that it is text.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/text.h"

struct content_route {
	const char *path; /* NULL matches every path; the last route has it */
	const char *type; /* content type */
	bool shared;	  /* one body is sent to all clients until the version changes */
	/* Appends the body. Return: the HTTP status; 200 if the body is shared. Thread: http. */
	unsigned int (*write)(void *data, struct text *body);
};

struct content {
	const struct content_route *routes;
	size_t n_routes;
	/* Return: a number that changes whenever a shared body would. Thread: http. */
	uint64_t (*version)(void *data);
	void *data; /* passed to the functions above */
};
