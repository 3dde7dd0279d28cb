/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Used by the aggregator thread. The names of all devices are read once, and again only when the
 * netlink listener reports that it has lost announcements. All other changes are announced. So any
 * number of devices may come and go without a system call.
 *
 * This is a cache: two devices whose numbers differ by a multiple of PLACES take turns. The kernel
 * is asked for the name of a device that is not in it, which takes half a microsecond.
 *
 * An ifindex means something only in its network namespace. If the source does not know that
 * (NET_DM), a number that exists in our namespace gets the name that it has here.
 */
#include "aggregate/netdevs.h"

#include <string.h>

#define PLACES 1024 /* by ifindex */

struct netdev {
	uint32_t ifindex; /* 0: free */
	bool gone;
	char name[IFNAMSIZ];
};

struct netdevs {
	const struct netdev_query *query;
	uint32_t highest; /* ifindex seen so far */
	struct netdev places[PLACES];
};

struct netdevs *netdevs_new(const struct netdev_query *query)
{
	struct netdevs *n = calloc(1, sizeof(*n));

	if (!n)
		return NULL;
	n->query = query;
	netdevs_refresh(n, NULL, NULL);
	return n;
}

static struct netdev *place_of(struct netdevs *n, uint32_t ifindex)
{
	return &n->places[ifindex % PLACES];
}

static void set_place(struct netdevs *n, uint32_t ifindex, const char *name)
{
	struct netdev *d = place_of(n, ifindex);

	*d = (struct netdev){ .ifindex = ifindex };
	memcpy(d->name, name, strnlen(name, IFNAMSIZ - 1));
	if (ifindex > n->highest)
		n->highest = ifindex;
}

const char *netdevs_name(struct netdevs *n, uint32_t ifindex, uint32_t netns)
{
	char name[IFNAMSIZ] = "";

	if (!ifindex || (netns && netns != n->query->netns))
		return "";
	if (place_of(n, ifindex)->ifindex != ifindex) {
		if (!n->query->name(n->query, ifindex, name))
			name[0] = '\0';
		set_place(n, ifindex, name);
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
	/* An old name may have been displaced, but a new number never had a name. */
	bool changed = d->ifindex == ifindex ? strncmp(d->name, name, IFNAMSIZ - 1) != 0
					     : ifindex <= n->highest;

	set_place(n, ifindex, name);
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

struct refresh {
	struct netdevs *netdevs;
	void (*exists)(const char *name, void *arg);
	void *arg;
	bool changed;
};

static void refresh_one(uint32_t ifindex, const char *name, void *arg)
{
	struct refresh *r = arg;

	r->changed = netdevs_learn(r->netdevs, ifindex, name) || r->changed;
	if (r->exists)
		r->exists(name, r->arg);
}

bool netdevs_refresh(struct netdevs *n, void (*exists)(const char *name, void *arg), void *arg)
{
	bool gone[PLACES];
	struct refresh r = { .netdevs = n, .exists = exists, .arg = arg };

	for (size_t i = 0; i < PLACES; i++) {
		gone[i] = n->places[i].gone;
		n->places[i].gone = true;
	}
	if (n->query->list(n->query, refresh_one, &r))
		return r.changed;
	/* The names that we have are better than none. */
	for (size_t i = 0; i < PLACES; i++)
		n->places[i].gone = gone[i];
	return false;
}

struct netdevs *netdevs_free(struct netdevs *n)
{
	free(n);
	return NULL;
}
