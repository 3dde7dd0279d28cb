/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/*
 * Netlink messages in bounded reads. A message that is cut off is returned as far as it is there.
 */

#include <stdbool.h>
#include <stdint.h>

#include "base/attr.h"

struct message {
	uint16_t type;
	uint16_t flags;
	struct bytes data; /* after the header, whatever nlmsg_len is */
};

/**
 * message_next() - the next message
 * @rest: the rest of a datagram; moved on
 * @ret: set on true only
 *
 * Return: false at the end, or if no message header follows.
 * Thread: any; pure. Source: netlink(7).
 */
bool message_next(struct bytes *rest, struct message *ret);

/**
 * message_family() - the number of a generic netlink family
 * @m: any message
 * @name: of the family
 *
 * Return: 0 if the message does not give the number of this family.
 * Thread: any; pure. Source: net/netlink/genetlink.c ctrl_fill_info(), Linux 6.12.
 */
uint16_t message_family(const struct message *m, const char *name);
