/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/*
 * ifindex → device name, for devices of our own network namespace.
 */

#include <stdbool.h>
#include <stdint.h>

#include "base/cleanup.h"
#include "base/err.h"

struct netdevs;

/**
 * netdevs_new() - nothing known yet
 * @ret: the cache, for the network namespace of the calling thread
 *
 * Return: 0, -ENOMEM, or why there is no socket to ask through. Thread: main.
 */
int netdevs_new(struct netdevs **ret, struct err *err);

/** netdevs_is_ours() - is this inode our own network namespace? Thread: any. */
bool netdevs_is_ours(const struct netdevs *n, uint32_t netns);

/**
 * netdevs_name() - the name of a device
 * @n: the cache
 * @ifindex: as the kernel numbers it
 *
 * Return: any bytes up to a NUL, as the kernel has them; "" if there is no such device. Valid until
 * the next call. Thread: aggregator.
 */
const char *netdevs_name(struct netdevs *n, uint32_t ifindex);

/**
 * netdevs_refresh() - ask again for all devices that were asked for
 * @n: the cache
 *
 * Return: whether one got another name, came or went. Thread: aggregator.
 */
bool netdevs_refresh(struct netdevs *n);

/** netdevs_free() - free; NULL is fine. Return: NULL. Thread: main. */
struct netdevs *netdevs_free(struct netdevs *n);

DEFINE_CLEANUP(struct netdevs *, netdevs_free);
