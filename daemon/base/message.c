/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/message.h"

#include <linux/genetlink.h>
#include <string.h>

bool message_next(struct bytes *rest, struct message *ret)
{
	struct nlmsghdr header;
	struct bytes m = *rest;

	if (rest->len < NLMSG_HDRLEN)
		return false;
	memcpy(&header, rest->at, sizeof(header));
	if (header.nlmsg_len < NLMSG_HDRLEN)
		return false;
	if (m.len > header.nlmsg_len)
		m.len = header.nlmsg_len;
	*ret = (struct message){ .type = header.nlmsg_type,
				 .flags = header.nlmsg_flags,
				 .data = bytes_skip(m, NLMSG_HDRLEN) };
	/* NLMSG_ALIGN() has 32 bits, in which the largest length would become 0. */
	*rest = bytes_skip(*rest, attr_align(header.nlmsg_len));
	return true;
}

uint16_t message_family(const struct message *m, const char *name)
{
	struct bytes attrs = bytes_skip(m->data, GENL_HDRLEN);
	const size_t size = strlen(name) + 1;
	bool named = false;
	uint16_t id = 0;
	struct attr a;

	if (m->type != GENL_ID_CTRL || m->flags & NLM_F_REQUEST || m->data.len < GENL_HDRLEN ||
	    m->data.at[0] != CTRL_CMD_NEWFAMILY)
		return 0;
	while (attr_next(&attrs, &a)) {
		if (a.type == CTRL_ATTR_FAMILY_ID)
			id = bytes_u16(a.data);
		else if (a.type == CTRL_ATTR_FAMILY_NAME)
			named = a.data.len == size && memcmp(a.data.at, name, size) == 0;
	}
	return named && id >= NLMSG_MIN_TYPE ? id : 0;
}
