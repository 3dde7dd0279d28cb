/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Used by the aggregator thread. A name is asked for once (SIOCGIFNAME, half a microsecond) and
 * kept until a refresh, which the aggregator calls for every few seconds in which something was
 * dropped. A device that is renamed shows its new name then; one that is gone keeps its name until
 * then, since its last drops often arrive after it.
 *
 * An ifindex means something only in its network namespace. Where the source knows the namespace,
 * the aggregator asks netdevs_is_ours() first; where it does not (NET_DM does not say), a number
 * that exists here as well gets the name that it has here.
 */
#include "aggregate/netdevs.h"

#include <errno.h>
#include <net/if.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/stat.h>

#define PLACES 512 /* by ifindex; two devices on one place take turns */

struct netdev {
	uint32_t ifindex; /* 0 = free */
	char name[IFNAMSIZ];
};

struct netdevs {
	int fd;		/* any socket of our namespace will do */
	uint32_t netns; /* our namespace's inode, 0 unknown */
	bool displaced; /* a name was given out that a refresh would not find changed */
	struct netdev places[PLACES];
};

int netdevs_new(struct netdevs **ret, struct err *err)
{
	cleanup(netdevs_freep) struct netdevs *n = calloc(1, sizeof(*n));
	struct stat st;

	if (!n)
		return err_set(err, -ENOMEM, "device names: out of memory");
	n->fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (n->fd < 0)
		return err_set(err, -errno, "device names: socket: %m");
	if (stat("/proc/thread-self/ns/net", &st) == 0)
		n->netns = (uint32_t)st.st_ino;
	*ret = take(n);
	return 0;
}

bool netdevs_is_ours(const struct netdevs *n, uint32_t netns)
{
	return netns == n->netns && netns;
}

/* The name as it is now, "" if there is none. */
static void ask(const struct netdevs *n, uint32_t ifindex, char name[IFNAMSIZ])
{
	struct ifreq req = { .ifr_ifindex = (int)ifindex };

	memset(name, 0, IFNAMSIZ);
	if (ioctl(n->fd, SIOCGIFNAME, &req) == 0)
		memcpy(name, req.ifr_name, strnlen(req.ifr_name, IFNAMSIZ - 1));
}

const char *netdevs_name(struct netdevs *n, uint32_t ifindex)
{
	struct netdev *d = &n->places[ifindex % PLACES];

	if (!ifindex)
		return "";
	if (d->ifindex != ifindex) {
		n->displaced = n->displaced || d->ifindex;
		d->ifindex = ifindex;
		ask(n, ifindex, d->name);
	}
	return d->name;
}

bool netdevs_refresh(struct netdevs *n)
{
	char name[IFNAMSIZ];
	bool changed = n->displaced;

	n->displaced = false;
	for (size_t i = 0; i < PLACES; i++) {
		if (!n->places[i].ifindex)
			continue;
		ask(n, n->places[i].ifindex, name);
		if (!memcmp(name, n->places[i].name, IFNAMSIZ))
			continue;
		memcpy(n->places[i].name, name, IFNAMSIZ);
		changed = true;
	}
	return changed;
}

struct netdevs *netdevs_free(struct netdevs *n)
{
	if (!n)
		return NULL;
	if (n->fd >= 0)
		close(n->fd);
	free(n);
	return NULL;
}
