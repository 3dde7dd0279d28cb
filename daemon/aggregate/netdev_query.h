/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/*
 * The questions that netdevs.c asks the kernel. An interface, because the answers need a socket,
 * and because tests have devices of their own.
 */

#include <net/if.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"

struct netdev_query {
	int fd;		/* any socket of our network namespace */
	uint32_t netns; /* inode of that namespace; 0 unknown */

	/* The name of a device. Return: whether there is one. */
	bool (*name)(const struct netdev_query *q, uint32_t ifindex, char name[IFNAMSIZ]);

	/* Calls @each for every device. Return: false if they cannot be read. */
	bool (*list)(const struct netdev_query *q,
		     void (*each)(uint32_t ifindex, const char *name, void *arg), void *arg);
};

/**
 * netdev_query_open() - ask the kernel, about the network namespace of the calling thread
 * @ret: filled in
 * @err: what failed
 *
 * Return: 0 or the errno of socket. Thread: main.
 */
int netdev_query_open(struct netdev_query *ret, struct err *err);

/** netdev_query_close() - close the socket; fine on all zero. Thread: main. */
void netdev_query_close(struct netdev_query *q);
