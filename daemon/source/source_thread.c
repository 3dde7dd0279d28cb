/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The source thread: kernel -> [sources -> ring] -> aggregator.
 *
 * It polls all sources and is the single producer of the single ring. Drops that happened before a
 * module or device changed are named as of before the change. So a change that the netlink listener
 * reports is held back until everything that the sources of drops had at that moment is in the
 * ring.
 *
 * Wake-ups are expensive, reading is not: a thread that polls for each message costs more than
 * twice as much as one that sleeps for 2 ms while events flow and then reads many at once. So
 * poll() is for quiet times only. Meanwhile the kernel's receive buffer holds the events.
 *
 * While the ring has no room, nothing is read. A source that keeps what is not read (a file,
 * counters in the kernel) loses nothing. The buffer of a socket holds more than the ring, so events
 * stay there for a while: on a busy machine an aggregator often does not run for some milliseconds.
 * After that, the socket is read all the same, and the ring counts what does not fit. (It does not
 * pay to wait for a ring of less than two batches: each read would take only a few events.)
 *
 * While nothing happens, the thread sleeps until a descriptor is readable or a source is due for
 * upkeep.
 */
#include "source/source_thread.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/thread.h"

#define BATCH		  512		       /* events a read; eight full summary messages */
#define PATIENT_FILL	  4096		       /* events in the ring: a patient source waits */
#define NAP_NS		  (2 * NSEC_PER_MSEC)  /* between two reads while events flow */
#define PATIENCE_NS	  (50 * NSEC_PER_MSEC) /* half of what a socket holds of 1,000,000/s */
#define STATS_INTERVAL_MS 100		       /* between two publications while events flow */
#define UPKEEP_MS	  1000		       /* while the blind time of a source grows */
#define IDLE_MS		  10000		       /* longest poll, in case a wake-up is missed */
#define DRAIN_NS	  NSEC_PER_SEC	       /* limit for reading the rest at the end */
#define HOLD_NS		  NSEC_PER_SEC	       /* limit for holding back a change */
#define SETTLED		  2 /* reads without an event: the first may end a reading begun before */

_Static_assert(BATCH >= SOURCE_READ_MIN, "one whole message must fit");

/* One source as the thread sees it. */
struct input {
	struct source *source;	   /* NULL once it has ended */
	struct source_stats stats; /* as last published; without a name if it yields no drops */
	uint64_t lost_ring;	   /* packets that found no room in the ring */
	uint64_t full_ns;	   /* since when the ring has had no room for it; 0: it has room */
	unsigned int empty; /* reads in a row that gave nothing, since a change was received */
};

struct source_thread {
	struct input inputs[SOURCE_SET_MAX]; /* source thread */
	size_t n;			     /* immutable */
	struct ring *ring;		     /* its producer's end: source thread */
	struct source_stats_slot *stats;     /* immutable pointer */
	atomic_ulong *beat;		     /* atomic; read by main */
	int stop_fd;			     /* immutable; main writes once, the thread polls */
	uint64_t now_ns;		     /* source thread: CLOCK_MONOTONIC of this turn */
	uint64_t last_event_ns;		     /* source thread */
	uint64_t published_ns;		     /* source thread */
	struct drop_event batch[BATCH];	     /* source thread */
	struct drop_event changes[SOURCE_READ_MIN]; /* source thread: held back */
	size_t n_changes;			    /* source thread */
	uint64_t changed_ns;			    /* source thread: since when they are */
	pthread_t id;				    /* main */
};

/* Stats */

/* Return: whether they have changed. */
static bool take_stats(struct input *in)
{
	struct source_stats now = { 0 };
	bool changed;

	in->source->ops->stats(in->source, &now);
	now.lost[LOST_RING] = in->lost_ring;
	changed = !source_stats_same(&in->stats, &now);
	in->stats = now;
	return changed;
}

static void publish_stats(struct source_thread *t)
{
	struct source_stats all[SOURCES_MAX];
	size_t n = 0;

	for (size_t i = 0; i < t->n; i++)
		if (t->inputs[i].stats.source)
			all[n++] = t->inputs[i].stats;
	source_stats_publish(t->stats, all, n);
	t->published_ns = t->now_ns;
}

static bool has_unpublished(const struct source_thread *t)
{
	return t->last_event_ns > t->published_ns;
}

/*
 * The stats as they are now; the blind time of a source that has broken goes on. Events wake an
 * idle aggregator. If there were none, it is woken if the stats have changed.
 */
