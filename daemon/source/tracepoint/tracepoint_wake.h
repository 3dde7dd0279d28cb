/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/*
 * When to read the counts. While nothing is dropped, no thread is woken. The next drop makes the
 * descriptor readable. From then on a timer does so, until there is nothing to read.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct tracepoint_wake {
	int epoll_fd; /* to poll; readable if one of the other two is */
	int timer_fd; /* used while awake */
	int ring_fd;  /* the caller's; used while asleep */
	uint32_t interval_ms;
	bool awake;
	size_t page;
	unsigned long *consumed; /* position in the ring buffer; mapped, written by us */
	unsigned long *produced; /* written by the kernel */
};

/**
 * tracepoint_wake_open() - begin asleep
 * @w: all zero, but the descriptors -1
 * @ring_fd: a BPF ring buffer, which stays the caller's. The program writes to it at the first new
 *	     count after an exchange
 * @interval_ms: between two readings
 *
 * Call tracepoint_wake_close() also after a failure.
 *
 * Return: 0 or a negative errno. Thread: main.
 */
int tracepoint_wake_open(struct tracepoint_wake *w, int ring_fd, uint32_t interval_ms);

/** tracepoint_wake_due() - has the interval passed? If so, the next one begins. Thread: source. */
bool tracepoint_wake_due(struct tracepoint_wake *w);

/** tracepoint_wake_up() - there was something to read: use the timer. Thread: source. */
void tracepoint_wake_up(struct tracepoint_wake *w);

/**
 * tracepoint_wake_sleep() - there was nothing to read: wait for the program
 *
 * Earlier records of the program are discarded, so check afterwards whether something was counted
 * in the meantime. Thread: source.
 */
void tracepoint_wake_sleep(struct tracepoint_wake *w);

/** tracepoint_wake_close() - accepts all zero with descriptors of -1. Thread: main. */
void tracepoint_wake_close(struct tracepoint_wake *w);
