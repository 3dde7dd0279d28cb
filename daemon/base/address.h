/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/*
 * A numeric address with its port, as bind() takes it.
 */

#include <netinet/in.h>
#include <stdbool.h>

#include "base/err.h"

struct address {
	union {
		struct sockaddr any;
		struct sockaddr_in in;
		struct sockaddr_in6 in6;
	};
	socklen_t len;
};

/**
 * address_parse() - read "ADDRESS:PORT" or "[ADDRESS]:PORT"
 * @text: a numeric address and a port from 0 to 65535
 * @ret: set on success only
 * @err: says what is wrong with @text
 *
 * Return: 0 or -EINVAL. Thread: any; pure.
 */
int address_parse(const char *text, struct address *ret, struct err *err);

/** address_same() - do both mean the same address and port? Thread: any; pure. */
bool address_same(const struct address *a, const struct address *b);

/**
 * address_covers() - is the first a wildcard that takes the second's port on all addresses?
 * @wildcard: 0.0.0.0 or [::] with a port; covers nothing otherwise
 * @other: an address of the same family
 *
 * The families are separate, and port 0 is any free port. Return: as asked. Thread: any; pure.
 */
bool address_covers(const struct address *wildcard, const struct address *other);
