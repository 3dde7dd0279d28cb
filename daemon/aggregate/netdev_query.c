/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "aggregate/netdev_query.h"

#include <errno.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

static bool ask_name(const struct netdev_query *q, uint32_t ifindex, char name[IFNAMSIZ])
{
	struct ifreq req = { .ifr_ifindex = (int)ifindex };

	if (ioctl(q->fd, SIOCGIFNAME, &req) < 0)
		return false;
	memcpy(name, req.ifr_name, IFNAMSIZ);
	return true;
}

static bool ask_list(const struct netdev_query *q,
		     void (*each)(uint32_t ifindex, const char *name, void *arg), void *arg)
{
	struct if_nameindex *all = if_nameindex();

	(void)q;
	if (!all)
		return false;
	for (const struct if_nameindex *i = all; i->if_index; i++)
		each(i->if_index, i->if_name, arg);
	if_freenameindex(all);
	return true;
}

int netdev_query_open(struct netdev_query *ret, struct err *err)
{
	struct netdev_query q = { .name = ask_name, .list = ask_list };
	struct stat st;

	q.fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (q.fd < 0)
		return err_set(err, -errno, "device names: socket: %m");
	if (stat("/proc/thread-self/ns/net", &st) == 0)
		q.netns = (uint32_t)st.st_ino;
	*ret = q;
	return 0;
}

void netdev_query_close(struct netdev_query *q)
{
	if (q->name)
		close(q->fd);
	*q = (struct netdev_query){ 0 };
}
