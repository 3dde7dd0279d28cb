/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/*
 * A netlink request that the kernel answers with many messages, bounded in time and size. Needs no
 * privilege.
 */

#include <stdint.h>

#include "base/message.h"

struct dump_request {
	int protocol;	   /* NETLINK_ROUTE, NETLINK_GENERIC */
	uint16_t type;	   /* of the request */
	struct bytes body; /* what follows the header, with its padding */
};

/**
 * dump_run() - all messages of an answer
 * @request: the request
 * @deadline_ns: CLOCK_MONOTONIC
 * @each: is called with each message after the answer is complete, so never if this fails
 * @arg: its argument
 *
 * If the kernel's table changed meanwhile, messages may be missing or be there twice; the request
 * is then repeated once.
 *
 * A request may wait for a lock of the kernel beyond the deadline.
 *
 * Return: 0. Errors: -ETIMEDOUT; -EAGAIN the table changed again; -EMSGSIZE the answer is larger
 * than expected; what the kernel answered, such as -EOPNOTSUPP; what sockets return.
 * Thread: any. Source: netlink(7); net/netlink/af_netlink.c netlink_dump(), Linux 6.12.
 */
int dump_run(const struct dump_request *request, uint64_t deadline_ns,
	     void (*each)(const struct message *m, void *arg), void *arg);

/**
 * dump_family() - the number of a generic netlink family
 * @name: of the family
 * @deadline_ns: CLOCK_MONOTONIC
 *
 * Goes through all families, since a request for one by its name may load a module.
 *
 * Return: the number; 0: this kernel does not have it. Errors: as dump_run(). Thread: any.
 */
int dump_family(const char *name, uint64_t deadline_ns);
