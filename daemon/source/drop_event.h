/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/*
 * HOP 1: what every source yields. Most events report packets that were dropped at one drop point
 * for one reason. The others report a change that affects how drops are named. They share one type
 * so that they pass through the ring in the order in which they happened. An event has no pointers
 * and can be copied from one thread to another.
 */

#include <stdint.h>

#include "base/label.h"

#define DROP_POINT_MAX	40 /* with the NUL; drop_monitor.c prints %pS into 40 bytes */
#define DROP_REASON_MAX 38 /* with the NUL; the longest name of Linux 7.2 has 34 characters */

enum drop_event_type {
	EVENT_DROP,	    /* packets were dropped */
	EVENT_DEVICE,	    /* a device is new, or has another name: ifindex, name in point */
	EVENT_DEVICE_GONE,  /* a device was deleted or left our namespace: ifindex, name in point */
	EVENT_DEVICES_LOST, /* device events were lost: read all devices again */
	EVENT_MODULES,	    /* a module was loaded or unloaded: read the symbols again */
};

/* Whom a packet was sent to, by its frame or its IP header. The values are those of PACKET_* in
 * linux/if_packet.h. */
enum drop_cast {
	DROP_CAST_UNKNOWN, /* or to one host */
	DROP_CAST_BROADCAST,
	DROP_CAST_MULTICAST,
};

struct drop_event {
	uint64_t time_ns;	      /* CLOCK_REALTIME of the drop, or of its report */
	uint64_t pc;		      /* software: return address of the drop; 0 unknown */
	uint64_t packets;	      /* at least 1; 0 if this is no drop */
	uint64_t bytes;		      /* of all these packets together; 0 unknown */
	uint32_t ifindex;	      /* the device at which they were dropped; 0 unknown */
	uint32_t in_ifindex;	      /* the device on which they came in; 0 unknown */
	uint32_t netns;		      /* inode of the network namespace; 0 unknown */
	uint16_t ethertype;	      /* host byte order; 0 unknown */
	uint8_t ip_protocol;	      /* IANA number; 0 unknown */
	uint8_t type;		      /* enum drop_event_type */
	uint8_t origin;		      /* enum drop_origin */
	uint8_t cast;		      /* enum drop_cast */
	char point[DROP_POINT_MAX];   /* software: the symbol as the kernel printed it, may be
				       * empty or cut; hardware: the trap name */
	char reason[DROP_REASON_MAX]; /* software: the skb drop reason without SKB_DROP_REASON_,
				       * may be empty; hardware: the trap group */
};

_Static_assert(sizeof(struct drop_event) == 128, "two cache lines, and the ring's arithmetic");
