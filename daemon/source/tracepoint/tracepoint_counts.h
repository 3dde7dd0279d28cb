/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/*
 * The counts out of the kernel: exchange the maps in which the program counts, then read and empty
 * the ones that it no longer uses.
 */

#include <stdbool.h>
#include <stddef.h>

#include "source/tracepoint/tracepoint_load.h"
#include "source/tracepoint/tracepoint_map.h"

struct tracepoint_counts {
	const struct tracepoint_program *program; /* the caller's */
	int active;		   /* the hash and the tables of slots in use, 0 or 1 */
	size_t slot;		   /* the next slot to read, of all CPUs */
	bool last_batch;	   /* no batch follows the current one */
	__u32 token;		   /* where the next batch begins */
	size_t room, filled, next; /* of the batch, in entries */
	struct tracepoint_key *keys;
	struct tracepoint_count *values;
};

/**
 * tracepoint_counts_open() - prepare to read
 * @c: all zero
 * @program: loaded; stays the caller's
 *
 * Return: 0 or -ENOMEM; tracepoint_counts_close() is due in any case. Thread: main.
 */
int tracepoint_counts_open(struct tracepoint_counts *c, const struct tracepoint_program *program);

/** tracepoint_counts_pending() - whether something was counted since the last exchange */
bool tracepoint_counts_pending(const struct tracepoint_counts *c);

/**
 * tracepoint_counts_exchange() - let the program count in the other maps, which are empty
 * @c: everything was read since the last exchange
 *
 * Takes some milliseconds, most of them asleep.
 *
 * Return: 1; 0 if nothing was counted since the last exchange; or a negative errno, after which
 * nothing is lost: call again. Thread: source.
 */
int tracepoint_counts_exchange(struct tracepoint_counts *c);

/**
 * tracepoint_counts_next() - remove one count from the maps that are no longer in use
 * @c: after an exchange
 * @key: the kind of drops; one kind may have several counts
 * @count: packets and bytes
 *
 * Return: 1; 0 if that was all; or a negative errno, after which nothing is lost: call again.
 * Thread: source.
 */
int tracepoint_counts_next(struct tracepoint_counts *c, struct tracepoint_key *key,
			   struct tracepoint_count *count);

/** tracepoint_counts_close() - fine on all zero. Thread: main. */
void tracepoint_counts_close(struct tracepoint_counts *c);
