/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/*
 * What tracepoint.bpf.c in the kernel and tracepoint.c out here have in common: the
 * layout of the counts. Plain __u types, so that both compilers read it.
 */

#include <linux/types.h>

/*
 * Drops that share all of this are one entry. No holes: the kernel hashes every byte. Indexes of
 * devices are those of the network namespace, and 0 without it.
 */
struct tracepoint_key {
	__u64 location;	  /* return address of the call that freed the packet */
	__u32 reason;	  /* enum skb_drop_reason of the running kernel; 0 before 5.17 */
	__u32 ifindex;	  /* the device at the drop point; 0 unknown */
	__u32 in_ifindex; /* the device on which the packet came in; 0 unknown, or none */
	__u32 netns;	  /* inode of the network namespace of these devices; 0 unknown */
	__u16 ethertype;  /* network byte order */
	__u8 ip_protocol; /* 0 unknown */
	__u8 cast;	  /* PACKET_BROADCAST, PACKET_MULTICAST, else 0 */
} __attribute__((packed, aligned(4)));

_Static_assert(sizeof(struct tracepoint_key) == 28, "a multiple of 4, for the quicker jhash2");

/* One per CPU and key. */
struct tracepoint_count {
	__u64 packets;
	__u64 bytes;
};

/* What the program has to be told of the kernel that it is loaded into. */
struct tracepoint_kernel {
	__u32 arguments;  /* of the tracepoint: 2 before 5.17, 3 before 6.11, then 4 */
	__u8 can_cast;	  /* has bpf_rdonly_cast() */
	__u8 interrupted; /* the program may be interrupted by another run of itself */
};

/* What the program tells, in memory that both sides map. */
struct tracepoint_state {
	__u64 lost;    /* packets that found no room in the map */
	__u64 touched; /* nonzero: an entry was added since this was last set to zero */
};
