/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/*
 * When to look at the counts. While nothing is dropped, nobody is woken. The first drop after that
 * makes the descriptor readable, and from then on a timer does, until there is nothing left to
 * read.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct tracepoint_wake {
	int epoll_fd; /* the one to poll; stands for the other two */
	int timer_fd; /* while awake */
	int ring_fd;  /* of the caller; while asleep */
	uint32_t interval_ms;
	bool awake;
	size_t page;
	unsigned long *consumed; /* position in the ring; mapped, ours to write */
	unsigned long *produced; /* the kernel's to write */
};

/**
 * tracepoint_wake_open() - begin asleep
 * @w: all zero
 * @ring_fd: a BPF ring buffer; stays the caller's. The program writes to it when it adds the first
 * entry to an empty map
 * @interval_ms: between two readings
 *
 * Return: 0 or a negative errno; tracepoint_wake_close() is due in any case. Thread: main.
 */
int tracepoint_wake_open(struct tracepoint_wake *w, int ring_fd, uint32_t interval_ms);

/** tracepoint_wake_due() - whether the interval has passed; asking begins the next one. */
bool tracepoint_wake_due(struct tracepoint_wake *w);

/** tracepoint_wake_up() - there is something to read: only the timer tells the next time. */
void tracepoint_wake_up(struct tracepoint_wake *w);

/**
 * tracepoint_wake_sleep() - there was nothing to read
 *
 * What the program wrote to the ring until now is forgotten, so look at the map once more
 * afterwards.
 */
void tracepoint_wake_sleep(struct tracepoint_wake *w);

/** tracepoint_wake_close() - fine on all zero but for the descriptors, which are -1. */
void tracepoint_wake_close(struct tracepoint_wake *w);
