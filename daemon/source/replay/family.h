/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/*
 * Which generic netlink family in a recording is NET_DM? Its id is dynamic, and not every recording
 * contains it. Pure.
 */

#include <stdint.h>

#include "base/attr.h"

/* The kernel's GENL_MAX_ID. */
#define FAMILY_ID_MAX 1023

/* How many messages of each family could be alerts of NET_DM. Zero-initialize. */
struct family_votes {
	uint32_t votes[FAMILY_ID_MAX + 1];
};

/**
 * family_message_next() - the next netlink message of a frame
 * @frame: what is left of it; moved on
 * @ret: from the message's header to the end of the frame, so that a cut message can be recognized
 *
 * Return: false at the end. Thread: any; pure.
 */
bool family_message_next(struct bytes *frame, struct bytes *ret);

/**
 * family_id() - the id of NET_DM, if this message contains it
 *
 * Return: the id in an answer to GETFAMILY, or in the notification that the module was loaded; 0
 * for any other message. Thread: any; pure.
 * Source: net/netlink/genetlink.c ctrl_fill_info().
 */
uint16_t family_id(struct bytes msg);

/**
 * family_vote() - count a message that could be an alert of NET_DM
 * @v: counts so far
 *
 * Thread: any; pure.
 */
void family_vote(struct family_votes *v, struct bytes msg);

/**
 * family_elected() - the family with the most such messages
 * @v: counts of all messages
 *
 * Return: its id, the lowest of several with equal counts; 0 if there was no such message.
 * Thread: any; pure.
 */
uint16_t family_elected(const struct family_votes *v);
