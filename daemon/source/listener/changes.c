/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "source/listener/changes.h"

#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <string.h>
#include <sys/socket.h>

/* Copies the name, at most up to its NUL. It stays empty if the message has none. */
static void copy_name(struct bytes message, char name[DROP_POINT_MAX])
{
	struct bytes attrs = bytes_skip(message,
					NLMSG_HDRLEN + NLMSG_ALIGN(sizeof(struct ifinfomsg)));
	struct attr a;

	while (attr_next(&attrs, &a)) {
		if (a.type != IFLA_IFNAME)
			continue;
		if (a.data.len > DROP_POINT_MAX - 1)
			a.data.len = DROP_POINT_MAX - 1;
		memcpy(name, a.data.at, strnlen((const char *)a.data.at, a.data.len));
		return;
	}
}

static bool link_event(struct bytes message, struct drop_event *ev)
{
	struct nlmsghdr header;
	struct ifinfomsg info;

	if (message.len < NLMSG_HDRLEN + sizeof(info))
		return false;
	memcpy(&header, message.at, sizeof(header));
	memcpy(&info, message.at + NLMSG_HDRLEN, sizeof(info));
	if ((header.nlmsg_type != RTM_NEWLINK && header.nlmsg_type != RTM_DELLINK) ||
	    info.ifi_family != AF_UNSPEC || info.ifi_index <= 0)
		return false;
	*ev = (struct drop_event){
		.type = header.nlmsg_type == RTM_DELLINK ? EVENT_DEVICE_GONE : EVENT_DEVICE,
		.ifindex = (uint32_t)info.ifi_index,
	};
	copy_name(message, ev->point);
	return true;
}

bool changes_next_link(struct bytes *rest, struct drop_event *ev)
{
	while (rest->len >= NLMSG_HDRLEN) {
		const size_t len = attr_u32(rest->at);
		struct bytes message = *rest;

		if (len < NLMSG_HDRLEN)
			return false;
		if (message.len > len)
			message.len = len;
		/* NLMSG_ALIGN() has 32 bits, in which the largest length would become 0. */
		*rest = bytes_skip(*rest,
				   (len + NLMSG_ALIGNTO - 1) / NLMSG_ALIGNTO * NLMSG_ALIGNTO);
		if (link_event(message, ev))
			return true;
	}
	return false;
}

static bool begins(struct bytes text, const char *with)
{
	return text.len > strlen(with) && memcmp(text.at, with, strlen(with)) == 0;
}

bool changes_uevent(struct bytes datagram, struct drop_event *ev)
{
	if (!begins(datagram, "add@/module/") && !begins(datagram, "remove@/module/"))
		return false;
	*ev = (struct drop_event){ .type = EVENT_MODULES };
	return true;
}
