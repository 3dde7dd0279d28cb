/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Used by the aggregator thread. The names of all devices are read once, and again only when the
 * netlink listener reports that it has lost announcements. Everything else is learned from the
 * announcements themselves. So any number of devices may come and go without a system call.
 *
 * This is a cache: two devices whose numbers differ by a multiple of PLACES take turns. A device
 * that is not in it is asked for (SIOCGIFNAME, half a microsecond).
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

#define PLACES 1024 /* by ifindex */

struct netdev {
	uint32_t ifindex; /* 0 = free */
	bool gone;
	char name[IFNAMSIZ];
};

struct netdevs {
	int fd;		  /* any socket of our namespace will do */
	uint32_t netns;	  /* our namespace's inode, 0 unknown */
	uint32_t highest; /* ifindex that was learned or asked for */
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
	netdevs_refresh(n, NULL, NULL);
	*ret = take(n);
	return 0;
}

bool netdevs_is_ours(const struct netdevs *n, uint32_t netns)
{
	return netns == n->netns && netns;
}

static struct netdev *place_of(struct netdevs *n, uint32_t ifindex)
{
	return &n->places[ifindex % PLACES];
}

static void set(struct netdevs *n, uint32_t ifindex, const char *name)
{
	struct netdev *d = place_of(n, ifindex);

	*d = (struct netdev){ .ifindex = ifindex };
	memcpy(d->name, name, strnlen(name, IFNAMSIZ - 1));
	if (ifindex > n->highest)
		n->highest = ifindex;
}

const char *netdevs_name(struct netdevs *n, uint32_t ifindex)
{
	struct ifreq req = { .ifr_ifindex = (int)ifindex };

	if (!ifindex)
		return "";
	if (place_of(n, ifindex)->ifindex != ifindex) {
		if (ioctl(n->fd, SIOCGIFNAME, &req) < 0)
			req.ifr_name[0] = '\0';
		set(n, ifindex, req.ifr_name);
	}
	return place_of(n, ifindex)->name;
}

const char *netdevs_known(const struct netdevs *n, uint32_t ifindex)
{
	const struct netdev *d = &n->places[ifindex % PLACES];

	return d->ifindex == ifindex ? d->name : "";
}

bool netdevs_learn(struct netdevs *n, uint32_t ifindex, const char *name)
{
	const struct netdev *d = place_of(n, ifindex);
	/* A name that was displaced is not remembered; but a new number never had one. */
	bool changed = d->ifindex == ifindex ? strncmp(d->name, name, IFNAMSIZ - 1) != 0
					     : ifindex <= n->highest;

	set(n, ifindex, name);
	return changed;
}

void netdevs_gone(struct netdevs *n, uint32_t ifindex)
{
	if (place_of(n, ifindex)->ifindex == ifindex)
		place_of(n, ifindex)->gone = true;
}

bool netdevs_is_gone(const struct netdevs *n, uint32_t ifindex)
{
	const struct netdev *d = &n->places[ifindex % PLACES];

	if (!ifindex || d->ifindex != ifindex || !d->gone)
		return false;
	for (size_t i = 0; i < PLACES; i++)
		if (n->places[i].ifindex && !n->places[i].gone &&
		    !strcmp(n->places[i].name, d->name))
			return false;
	return true;
}

bool netdevs_refresh(struct netdevs *n, void (*exists)(const char *name, void *arg), void *arg)
{
	struct if_nameindex *all = if_nameindex();
	bool changed = false;

	if (!all)
		return false; /* the names that we have are better than none */
	for (size_t i = 0; i < PLACES; i++)
		n->places[i].gone = true;
	for (const struct if_nameindex *i = all; i->if_index; i++) {
		changed = netdevs_learn(n, i->if_index, i->if_name) || changed;
		if (exists)
			exists(i->if_name, arg);
	}
	if_freenameindex(all);
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
