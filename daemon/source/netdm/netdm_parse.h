/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/*
 * Messages of NET_DM to drop events: bytes in, structs out, no state, no allocation, no system
 * call. The bytes are in host byte order, and are not trusted, since replay reads them from files.
 */

#include <stddef.h>
#include <stdint.h>

#include "source/drop_event.h"

/* A summary message has no more points than this: drop_monitor.c dm_hit_limit. */
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
 * @len: bytes at @msg: the rest of the datagram or frame, which may be more or less than nlmsg_len
 *       (a receive buffer may be shorter than a packet message, since the payload comes last)
 * @family: NET_DM's generic netlink family id
 * @now_ns: CLOCK_REALTIME, for messages without a timestamp
 * @ev: room for NETDM_POINTS_MAX events
 * @tally: this message is added to it
 *
 * A request, and a message of another family or with another command, yields no event and counts as
 * no loss. point and reason are padded with NULs to their end, and contain the kernel's bytes as
 * they are, which may not be UTF-8.
 *
 * Return: how many events were written.
 * Thread: any; pure.
 * Source: net/core/drop_monitor.c, include/uapi/linux/net_dropmon.h.
 */
size_t netdm_parse(const void *msg, size_t len, uint16_t family, uint64_t now_ns,
		   struct drop_event *ev, struct netdm_tally *tally);
