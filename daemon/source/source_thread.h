/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/*
 * The only loop around the sources: poll, read, ring_push, publish their stats.
 */

#include <stdatomic.h>

#include "base/cleanup.h"
#include "base/err.h"
#include "ring/ring.h"
#include "source/source_set.h"

struct source_thread;

/**
 * source_thread_announce() - publish the stats of sources whose thread does not run yet
 * @set: stays the caller's
 * @stats: where to
 *
 * The threads downstream start first, so even their first snapshot says which sources there are.
 *
 * Thread: main, before source_thread_start().
 */
void source_thread_announce(const struct source_set *set, struct source_stats_slot *stats);

/**
 * source_thread_start() - run the sources on a thread of their own
 * @set: stays the caller's; do not touch the sources until the thread has stopped
 * @ring: events go there; this thread becomes its producer
 * @stats: the stats are published here, at once and from then on
 * @beat: of this thread
 *
 * A source that breaks for good says so in its stats (up = false, trouble), and is read no more; at
 * the end of its data it has finished = true. When the first one ends, so does the thread.
 *
 * Return: 0 or a negative errno. Thread: main.
 */
int source_thread_start(const struct source_set *set, struct ring *ring,
			struct source_stats_slot *stats, atomic_ulong *beat,
			struct source_thread **ret, struct err *err);

/**
 * source_thread_stop() - tell the thread to end, wait for it, free it
 * @thread: may be NULL
 *
 * What the source had still to give at that moment is read first, for at most one second.
 *
 * Return: NULL. Thread: main.
 */
struct source_thread *source_thread_stop(struct source_thread *thread);

DEFINE_CLEANUP(struct source_thread *, source_thread_stop);
