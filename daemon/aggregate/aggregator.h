/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/*
 * The aggregator thread: it pops events, names and counts them, and publishes a snapshot per tick.
 */

#include <stdatomic.h>

#include "base/cleanup.h"
#include "base/err.h"
#include "base/slot.h"
#include "config/config.h"
#include "ring/ring.h"
#include "source/source_stats.h"

struct aggregator;

/* What the aggregator reads and writes; all of it outlives the thread. */
struct aggregator_ports {
	struct ring *ring;			/* this thread becomes its consumer */
	struct source_stats_slot *source_stats; /* in */
	struct slot *config;			/* struct config, in; read at each tick */
	struct slot *canary;			/* struct canary_note, in */
	struct slot *snapshots; /* struct snapshot, out; the first one before start returns */
	int published_fd;	/* an eventfd, written after each publication; -1: none */
	atomic_ulong *beat;	/* of this thread */
};

/**
 * aggregator_start() - load the symbols, publish a first snapshot, start the thread
 * @ports: copied
 * @ret: the thread
 * @err: what failed; missing symbols are no failure, but the snapshots report them
 *
 * Return: 0 or a negative errno. Thread: main.
 */
int aggregator_start(const struct aggregator_ports *ports, struct aggregator **ret,
		     struct err *err);

/**
 * aggregator_stop() - count what is left in the ring, publish a last snapshot, and free
 * @a: may be NULL
 *
 * Return: NULL. Thread: main, after the source thread ended.
 */
struct aggregator *aggregator_stop(struct aggregator *a);

DEFINE_CLEANUP(struct aggregator *, aggregator_stop);
