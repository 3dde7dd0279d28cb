/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The source thread: kernel -> [source -> ring] -> aggregator.
 *
 * Waking up is what costs, not reading: a thread that polls for each message pays
 * more than twice what one pays that sleeps 2 ms while events flow and then
 * takes many at once. So poll() is for quiet times only. The kernel's receive
 * buffer holds what comes in meanwhile.
 *
 * While the ring has no room nothing is read. A source that keeps what is not read
 * (a file, counters in the kernel) loses nothing by that. A socket's buffer holds
 * more than the ring does, so it is left to it for a while, since an
 * aggregator that is kept from running for some milliseconds is usual on a busy
 * machine; then it is read all the same, and the ring counts what it has no
 * room for. (A ring of less than two batches is not worth waiting for: a socket
 * would be read in driblets.)
 */
#include "source/source_thread.h"

#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>

#include "base/clock.h"
#include "base/log.h"

#define BATCH		  512		       /* events a read; eight full summary messages */
#define PATIENT_FILL	  4096		       /* events in the ring: a patient source waits */
#define NAP_NS		  (2 * NSEC_PER_MSEC)  /* between two reads while events flow */
#define PATIENCE_NS	  (50 * NSEC_PER_MSEC) /* half of what a socket holds of 1,000,000/s */
#define STATS_INTERVAL_MS 100		       /* between two publications while events flow */
#define IDLE_MS		  1000		       /* longest poll: upkeep, beat */
#define DRAIN_NS	  NSEC_PER_SEC	       /* what is left is read for so long at the end */
#define LINES_A_MINUTE	  4		       /* of each kind of trouble that comes and goes */

_Static_assert(BATCH >= SOURCE_READ_MIN, "one whole message must fit");

struct source_thread {
	struct source *source;		       /* source thread, until it ended */
	struct ring *ring;		       /* its producer's end: source thread */
	struct slot *stats;		       /* immutable pointer */
	struct source_stats_value *last_words; /* source thread: room to tell the end in */
	atomic_ulong *beat;		       /* atomic; read by main */
	int stop_fd;			       /* immutable; main writes once, the thread polls */
	uint64_t now_ns;		       /* source thread: CLOCK_MONOTONIC of this turn */
	uint64_t last_event_ns;		       /* source thread */
	uint64_t full_ns;	      /* source thread: since when the ring has no room; 0 it has */
	uint64_t published_ns;	      /* source thread */
	struct source_stats shown;    /* source thread: as last published */
	uint64_t shown_ring_lost;     /* source thread: as last logged */
	struct log_limit lost_limit;  /* source thread */
	struct log_limit parse_limit; /* source thread */
	struct log_limit up_limit;    /* source thread */
	bool told_up;		      /* source thread: as last logged, or as it began */
	struct log_limit restart_limit[RESTART_CAUSES]; /* source thread */
	uint64_t told_restarts[RESTART_CAUSES];		/* source thread: as last logged */
	struct drop_event batch[BATCH];			/* source thread */
	pthread_t id;					/* main */
};

static void stats_value_free(struct slot_value *value)
{
	free(value); /* the first member */
}

static void log_losses(struct source_thread *t, const struct source_stats *now)
{
	const uint64_t in_ring = ring_lost(t->ring);
	const bool more = now->lost_kernel_queue != t->shown.lost_kernel_queue ||
			  now->lost_socket != t->shown.lost_socket || in_ring != t->shown_ring_lost;

	if (more && log_limit_ok(&t->lost_limit, t->now_ns))
		log_warning("drop events are being lost before they are counted (in all: %" PRIu64
			    " kernel_queue, %" PRIu64 " socket, %" PRIu64 " ring); "
			    "dropwatchd_events_lost_total goes on counting them",
			    now->lost_kernel_queue, now->lost_socket, in_ring);
	t->shown_ring_lost = in_ring;
	if (now->lost_parse != t->shown.lost_parse && log_limit_ok(&t->parse_limit, t->now_ns))
		log_warning("messages that cannot be read (in all: %" PRIu64
			    " packets lost in them)",
			    now->lost_parse);
}

/* Two programs that fight over the monitor do so every second. What was not told then is told with
 * the next line, which says how often it was in all. */
