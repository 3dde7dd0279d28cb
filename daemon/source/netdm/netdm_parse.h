/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/*
 * NET_DM's messages to drop events: bytes in, structs out, no state, no
 * allocation, no system call. Netlink is host byte order and comes from the
 * kernel, yet nothing in it is trusted: replay reads files.
 */

#include <stddef.h>
#include <stdint.h>

#include "source/drop_event.h"

/* drop_monitor.c dm_hit_limit: a summary message has no more points than this. */
#define NETDM_POINTS_MAX 64

/* Totals over messages. They only ever grow. */
struct netdm_tally {
	uint64_t packets; /* in the events written */
	uint64_t
		lost_parse; /* packets in what could not be parsed; 1 where the number is unknown */
	uint64_t summary_full; /* summary messages with NETDM_POINTS_MAX points */
	uint64_t napi_notes;   /* counts of points with address 0: notes, not packets */
};

/**
 * netdm_parse() - one netlink message to drop events
 * @msg: the message, beginning with its nlmsghdr; any alignment
 * @len: bytes at @msg: all that the datagram or frame still holds, may be more or less than
 *       nlmsg_len says (a receive buffer shorter than the message is fine: a packet message
 *       carries its payload last)
 * @family: NET_DM's generic netlink family id
 * @now_ns: CLOCK_REALTIME, for messages that carry no time
 * @ev: room for NETDM_POINTS_MAX events
 * @tally: counts are added to it
 *
 * A message of another family or another command, and a request, yields no event and is not lost.
 * point and reason are padded with NULs to their end and hold the kernel's bytes as they are, which
 * may be no UTF-8.
 *
 * Return: how many events were written.
 * Thread: any; pure.
 * Source: net/core/drop_monitor.c, include/uapi/linux/net_dropmon.h.
 */
size_t netdm_parse(const void *msg, size_t len, uint16_t family, uint64_t now_ns,
		   struct drop_event *ev, struct netdm_tally *tally);
