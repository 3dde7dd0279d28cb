/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "source/listener/changes.h"

#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <string.h>
#include <sys/socket.h>

#include "base/message.h"

/* It stays empty if the message has none. */
static void copy_name(struct bytes attrs, char name[DROP_POINT_MAX])
{
	struct attr a;

	while (attr_next(&attrs, &a))
		if (a.type == IFLA_IFNAME)
			bytes_text(a.data, name, DROP_POINT_MAX);
}

static bool link_event(const struct message *m, struct drop_event *ev)
{
	struct ifinfomsg info;

	if ((m->type != RTM_NEWLINK && m->type != RTM_DELLINK) || m->data.len < sizeof(info))
		return false;
	memcpy(&info, m->data.at, sizeof(info));
	if (info.ifi_family != AF_UNSPEC || info.ifi_index <= 0)
		return false;
	*ev = (struct drop_event){
		.type = m->type == RTM_DELLINK ? EVENT_DEVICE_GONE : EVENT_DEVICE,
		.ifindex = (uint32_t)info.ifi_index,
	};
	copy_name(bytes_skip(m->data, attr_align(sizeof(info))), ev->point);
	return true;
}

bool changes_next_link(struct bytes *rest, struct drop_event *ev)
{
	struct message m;

	while (message_next(rest, &m))
		if (link_event(&m, ev))
			return true;
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