static void log_restarts(struct source_thread *t, const struct source_stats *now)
{
	static const char *const what[RESTART_CAUSES] = {
		[RESTART_STOPPED] =
			"another program had stopped the drop monitor; it was started again",
		[RESTART_RELOADED] =
			"the drop_monitor module was reloaded; its events were joined again",
		[RESTART_ERROR] = "the source failed and was opened again",
	};

	for (int i = 0; i < RESTART_CAUSES; i++) {
		if (now->restarts[i] == t->told_restarts[i] ||
		    !log_limit_ok(&t->restart_limit[i], t->now_ns))
			continue;
		log_warning("%s, drops in between are not counted (in all: %" PRIu64 " times)",
			    what[i], now->restarts[i]);
		t->told_restarts[i] = now->restarts[i];
	}
}

/* The end is told whatever was told before it; what else is left out now is told if it lasts. */
static void log_up(struct source_thread *t, const struct source_stats *now)
{
	if (now->up == t->told_up || now->finished)
		return;
	if (!now->ended && !log_limit_ok(&t->up_limit, t->now_ns))
		return;
	log_line(now->up ? LOG_LEVEL_INFO : LOG_LEVEL_ERROR, "source %s: %s", now->source,
		 now->up ? "drops are seen again" : now->trouble);
	t->told_up = now->up;
}

static void log_changes(struct source_thread *t, const struct source_stats *now)
{
	log_restarts(t, now);
	log_up(t, now);
	if (now->finished && !t->shown.finished)
		log_info("source %s: the end was reached, %" PRIu64 " packets in %" PRIu64
			 " events; the final counts go on being served%s%s",
			 now->source, now->packets, now->events, now->trouble[0] ? "; " : "",
			 now->trouble);
	log_losses(t, now);
}

/* @v: becomes the slot's. */
static void publish_value(struct slot *stats, struct source_stats_value *v,
			  const struct source_stats *now)
{
	slot_value_init(&v->value, stats_value_free);
	v->stats = *now;
	slot_publish(stats, &v->value);
}

static int publish_stats(struct slot *stats, const struct source_stats *now)
{
	struct source_stats_value *v = malloc(sizeof(*v));

	if (!v)
		return -ENOMEM;
	publish_value(stats, v, now);
	return 0;
}

static void published(struct source_thread *t, const struct source_stats *now)
{
	log_changes(t, now);
	t->shown = *now;
	t->published_ns = t->now_ns;
}

static void publish(struct source_thread *t, const struct source_stats *now)
{
	if (publish_stats(t->stats, now) == 0)
		published(t, now); /* else the next turn tries again */
}

static void publish_if_due(struct source_thread *t, uint64_t interval_ms)
{
	struct source_stats now = { 0 };

	if (t->now_ns - t->published_ns < interval_ms * NSEC_PER_MSEC)
		return;
	t->source->ops->stats(t->source, &now);
	publish(t, &now);
}

/* The source will give nothing any more: say so, for the snapshot and in the log. No turn follows
 * that could try again, so the room for it is there since the start. */
static void publish_end(struct source_thread *t, int code)
{
	struct source_stats now = { 0 };

	t->source->ops->stats(t->source, &now);
	now.ended = true;
	now.finished = code == -ENODATA;
	now.up = false;
	if (!now.finished && !now.trouble[0])
		snprintf(now.trouble, sizeof(now.trouble), "it failed: %s", strerror(-code));
	publish_value(t->stats, take(t->last_words), &now);
	published(t, &now);
}

/*
 * Return: how many events to read now; 0: wait until there is room for them. A source that keeps
 * them fills no more of the ring than it takes to keep the aggregator busy, since a page of it that
 * was used once stays resident.
 */
static size_t room(struct source_thread *t)
{
	const bool keeps = t->source->ops->keeps;
	const size_t capacity = ring_capacity(t->ring), used = ring_used(t->ring);
	const size_t n = keeps && used > PATIENT_FILL ? 0 : capacity - used;

	if (!keeps && capacity / 2 < BATCH)
		return BATCH;
	if (n >= SOURCE_READ_MIN) {
		t->full_ns = 0;
		return n < BATCH ? n : BATCH;
	}
	if (!t->full_ns)
		t->full_ns = t->now_ns;
	return keeps || t->now_ns - t->full_ns < PATIENCE_NS ? 0 : BATCH;
}

static bool stop_requested(const struct source_thread *t)
{
	struct pollfd fd = { .fd = t->stop_fd, .events = POLLIN };

	return poll(&fd, 1, 0) > 0;
}

