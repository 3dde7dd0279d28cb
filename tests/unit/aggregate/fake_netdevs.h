/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/* Devices that exist in a test only. */
#include <string.h>

#include "aggregate/netdev_query.h"

#define FAKE_NETNS 4026531840u

struct fake_netdevs {
	struct netdev_query query; /* first, so that it leads to the rest */
	struct {
		uint32_t ifindex; /* 0: none */
		char name[IFNAMSIZ];
	} all[8];
	bool unreadable;
};

static inline bool fake_name(const struct netdev_query *q, uint32_t ifindex, char name[IFNAMSIZ])
{
	const struct fake_netdevs *f = (const struct fake_netdevs *)q;

	for (size_t i = 0; i < 8; i++)
		if (f->all[i].ifindex == ifindex && ifindex) {
			memcpy(name, f->all[i].name, IFNAMSIZ);
			return true;
		}
	return false;
}

static inline bool fake_list(const struct netdev_query *q,
			     void (*each)(uint32_t ifindex, const char *name, void *arg), void *arg)
{
	const struct fake_netdevs *f = (const struct fake_netdevs *)q;

	for (size_t i = 0; i < 8 && !f->unreadable; i++)
		if (f->all[i].ifindex)
			each(f->all[i].ifindex, f->all[i].name, arg);
	return !f->unreadable;
}

/* A machine with "lo" and "eth0". */
static inline struct fake_netdevs fake_netdevs(void)
{
	return (struct fake_netdevs){
		.query = { .netns = FAKE_NETNS, .name = fake_name, .list = fake_list },
		.all = { { 1, "lo" }, { 2, "eth0" } },
	};
}
