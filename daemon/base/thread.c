/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/thread.h"

#include <signal.h>

int thread_start(pthread_t *ret, const char *name, void *(*run)(void *), void *arg)
{
	sigset_t all, before;
	pthread_t thread;
	int r;

	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	r = pthread_create(&thread, NULL, run, arg);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	if (r)
		return -r;
	pthread_setname_np(thread, name);
	*ret = thread;
	return 0;
}

/* relaxed, here and below: nothing is ordered by a beat */
static void set_beat(atomic_ulong *beat, unsigned long step)
{
	const unsigned long now = atomic_load_explicit(beat, memory_order_relaxed);

	atomic_store_explicit(beat, (now | 1) + step, memory_order_relaxed);
}

void thread_works(atomic_ulong *beat)
{
	set_beat(beat, 2);
}

void thread_waits(atomic_ulong *beat)
{
	set_beat(beat, 1);
}

bool thread_is_stuck(const atomic_ulong *beat, unsigned long *seen)
{
	const unsigned long now = atomic_load_explicit(beat, memory_order_relaxed);
	const bool waits = now && now % 2 == 0, moved = now != *seen;

	*seen = now;
	return !waits && !moved;
}
