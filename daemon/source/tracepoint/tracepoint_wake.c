/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The records in the ring buffer have no content, so they are not read: the consumer's position is
 * set to the producer's. kernel/bpf/ringbuf.c documents the two pages.
 */
#include "source/tracepoint/tracepoint_wake.h"

#include <errno.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/clock.h"

static int watch(const struct tracepoint_wake *w, int operation, int fd, uint32_t events)
{
	struct epoll_event event = { .events = events };

	return epoll_ctl(w->epoll_fd, operation, fd, &event) < 0 ? -errno : 0;
}

static void set_interval(const struct tracepoint_wake *w, uint32_t interval_ms)
{
	const struct timespec interval = { .tv_sec = interval_ms / 1000,
					   .tv_nsec = interval_ms % 1000 * NSEC_PER_MSEC };
	const struct itimerspec spec = { .it_interval = interval, .it_value = interval };

	timerfd_settime(w->timer_fd, 0, &spec, NULL); /* fails only with a bad argument */
}

static int map_ring(struct tracepoint_wake *w)
{
	void *consumed, *produced;

	consumed = mmap(NULL, w->page, PROT_READ | PROT_WRITE, MAP_SHARED, w->ring_fd, 0);
	if (consumed == MAP_FAILED)
		return -errno;
	w->consumed = consumed;
	produced = mmap(NULL, w->page, PROT_READ, MAP_SHARED, w->ring_fd, (off_t)w->page);
	if (produced == MAP_FAILED)
		return -errno;
	w->produced = produced;
	return 0;
}

int tracepoint_wake_open(struct tracepoint_wake *w, int ring_fd, uint32_t interval_ms)
{
	int r;

	w->ring_fd = ring_fd;
	w->interval_ms = interval_ms;
	w->page = (size_t)sysconf(_SC_PAGESIZE);
	w->epoll_fd = epoll_create1(EPOLL_CLOEXEC);
	w->timer_fd = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
	if (w->epoll_fd < 0 || w->timer_fd < 0)
		return -errno;
	r = map_ring(w);
	if (r == 0)
		r = watch(w, EPOLL_CTL_ADD, w->timer_fd, EPOLLIN);
	if (r == 0)
		r = watch(w, EPOLL_CTL_ADD, ring_fd, EPOLLIN);
	return r;
}

bool tracepoint_wake_due(struct tracepoint_wake *w)
{
	uint64_t expirations;

	return read(w->timer_fd, &expirations, sizeof(expirations)) > 0;
}

void tracepoint_wake_up(struct tracepoint_wake *w)
{
	if (w->awake)
		return;
	w->awake = true;
	watch(w, EPOLL_CTL_MOD, w->ring_fd, 0);
	set_interval(w, w->interval_ms);
}

void tracepoint_wake_sleep(struct tracepoint_wake *w)
{
	/* Both pair with bpf_ringbuf_commit() in the kernel. */
	const unsigned long produced = __atomic_load_n(w->produced, __ATOMIC_ACQUIRE);

	__atomic_store_n(w->consumed, produced, __ATOMIC_SEQ_CST);
	if (!w->awake)
		return;
	w->awake = false;
	set_interval(w, 0);
	watch(w, EPOLL_CTL_MOD, w->ring_fd, EPOLLIN);
}

void tracepoint_wake_close(struct tracepoint_wake *w)
{
	if (w->consumed)
		munmap(w->consumed, w->page);
	if (w->produced)
		munmap(w->produced, w->page);
	w->consumed = w->produced = NULL;
	closep(&w->timer_fd);
	closep(&w->epoll_fd);
}
