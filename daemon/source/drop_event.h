/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/*
 * HOP 1: what every source yields. One event says that some packets died at one
 * drop point for one reason. It has no pointers, so that it can be copied
 * through the ring from one thread to another.
 */

#include <stdint.h>

#define DROP_POINT_MAX	40 /* with the NUL; drop_monitor.c prints %pS into 40 bytes */
#define DROP_REASON_MAX 48 /* with the NUL */

enum drop_origin {
	DROP_ORIGIN_SOFTWARE, /* the kernel's own code dropped it; NET_DM_ORIGIN_SW */
	DROP_ORIGIN_HARDWARE, /* a switch ASIC did, through a devlink trap; NET_DM_ORIGIN_HW */
};

enum drop_flags {
	DROP_HAS_BYTES = 1 << 0,  /* bytes is known */
	DROP_HAS_DEVICE = 1 << 1, /* ifindex is known */
	DROP_HAS_NETNS = 1 << 2,  /* netns is known */
};

struct drop_event {
	uint64_t time_ns;	      /* CLOCK_REALTIME of the drop, or of its report */
	uint64_t pc;		      /* software: return address of the drop; 0 unknown */
	uint64_t bytes;		      /* of all these packets together, if DROP_HAS_BYTES */
	uint32_t packets;	      /* at least 1 */
	uint32_t ifindex;	      /* the device they came in on, if DROP_HAS_DEVICE */
	uint32_t netns;		      /* inode of the network namespace, if DROP_HAS_NETNS */
	uint16_t ethertype;	      /* host byte order; 0 unknown */
	uint8_t ip_protocol;	      /* IANA number; 0 unknown */
	uint8_t origin : 1;	      /* enum drop_origin */
	uint8_t flags : 7;	      /* enum drop_flags */
	char point[DROP_POINT_MAX];   /* software: the symbol as the kernel printed it, may be
				       * empty or cut; hardware: the trap name */
	char reason[DROP_REASON_MAX]; /* software: the skb drop reason without SKB_DROP_REASON_,
				       * may be empty; hardware: the trap group */
};

_Static_assert(sizeof(struct drop_event) == 128, "two cache lines, and the ring's arithmetic");
