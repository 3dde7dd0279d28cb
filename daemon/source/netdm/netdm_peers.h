/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/*
 * Does another program receive the events of the drop monitor? NET_DM does not say who started it,
 * but the kernel lists the members of its group.
 */

#include <stdbool.h>
#include <stdint.h>

/**
 * netdm_peers() - is another socket a member of a generic netlink group?
 * @path: /proc/net/netlink, which lists the sockets of our own network namespace
 * @group: its id; the list only shows the first 32
 * @own_port: the netlink port of the socket to ignore
 *
 * Return: whether there is one; false if the list cannot be read. Thread: any.
 * Source: net/netlink/af_netlink.c netlink_native_seq_show(), Linux 6.12.
 */
bool netdm_peers(const char *path, uint32_t group, uint32_t own_port);
