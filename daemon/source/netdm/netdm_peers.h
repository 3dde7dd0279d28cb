/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/*
 * Who else hears the drop monitor? NET_DM does not say who started it, but the kernel lists the
 * members of its group.
 */

#include <stdbool.h>
#include <stdint.h>

/**
 * netdm_peers() - is another socket a member of a generic netlink group?
 * @path: /proc/net/netlink, which shows the sockets of our own network namespace
 * @group: its number; of more than 32 the list does not tell
 * @own_port: the netlink port of the socket that does not count
 *
 * Return: whether there is one; false if the list cannot be read. Thread: any.
 * Source: net/netlink/af_netlink.c netlink_native_seq_show(), Linux 6.12.
 */
bool netdm_peers(const char *path, uint32_t group, uint32_t own_port);
