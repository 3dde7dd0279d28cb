/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/*
 * What the open sources know about themselves: what they lost before we saw it, and whether they
 * still hear the kernel. This travels to the aggregator in a slot and from there, inside the
 * snapshot, to the exposition.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/slot.h"

#define SOURCES_MAX 2 /* of software drops, and of hardware drops next to it */

enum restart_cause {
	RESTART_STOPPED,  /* somebody stopped the drop monitor; we started it again */
	RESTART_RELOADED, /* the module was reloaded: family found and group joined again */
	RESTART_CAUSES,
};

struct source_stats {
	const char *source; /* SOURCE_NAME_* */
	const char *mode;   /* "summary", "packet", or "" where there is none */
	const char *owner;  /* "self": we started it; "other": another program did, all of it or
			     * half; "unknown": we did, but another program listens, and may have
			     * started it anew; "" where that is no question */
	bool up;	    /* events would arrive if packets were dropped */
	bool ended;	    /* it is read no more: finished, or broken for good */
	bool finished;	    /* replay: the end of the file */
	uint64_t events;    /* drop events yielded */
	uint64_t packets;   /* packets in them */
	uint64_t lost_kernel_queue; /* packets: NET_DM's per-CPU queues, the BPF map full */
	uint64_t lost_recursion;    /* packets: the BPF program was already running on that CPU */
	uint64_t lost_socket; /* messages that did not fit into our receive buffer (packet mode:
			       * packets) */
	uint64_t lost_parse;  /* packets in messages that could not be read, one where unknown */
	uint64_t lost_ring;   /* packets that did not fit into the ring; set by the source thread */
	uint64_t ignored;     /* packets of software drops heard next to the tracepoint, which
			       * has counted them */
	uint64_t summary_full; /* summary messages with all 64 points used */
	uint64_t napi_notes;   /* summary points without an address: a driver's own drops */
	uint64_t restarts[RESTART_CAUSES];
	uint64_t blind_ns; /* upper bound of the time in which drops may have been missed */
	uint64_t receive_buffer_bytes; /* as read back from the kernel; 0 where there is none */
	uint64_t kernel_memory_bytes;  /* of the eBPF maps; 0 where there are none */
	char trouble[256];	       /* a sentence while !up, else empty */
};

/* The stats of all sources on their way through a slot; the source of software drops is first. */
struct source_stats_value {
	struct slot_value value;
	struct source_stats all[SOURCES_MAX]; /* immutable */
	size_t n;			      /* immutable */
};
