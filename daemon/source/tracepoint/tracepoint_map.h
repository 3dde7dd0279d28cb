/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/*
 * The data that tracepoint.bpf.c in the kernel and the daemon share: the layout of the counts.
 * Only __u types, so that both compilers accept it.
 */

#include <linux/types.h>

/*
 * Drops that share all of this are of one kind, and have one count. No padding: every byte is
 * compared. Indexes of devices belong to the network namespace; they are 0 without one.
 */
struct tracepoint_key {
	__u64 location;	  /* return address of the call that freed the packet; never 0 */
	__u32 reason;	  /* enum skb_drop_reason of the running kernel; 0 before 5.17 */
	__u32 netns;	  /* inode of the network namespace of these devices; 0 unknown */
	__u32 ifindex;	  /* the device at the drop point; 0 unknown */
	__u32 in_ifindex; /* the device on which the packet came in; 0 unknown, or none */
	__u16 ethertype;  /* network byte order */
	__u8 ip_protocol; /* 0 unknown */
	__u8 cast;	  /* PACKET_BROADCAST, PACKET_MULTICAST, else 0 */
	__u32 zero;
};

_Static_assert(sizeof(struct tracepoint_key) == 32, "four words without padding");

struct tracepoint_count {
	__u64 packets;
	__u64 bytes;
};

/* The kinds that a CPU counts most easily. Free if packets is 0. */
struct tracepoint_slot {
	struct tracepoint_key key;
	struct tracepoint_count count;
};

#define TRACEPOINT_SLOT_BITS 5
#define TRACEPOINT_SLOTS     (1 << TRACEPOINT_SLOT_BITS)

/* The two tables of a CPU, one of which is in use: 3 KiB, in cache lines of its own. */
struct tracepoint_slots {
	struct tracepoint_slot of[2][TRACEPOINT_SLOTS];
	__u32 busy; /* the program is using them, if it may be interrupted by another run */
} __attribute__((aligned(64)));

/* What the program needs to know about the running kernel. */
struct tracepoint_kernel {
	__u32 arguments;  /* of the tracepoint: 2 before 5.17, 3 before 6.11, then 4 */
	__u8 can_cast;	  /* has bpf_rdonly_cast() */
	__u8 interrupted; /* the program may be interrupted by another run of itself */
};

/* Memory that the program and the daemon map. */
struct tracepoint_state {
	__u64 lost;	  /* packets that found the hash full */
	__u64 touched;	  /* nonzero: a kind was added since this was last set to zero */
	__u64 generation; /* the table of slots in use, 0 or 1; set by the daemon */
};
