/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/*
 * What the open sources know about themselves: what was lost before they saw it, and whether they
 * receive drop events. The source thread publishes it in a slot, the aggregator puts it into the
 * snapshot, and from there it reaches the metrics and the log.
 */

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SOURCES_MAX 2 /* of software drops, and of hardware drops next to it */

enum restart_cause {
	RESTART_STOPPED,  /* another program stopped the drop monitor; we started it again */
	RESTART_RELOADED, /* the module was reloaded: family found and group joined again */
	RESTART_CAUSES,
};

/* Where an event can be lost, in the order of its path. */
enum lost_stage {
	LOST_KERNEL_QUEUE, /* NET_DM's queue of a CPU, or the eBPF map, was full */
	LOST_RECURSION,	   /* the eBPF program was already running on that CPU */
	LOST_SOCKET,	   /* our receive buffer was full */
	LOST_PARSE,	   /* the message could not be read; counts as one packet if unknown */
	LOST_RING,	   /* the ring was full; counted by the source thread */
	LOST_STAGES,
};

enum source_mode { MODE_NONE, MODE_SUMMARY, MODE_PACKET };

enum source_owner {
	OWNER_NONE,    /* the source has no owner, or it is not known yet */
	OWNER_SELF,    /* we started it */
	OWNER_OTHER,   /* another program started all of it or half of it */
	OWNER_UNKNOWN, /* we did, but another program listens and may have started it again */
};

struct source_stats {
	const char *source; /* SOURCE_NAME_* */
	enum source_mode mode;
	enum source_owner owner;
	bool up;	  /* events would arrive if packets were dropped */
	bool ended;	  /* it is not read any more: it has finished, or cannot be repaired */
	bool finished;	  /* replay: the end of the file */
	uint64_t events;  /* drop events yielded */
	uint64_t packets; /* packets in them */
	uint64_t lost[LOST_STAGES]; /* packets; LOST_SOCKET in summary mode: messages */
	uint64_t ignored;      /* packets in reports of software drops that the tracepoint counts */
	uint64_t summary_full; /* summary messages with all 64 points used */
	uint64_t napi_notes;   /* summary points without an address: a driver's own drops */
	uint64_t restarts[RESTART_CAUSES];
	uint64_t blind_ns; /* upper bound of the time in which drops may have been missed */
	uint64_t receive_buffer_bytes; /* as read back from the kernel; 0 if there is none */
	uint64_t kernel_memory_bytes;  /* of the eBPF maps; 0 if there are none */
	char trouble[256];	       /* a sentence while !up, else empty */
};

/** source_stats_same() - are the stats of a source unchanged? Thread: any; pure. */
bool source_stats_same(const struct source_stats *a, const struct source_stats *b);

/*
 * A slot that holds its value instead of a pointer to it: the value is small, and publishing it
 * cannot fail. One thread publishes, any thread copies.
 */
struct source_stats_slot {
	pthread_mutex_t lock;
	struct source_stats all[SOURCES_MAX]; /* under lock; the source of software drops first */
	size_t n;			      /* under lock; 0 until something is published */
};

/** source_stats_slot_init() - an empty slot in the caller's memory. Thread: main. */
void source_stats_slot_init(struct source_stats_slot *slot);

/** source_stats_slot_done() - no thread uses the slot any more. Thread: main. */
void source_stats_slot_done(struct source_stats_slot *slot);

/**
 * source_stats_publish() - replace the stats in a slot
 * @all: copied
 * @n: how many, at most SOURCES_MAX
 *
 * Thread: any.
 */
void source_stats_publish(struct source_stats_slot *slot, const struct source_stats *all, size_t n);

/**
 * source_stats_get() - copy the stats out of a slot
 * @ret: the first ones are set, as many as there are
 *
 * Return: how many. Thread: any.
 */
size_t source_stats_get(struct source_stats_slot *slot, struct source_stats ret[SOURCES_MAX]);

/** source_mode_name() - "summary", "packet" or "". Thread: any; pure. */
const char *source_mode_name(enum source_mode mode);

/** source_owner_name() - "self", "other", "unknown" or "". Thread: any; pure. */
const char *source_owner_name(enum source_owner owner);

/** lost_stage_name() - the name of a stage, as in labels: "kernel_queue". Thread: any; pure. */
const char *lost_stage_name(enum lost_stage stage);
