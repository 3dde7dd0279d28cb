/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/*
 * The aggregator thread: pop, name, count, publish a snapshot each tick.
 */

#include <stdatomic.h>

#include "base/cleanup.h"
#include "base/err.h"
#include "base/slot.h"
#include "config/config.h"
#include "ring/ring.h"
#include "source/source_stats.h"

struct aggregator;

/* Where the aggregator takes from and gives to; all of it outlives the thread. */
struct aggregator_ports {
	struct ring *ring;			/* this thread becomes its consumer */
	struct source_stats_slot *source_stats; /* in */
	struct slot *config;	/* struct config, in; what is live is taken up each tick */
	struct slot *snapshots; /* struct snapshot, out; the first one before start returns */
	int published_fd;	/* an eventfd, written after each publication; -1: none */
	atomic_ulong *beat;	/* of this thread */
};

/**
 * aggregator_start() - load the symbols, publish a first snapshot, start the thread
 * @ports: copied
 * @ret: the thread
 * @err: what failed; a missing symbol table is no failure but shows in the health counters
 *
 * Return: 0 or a negative errno. Thread: main.
 */
int aggregator_start(const struct aggregator_ports *ports, struct aggregator **ret,
		     struct err *err);

/**
 * aggregator_stop() - count what is left in the ring, publish a last snapshot, end, free
 * @a: may be NULL
 *
 * Return: NULL. Thread: main, after the source thread ended.
 */
struct aggregator *aggregator_stop(struct aggregator *a);

DEFINE_CLEANUP(struct aggregator *, aggregator_stop);
