/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The cost of the ring, compared with the same ring under a mutex. usage: bench_ring [EVENTS]. A
 * source thread pushes batches of 64, as many as a summary message or a recvmmsg() may yield;
 * the consumer pops batches of 256. Events that do not fit are pushed again, so nothing is lost
 * and both do the same work.
 */
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/clock.h"
#include "ring/ring.h"
#include "source/drop_event.h"

#define CAPACITY 16384
#define PUSH     64
#define POP      256

/* The plainest queue that there is. */
struct locked {
	pthread_mutex_t lock;
	uint64_t head, tail;
	struct drop_event events[CAPACITY];
};

static size_t locked_push(struct locked *q, const struct drop_event *ev, size_t n)
{
	pthread_mutex_lock(&q->lock);
	if (n > CAPACITY - (q->head - q->tail))
		n = CAPACITY - (q->head - q->tail);
	for (size_t i = 0; i < n; i++)
		q->events[(q->head + i) % CAPACITY] = ev[i];
	q->head += n;
	pthread_mutex_unlock(&q->lock);
	return n;
}

static size_t locked_pop(struct locked *q, struct drop_event *ev, size_t n)
{
	pthread_mutex_lock(&q->lock);
	if (n > q->head - q->tail)
		n = q->head - q->tail;
	for (size_t i = 0; i < n; i++)
		ev[i] = q->events[(q->tail + i) % CAPACITY];
	q->tail += n;
	pthread_mutex_unlock(&q->lock);
	return n;
}

struct run {
	struct ring *ring; /* NULL: the locked one */
	struct locked *locked;
	uint64_t events;
	size_t batch; /* of a push */
};

static size_t push(struct run *run, const struct drop_event *ev, size_t n)
{
	return run->ring ? ring_push(run->ring, ev, n) : locked_push(run->locked, ev, n);
}

static void *produce(void *arg)
{
	struct run *run = arg;
	struct drop_event ev[PUSH];
	uint64_t left = run->events;

	memset(ev, 0, sizeof(ev));
	while (left) {
		size_t n = push(run, ev, left < run->batch ? left : run->batch);

		if (!n)
			clock_sleep_ns(50000);
		left -= n;
	}
	return NULL;
}

static double cpu_s(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &ts);
	return (double)ts.tv_sec + (double)ts.tv_nsec / 1e9;
}

static void measure(const char *name, struct run *run)
{
	static struct drop_event ev[POP];
	uint64_t left = run->events, start = clock_monotonic_ns(), wall;
	double cpu = cpu_s();
	pthread_t producer;

	if (pthread_create(&producer, NULL, produce, run))
		return;
	while (left) {
		size_t n = run->ring ? ring_pop(run->ring, ev, POP)
				     : locked_pop(run->locked, ev, POP);

		if (!n && run->ring)
			ring_wait(run->ring, 2048, 200000);
		else if (!n)
			clock_sleep_ns(50000);
		left -= n;
	}
	pthread_join(producer, NULL);
	wall = clock_monotonic_ns() - start;
	printf("%-24s %8.1f M events/s  %6.1f ns CPU per event\n", name,
	       (double)run->events * 1e3 / (double)wall,
	       (cpu_s() - cpu) * 1e9 / (double)run->events);
}

int main(int argc, char **argv)
{
	static struct locked locked = { .lock = PTHREAD_MUTEX_INITIALIZER };
	uint64_t events = argc > 1 ? strtoull(argv[1], NULL, 10) : 20000000;
	cleanup(ring_freep) struct ring *ring = NULL;
	struct run run = { .locked = &locked, .events = events, .batch = PUSH };

	if (ring_new(CAPACITY, sizeof(struct drop_event), &ring, NULL) < 0)
		return 1;
	measure("mutex, batches of 64", &run);
	run.ring = ring;
	measure("ring, batches of 64", &run);
	run.batch = 1;
	run.ring = NULL;
	measure("mutex, one at a time", &run);
	run.ring = ring;
	measure("ring, one at a time", &run);
	return 0;
}
