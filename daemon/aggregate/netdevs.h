/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/*
 * The names of devices of our own network namespace, by ifindex.
 */

#include <stdbool.h>
#include <stdint.h>

#include "aggregate/netdev_query.h"
#include "base/cleanup.h"

struct netdevs;

/**
 * netdevs_new() - all devices that exist now
 * @query: how to ask for them; outlives the result
 *
 * Return: NULL when out of memory. Thread: main.
 */
struct netdevs *netdevs_new(const struct netdev_query *query);

/**
 * netdevs_name() - the name of a device
 * @n: the names
 * @ifindex: its number; 0 none
 * @netns: inode of its network namespace; 0 unknown
 *
 * Return: any bytes up to a NUL, as the kernel has them; the last name of a deleted device; "" if
 * there is no such device in our namespace. Valid until the next call. Thread: aggregator.
 */
const char *netdevs_name(struct netdevs *n, uint32_t ifindex, uint32_t netns);

/** netdevs_known() - the same, but "" if the kernel would have to be asked. Thread: aggregator. */
const char *netdevs_known(const struct netdevs *n, uint32_t ifindex);

/**
 * netdevs_learn() - the kernel has announced a device
 * @n: the names
 * @ifindex: its number
 * @name: any bytes; at most IFNAMSIZ - 1 of them count
 *
 * Return: whether netdevs_name() may have returned another name before. Thread: aggregator.
 */
bool netdevs_learn(struct netdevs *n, uint32_t ifindex, const char *name);

/**
 * netdevs_gone() - the kernel has announced that a device is deleted
 * @n: the names
 * @ifindex: its number; it keeps its name, since its last drops are often reported later
 *
 * Thread: aggregator.
 */
void netdevs_gone(struct netdevs *n, uint32_t ifindex);

/**
 * netdevs_is_gone() - is this device deleted, and no other device known that has its name?
 *
 * Thread: aggregator.
 */
bool netdevs_is_gone(const struct netdevs *n, uint32_t ifindex);

/**
 * netdevs_refresh() - announcements were lost: read all devices again
 * @n: the names
 * @exists: called with the name of each device that exists; may be NULL
 * @arg: for @exists
 *
 * Return: whether netdevs_name() may have returned another name before. Thread: aggregator.
 */
bool netdevs_refresh(struct netdevs *n, void (*exists)(const char *name, void *arg), void *arg);

/** netdevs_free() - free; NULL is fine. Return: NULL. Thread: main. */
struct netdevs *netdevs_free(struct netdevs *n);

DEFINE_CLEANUP(struct netdevs *, netdevs_free);