static void publish_latest(struct source_thread *t)
{
	const bool quiet = !has_unpublished(t);
	bool changed = false;

	for (size_t i = 0; i < t->n; i++) {
		struct input *in = &t->inputs[i];

		if (in->source && in->source->ops->stats) {
			changed |= take_stats(in);
		} else if (in->stats.ended && !in->stats.finished) {
			in->stats.blind_ns += t->now_ns - t->published_ns;
			changed = true;
		}
	}
	publish_stats(t);
	if (changed && quiet)
		ring_wake(t->ring);
}

static void publish_if_due(struct source_thread *t)
{
	const uint64_t interval_ms = has_unpublished(t) ? STATS_INTERVAL_MS : UPKEEP_MS / 2;

	if (t->now_ns - t->published_ns >= interval_ms * NSEC_PER_MSEC)
		publish_latest(t);
}

/* The source yields no more events. */
static void end_input(struct input *in, int code)
{
	if (in->source->ops->stats)
		take_stats(in);
	in->stats.ended = true;
	in->stats.finished = code == -ENODATA;
	in->stats.up = false;
	if (!in->stats.finished && !in->stats.trouble[0])
		snprintf(in->stats.trouble, sizeof(in->stats.trouble), "it failed: %s",
			 strerror(-code));
	in->source = NULL;
}

/* Reading */

/*
 * Return: how many events to read now; 0: wait until there is room for them. A source that keeps
 * them fills no more of the ring than it takes to keep the aggregator busy, since a page of it that
 * was used once stays resident.
 */
static size_t room(struct source_thread *t, struct input *in)
{
	const bool keeps = in->source->ops->keeps;
	const size_t capacity = ring_capacity(t->ring), used = ring_used(t->ring);
	const size_t n = keeps && used > PATIENT_FILL ? 0 : capacity - used;

	if (!keeps && capacity / 2 < BATCH)
		return BATCH;
	if (n >= SOURCE_READ_MIN) {
		in->full_ns = 0;
		return n < BATCH ? n : BATCH;
	}
	if (!in->full_ns)
		in->full_ns = t->now_ns;
	return keeps || t->now_ns - in->full_ns < PATIENCE_NS ? 0 : BATCH;
}

static void push(struct source_thread *t, struct input *in, size_t n)
{
	const size_t fitted = ring_push(t->ring, t->batch, n);

	for (size_t i = fitted; i < n; i++)
		in->lost_ring += t->batch[i].packets;
	t->last_event_ns = t->now_ns;
}

/* Return: events taken, 0 none now, negative: it has ended. */
static int read_input(struct source_thread *t, struct input *in)
{
	const size_t wanted = room(t, in);
	int n;

	if (!wanted)
		return 0;
	n = in->source->ops->read(in->source, t->batch, wanted);
	in->empty = n == 0 ? in->empty + 1 : 0;
	if (n > 0)
		push(t, in, (size_t)n);
	else if (n < 0)
		end_input(in, n);
	return n;
}

static bool yields_drops(const struct input *in)
{
	return in->source && in->source->ops->stats;
}

/* Unless changes are already waiting. */
static void read_changes(struct source_thread *t, struct input *listener)
{
	int n;

	if (t->n_changes)
		return;
	n = listener->source->ops->read(listener->source, t->changes, SOURCE_READ_MIN);
	if (n <= 0)
		return;
	t->n_changes = (size_t)n;
	t->changed_ns = t->now_ns;
	for (size_t i = 0; i < t->n; i++)
		t->inputs[i].empty = 0;
}

static bool drops_are_settled(const struct source_thread *t)
{
	for (size_t i = 0; i < t->n; i++)
		if (yields_drops(&t->inputs[i]) && t->inputs[i].empty < SETTLED)
			return t->now_ns - t->changed_ns > HOLD_NS;
	return true;
}

static void push_changes(struct source_thread *t, struct input *listener)
{
	if (!t->n_changes || !drops_are_settled(t) || !room(t, listener))
		return;
	ring_push(t->ring, t->changes, t->n_changes);
	t->n_changes = 0;
	t->last_event_ns = t->now_ns;
}

static bool waits_for_ring(const struct source_thread *t)
{
	for (size_t i = 0; i < t->n; i++)
		if (t->inputs[i].source && t->inputs[i].full_ns)
			return true;
	return false;
}

/* Return: the most events that one source gave, 0 none now, negative: software drops have ended. */
static int read_drops(struct source_thread *t)
{
	int most = 0;

	for (size_t i = 0; i < t->n; i++) {
		const int n = yields_drops(&t->inputs[i]) ? read_input(t, &t->inputs[i]) : 0;

		if (n < 0 && i == 0)
			return n;
		if (n > most)
			most = n;
	}
	return most;
}

