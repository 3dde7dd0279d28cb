/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A recording that began before the program that uses the drop monitor contains the kernel's answer
 * to GETFAMILY. A later one does not, nor does one of dwdump, which asks for all families at once
 * and cuts the answer before NET_DM. Then the family is recognized by its messages: the kernel sent
 * them to a group (sequence, port and flags are zero), their version is 2, their command 1 or 5,
 * and the parser finds drops in them and no error. The family with the most such messages is
 * NET_DM.
 *
 * Used by replay.c when it opens a file, and on each message.
 */
#include "source/replay/family.h"

#include <linux/genetlink.h>
#include <linux/net_dropmon.h>

#include "base/message.h"
#include "source/netdm/netdm_parse.h"

#define NETDM_NAME    "NET_DM"
#define NETDM_VERSION 2

bool family_message_next(struct bytes *frame, struct bytes *ret)
{
	size_t len;

	if (frame->len < NLMSG_HDRLEN)
		return false;
	len = attr_u32(frame->at);
	if (len < NLMSG_HDRLEN || len > frame->len)
		len = frame->len;
	*ret = *frame;
	*frame = bytes_skip(*frame, NLMSG_ALIGN(len));
	return true;
}

static uint16_t message_type(struct bytes msg)
{
	return attr_u16(msg.at + offsetof(struct nlmsghdr, nlmsg_type));
}

static uint16_t message_flags(struct bytes msg)
{
	return attr_u16(msg.at + offsetof(struct nlmsghdr, nlmsg_flags));
}

uint16_t family_id(struct bytes msg)
{
	struct message m;

	return message_next(&msg, &m) ? message_family(&m, NETDM_NAME) : 0;
}

void family_vote(struct family_votes *v, struct bytes msg)
{
	struct drop_event ev[NETDM_POINTS_MAX];
	struct netdm_tally tally = { 0 };
	uint16_t type;

	if (msg.len < NLMSG_HDRLEN + GENL_HDRLEN)
		return;
	type = message_type(msg);
	if (type <= GENL_ID_CTRL || type > FAMILY_ID_MAX || message_flags(msg) != 0 ||
	    attr_u32(msg.at + offsetof(struct nlmsghdr, nlmsg_seq)) != 0 ||
	    attr_u32(msg.at + offsetof(struct nlmsghdr, nlmsg_pid)) != 0 ||
	    msg.at[NLMSG_HDRLEN + offsetof(struct genlmsghdr, version)] != NETDM_VERSION)
		return;
	if (netdm_parse(msg.at, msg.len, type, 1, ev, &tally) && !tally.lost_parse)
		v->votes[type]++;
}

uint16_t family_elected(const struct family_votes *v)
{
	uint16_t best = 0;

	for (uint16_t id = 1; id <= FAMILY_ID_MAX; id++)
		if (v->votes[id] > v->votes[best])
			best = id;
	return best;
}
