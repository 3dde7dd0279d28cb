/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/*
 * The devices of one reading. Messages about queues and queueing disciplines give a device by its
 * index only; its name is that of the link dump of the same reading.
 */

#include <net/if.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/index.h"

struct link {
	uint32_t ifindex;
	bool virtual; /* made by the kernel: veth, bridge, VLAN */
	char name[IFNAMSIZ];
};

/* Empty when all zero. */
struct links {
	struct link *all;
	size_t n, room;
	struct index index; /* by ifindex */
};

/**
 * links_add() - add a device
 * @l: the devices
 * @link: is copied
 *
 * Without memory, the device is left out. Thread: the owner's.
 */
void links_add(struct links *l, const struct link *link);

/** links_name() - the name of a device. Return: NULL: unknown. Thread: the owner's. */
const char *links_name(const struct links *l, uint32_t ifindex);

/** links_clear() - forget all devices and keep the memory. Thread: the owner's. */
void links_clear(struct links *l);

/** links_done() - free the memory; @l is empty again. Thread: the owner's. */
void links_done(struct links *l);
