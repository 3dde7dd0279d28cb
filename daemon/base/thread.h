/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/*
 * What all threads have in common: how they start, and the beat that shows the watchdog whether
 * they are stuck.
 */

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>

/**
 * thread_start() - start a thread
 * @ret: the thread; set on success only
 * @name: as ps(1) and top(1) show it; at most 15 characters
 * @run: the function of the thread
 * @arg: its argument
 *
 * The thread blocks all signals: they are for the main thread. A write to a closed connection is
 * then an error instead of a SIGPIPE.
 *
 * Return: 0 or a negative errno. Thread: main.
 */
int thread_start(pthread_t *ret, const char *name, void *(*run)(void *), void *arg);

/*
 * A beat has one writer, its thread. It is 0 before the thread runs, odd while the thread works,
 * and even while it waits. A thread that waits is never stuck, however long there is nothing to do,
 * so the watchdog costs no wake-ups.
 */

/** thread_works() - the thread makes progress. Thread: the one of @beat. */
void thread_works(atomic_ulong *beat);

/** thread_waits() - the thread is about to wait for work, or to end. Thread: the one of @beat. */
void thread_waits(atomic_ulong *beat);

/**
 * thread_is_stuck() - did a thread neither wait nor make progress?
 * @beat: of the thread
 * @seen: the beat at the last call; updated. 0 before the first call
 *
 * Thread: any; one for each @seen.
 */
bool thread_is_stuck(const atomic_ulong *beat, unsigned long *seen);
