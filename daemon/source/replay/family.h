/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/*
 * Which generic netlink family of a recording is NET_DM: its number is dynamic,
 * and a recording may or may not tell it. Pure.
 */

#include <stdint.h>

#include "source/attr.h"

/* The kernel's GENL_MAX_ID. */
#define FAMILY_ID_MAX 1023

/* Which families sent what could be an alert of NET_DM's. Zero-initialize. */
struct family_votes {
	uint32_t votes[FAMILY_ID_MAX + 1];
};

/**
 * family_message_next() - the next netlink message of a frame
 * @frame: what is left of it; moved on
 * @ret: from the message's header to the frame's end, so that a cut message shows as such
 *
 * Return: false at the end. Thread: any; pure.
 */
bool family_message_next(struct bytes *frame, struct bytes *ret);

/**
 * family_told() - does this message tell NET_DM's number?
 * @msg: a netlink message
 *
 * Return: the number out of a reply to GETFAMILY, or of the notification when the module was
 * loaded; 0 in any other message. Thread: any; pure.
 * Source: net/netlink/genetlink.c ctrl_fill_info().
 */
uint16_t family_told(struct bytes msg);

/**
 * family_vote() - take note of a message that is shaped like an alert of NET_DM's
 * @v: notes of all messages
 * @msg: a netlink message
 *
 * Thread: any; pure.
 */
void family_vote(struct family_votes *v, struct bytes msg);

/**
 * family_elected() - the family with most of such messages
 * @v: notes of all messages
 *
 * Return: its number, the lower one of two equals; 0 if there was no such message.
 * Thread: any; pure.
 */
uint16_t family_elected(const struct family_votes *v);