/* Quiet: sleep until the source has something, or it is time for upkeep and a beat. */
static void wait_for_more(struct source_thread *t)
{
	const bool unpublished = t->last_event_ns > t->published_ns;
	struct pollfd fds[] = {
		{ .fd = t->source->ops->fd(t->source), .events = POLLIN },
		{ .fd = t->stop_fd, .events = POLLIN },
	};

	poll(fds, 2, unpublished ? STATS_INTERVAL_MS : IDLE_MS);
}

/* Return: events taken, 0 none now, negative: the source ended. */
static int turn(struct source_thread *t)
{
	size_t wanted;
	int n;

	t->now_ns = clock_monotonic_ns();
	atomic_fetch_add_explicit(t->beat, 1, memory_order_relaxed); /* ordered with nothing */
	wanted = room(t);
	if (!wanted) {
		clock_sleep_ns(NSEC_PER_MSEC);
		return 0;
	}
	n = t->source->ops->read(t->source, t->batch, wanted);
	if (n > 0) {
		ring_push(t->ring, t->batch, (size_t)n);
		t->last_event_ns = t->now_ns;
	} else if (n == 0 && t->full_ns) {
		clock_sleep_ns(NSEC_PER_MSEC); /* nothing to read, and no room for it either */
	}
	return n;
}

/* The last events before the end; nobody waits longer than DRAIN_NS for them. */
static void drain(struct source_thread *t)
{
	const uint64_t end_ns = clock_monotonic_ns() + DRAIN_NS;

	while ((turn(t) > 0 || t->full_ns) && t->now_ns < end_ns)
		;
	publish_if_due(t, 0);
}

static struct source_thread *source_thread_free(struct source_thread *t)
{
	if (!t)
		return NULL;
	if (t->stop_fd >= 0)
		close(t->stop_fd);
	free(t->last_words);
	free(t);
	return NULL;
}

DEFINE_CLEANUP(struct source_thread *, source_thread_free);

static void *source_thread_main(void *arg)
{
	struct source_thread *t = arg;

	pthread_setname_np(pthread_self(), "source");
	while (!stop_requested(t)) {
		int n = turn(t);

		if (n < 0) {
			publish_end(t, n);
			return NULL;
		}
		publish_if_due(t, n > 0 ? STATS_INTERVAL_MS : IDLE_MS / 2);
		if (n == 0 && !t->full_ns)
			wait_for_more(t);
		else if (n > 0 && n < BATCH / 2) /* the queue is empty just now */
			clock_sleep_ns(NAP_NS);
	}
	drain(t);
	return NULL;
}

int source_thread_announce(struct source *source, struct slot *stats)
{
	struct source_stats now = { 0 };

	source->ops->stats(source, &now);
	return publish_stats(stats, &now);
}

int source_thread_start(struct source *source, struct ring *ring, struct slot *stats,
			atomic_ulong *beat, struct source_thread **ret, struct err *err)
{
	cleanup(source_thread_freep) struct source_thread *t = calloc(1, sizeof(*t));
	struct source_stats now = { 0 };
	int r;

	if (!t)
		return err_set(err, -ENOMEM, "source thread: %m");
	*t = (struct source_thread){ .source = source, .ring = ring, .stats = stats, .beat = beat };
	t->now_ns = clock_monotonic_ns();
	t->up_limit.burst = LINES_A_MINUTE;
	for (int i = 0; i < RESTART_CAUSES; i++)
		t->restart_limit[i].burst = LINES_A_MINUTE;
	t->stop_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (t->stop_fd < 0)
		return err_set(err, -errno, "source thread: eventfd: %m");
	t->last_words = malloc(sizeof(*t->last_words));
	if (!t->last_words)
		return err_set(err, -ENOMEM, "source thread: out of memory");
	source->ops->stats(source, &now);
	t->told_up = now.up;
	publish(t, &now);
	r = pthread_create(&t->id, NULL, source_thread_main, t);
	if (r != 0)
		return err_set(err, -r, "source thread: %m");
	*ret = take(t);
	return 0;
}

struct source_thread *source_thread_stop(struct source_thread *thread)
{
	const uint64_t one = 1;

	if (!thread)
		return NULL;
	if (write(thread->stop_fd, &one, sizeof(one)) < 0)
		log_error("source thread: eventfd: %s", strerror(errno)); /* cannot be: it was 0 */
	pthread_join(thread->id, NULL);
	return source_thread_free(thread);
}