/* Return: as read_drops(); more than 0 while changes wait. */
static int turn(struct source_thread *t)
{
	struct input *listener = &t->inputs[t->n - 1];
	int most;

	if (yields_drops(listener) || !listener->source)
		listener = NULL;
	t->now_ns = clock_monotonic_ns();
	thread_works(t->beat);
	if (listener)
		read_changes(t, listener);
	most = read_drops(t);
	if (most < 0)
		return most;
	if (listener)
		push_changes(t, listener);
	if (most == 0 && waits_for_ring(t))
		clock_sleep_ns(NSEC_PER_MSEC);
	return most || !t->n_changes ? most : 1;
}

static bool stop_requested(const struct source_thread *t)
{
	struct pollfd fd = { .fd = t->stop_fd, .events = POLLIN };

	return poll(&fd, 1, 0) > 0;
}

static int longest_wait_ms(const struct source_thread *t)
{
	uint32_t ms = IDLE_MS;

	if (has_unpublished(t))
		return STATS_INTERVAL_MS;
	for (size_t i = 0; i < t->n; i++) {
		const struct source *s = t->inputs[i].source;
		const uint32_t upkeep_ms = s ? s->ops->upkeep_ms : UPKEEP_MS;

		if (upkeep_ms && upkeep_ms < ms)
			ms = upkeep_ms;
	}
	return (int)ms;
}

/* Quiet: sleep until a source has something to read, or needs upkeep. */
static void wait_for_more(struct source_thread *t)
{
	struct pollfd fds[SOURCE_SET_MAX + 1] = { { .fd = t->stop_fd, .events = POLLIN } };
	nfds_t n = 1;

	for (size_t i = 0; i < t->n; i++) {
		const struct source *s = t->inputs[i].source;

		if (s)
			fds[n++] = (struct pollfd){ .fd = s->ops->fd(s), .events = POLLIN };
	}
	thread_waits(t->beat);
	poll(fds, n, longest_wait_ms(t));
}

/* The last events before the end, within DRAIN_NS. */
static void drain_source(struct source_thread *t)
{
	const uint64_t end_ns = clock_monotonic_ns() + DRAIN_NS;

	while ((turn(t) > 0 || waits_for_ring(t)) && t->now_ns < end_ns)
		;
	publish_latest(t);
}

static void *source_thread_main(void *arg)
{
	struct source_thread *t = arg;

	while (!stop_requested(t)) {
		int n = turn(t);

		if (n < 0) {
			publish_stats(t);
			ring_wake(t->ring);
			thread_waits(t->beat);
			return NULL;
		}
		publish_if_due(t);
		if (n == 0 && !waits_for_ring(t))
			wait_for_more(t);
		else if (n > 0 && n < BATCH / 2) /* the queue is empty just now */
			clock_sleep_ns(NAP_NS);
	}
	drain_source(t);
	thread_waits(t->beat);
	return NULL;
}

/* Starting and stopping */

static struct source_thread *source_thread_free(struct source_thread *t)
{
	if (!t)
		return NULL;
	if (t->stop_fd >= 0)
		close(t->stop_fd);
	free(t);
	return NULL;
}

DEFINE_CLEANUP(struct source_thread *, source_thread_free);

/* The stats of all sources as they are now. */
static void add_inputs(struct source_thread *t, const struct source_set *set)
{
	t->n = set->n;
	for (size_t i = 0; i < set->n; i++) {
		struct input *in = &t->inputs[i];

		in->source = set->all[i];
		if (in->source->ops->stats)
			take_stats(in);
	}
	publish_stats(t);
}

void source_thread_announce(const struct source_set *set, struct source_stats_slot *stats)
{
	struct source_thread t = { .stats = stats };

	add_inputs(&t, set);
}

int source_thread_start(const struct source_set *set, struct ring *ring,
			struct source_stats_slot *stats, atomic_ulong *beat,
			struct source_thread **ret, struct err *err)
{
	cleanup(source_thread_freep) struct source_thread *t = calloc(1, sizeof(*t));
	int r;

	if (!t)
		return err_set(err, -ENOMEM, "source thread: %m");
	*t = (struct source_thread){ .ring = ring, .stats = stats, .beat = beat };
	t->now_ns = clock_monotonic_ns();
	t->stop_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (t->stop_fd < 0)
		return err_set(err, -errno, "source thread: eventfd: %m");
	add_inputs(t, set);
	r = thread_start(&t->id, "source", source_thread_main, t);
	if (r < 0)
		return err_set(err, r, "source thread: %m");
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
