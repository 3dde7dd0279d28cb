/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Place in the path: the kernel's counters and snapshots → ledger → slot. Thread: ledger.
 *
 * A reading takes place between two snapshots (balance.c). The latest snapshot is the one before
 * it. The one after has to show all drops that happened before the reading ended, which takes the
 * source and the aggregator a few seconds; the thread looks for it once a second. Then the ledger
 * is published.
 *
 * When this thread comes late, the whole program may have been stopped, or the machine is very
 * busy. Then a new snapshot may be older than what the source has not read meanwhile, so the thread
 * waits these few seconds again.
 *
 * The thread may be held up in the kernel, where nothing can end it. Stopping therefore waits for a
 * while only. From then on the thread touches nothing but its own struct, and frees that itself if
 * it goes on.
 */
#include "ledger/ledger_thread.h"

#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/eventfd.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/thread.h"
#include "config/config.h"
#include "ledger/balance.h"
#include "ledger/canary.h"
#include "ledger/canary_log.h"
#include "ledger/reader.h"

#define REQUESTS_NS  NSEC_PER_SEC	/* between readings on request */
#define SETTLE_NS    (3 * NSEC_PER_SEC) /* from a drop to the snapshot that shows it */
#define MARGIN_NS    NSEC_PER_SEC	/* of it for the aggregator */
#define LOOK_NS	     NSEC_PER_SEC	/* between looks for that snapshot */
#define LATE_NS	     (NSEC_PER_SEC / 4) /* for such a look */
#define GIVE_UP_NS   (60 * NSEC_PER_SEC)
#define READ_NS	     (5 * NSEC_PER_SEC) /* for a reading */
#define STOP_MS	     2000
#define NOTES_LOGGED 10 /* a minute */

struct ledger_thread {
	struct ledger_ports ports; /* under lock, as long as it is not stopped */
	pthread_mutex_t lock;	   /* held for a moment: nothing under it waits */
	bool stopped;		   /* under lock */
	bool ended, abandoned;	   /* under lock: by the thread; by main, which does not wait */
	atomic_bool requested;	   /* atomic; set by anyone, cleared by the thread */
	int wake_fd;		   /* eventfd: anyone writes, the thread reads */
	int ended_fd;		   /* eventfd: the thread writes, main reads */
	pthread_t thread;	   /* main */

	/* ledger */
	struct config *config; /* a reference */
	struct reader *reader;
	struct balance *balance;
	struct reading *reading; /* waits for its snapshot after; or NULL */
	struct balance_reading times;
	uint64_t settled_ns; /* when drops before its end are in a snapshot */
	uint64_t look_ns;    /* when the next look for it is due */
	uint64_t give_up_ns; /* when looking for it ends */
	uint64_t began_ns;   /* the last reading; 0: none yet */
	uint64_t failed;     /* readings */
	struct log_limit failures_log, notes_log;
	struct canary *canary; /* its steps under lock, since they publish */
	struct canary_log canary_log;
};

/* ---- the slots, unless they are gone ---- */

static struct slot_value *get_value(struct ledger_thread *t, struct slot *slot)
{
	struct slot_value *value;

	pthread_mutex_lock(&t->lock);
	value = t->stopped ? NULL : slot_get(slot);
	pthread_mutex_unlock(&t->lock);
	return value;
}

static void publish_ledger(struct ledger_thread *t, struct ledger *l)
{
	cleanup(ledger_unrefp) struct ledger *ledger = l;

	pthread_mutex_lock(&t->lock);
	if (!t->stopped)
		slot_publish(t->ports.ledger, ledger ? &take(ledger)->value : NULL);
	pthread_mutex_unlock(&t->lock);
}

static bool is_stopped(struct ledger_thread *t)
{
	bool stopped;

	pthread_mutex_lock(&t->lock);
	stopped = t->stopped;
	pthread_mutex_unlock(&t->lock);
	return stopped;
}

/* ---- one reading ---- */

static void note_failure(struct ledger_thread *t, const char *what)
{
	t->failed++;
	if (log_limit_ok(&t->failures_log, clock_monotonic_ns()))
		log_warning("ledger: %s; readings that have failed so far: %" PRIu64, what,
			    t->failed);
}

static void log_notes(struct ledger_thread *t)
{
	size_t n;
	const struct reader_note *notes = reader_notes(t->reader, &n);

	for (size_t i = 0; i < n; i++)
		if (log_limit_ok(&t->notes_log, clock_monotonic_ns()))
			log_line(notes[i].level, "%s", notes[i].text);
}

/* The counts of the tracepoint are read in an interval of their own. */
static uint64_t settle_ns(const struct config *c)
{
	const uint64_t ns = c->source.tracepoint.interval_ms * NSEC_PER_MSEC + MARGIN_NS;

	return ns > SETTLE_NS ? ns : SETTLE_NS;
}

static void begin_reading(struct ledger_thread *t, uint64_t now_ns)
{
	cleanup(snapshot_unrefp) struct snapshot *before =
		(struct snapshot *)get_value(t, t->ports.snapshots);

	t->began_ns = now_ns;
	/* relaxed: nothing is ordered by it */
	atomic_store_explicit(&t->requested, false, memory_order_relaxed);
	if (!before)
		return;
	balance_before(t->balance, before);
	t->times = (struct balance_reading){ .time_ns = clock_realtime_ns(),
					     .monotonic_ns = now_ns,
					     .labels = t->config->series.labels };
	if (reader_read(t->reader, now_ns + READ_NS, &t->reading) < 0) {
		note_failure(t, "no new reading: out of memory");
		return;
	}
	now_ns = clock_monotonic_ns();
	t->look_ns = t->settled_ns = now_ns + settle_ns(t->config);
	t->give_up_ns = t->settled_ns + GIVE_UP_NS;
	if (!is_stopped(t))
		log_notes(t);
}

static void end_reading(struct ledger_thread *t, const struct snapshot *after)
{
	struct ledger *ledger;

	t->times.values = t->reading;
	if (balance_after(t->balance, &t->times, after, &ledger) < 0) {
		note_failure(t, "no new ledger: out of memory; keeping the last one");
	} else {
		ledger->inputs_missing = reader_missing(t->reader);
		ledger->canary = canary_report(t->canary).counts;
		publish_ledger(t, ledger);
	}
	t->reading = reading_free(t->reading);
}

static void look_for_snapshot(struct ledger_thread *t, uint64_t now_ns)
{
	cleanup(snapshot_unrefp) struct snapshot *after = NULL;

	if (now_ns < t->look_ns)
		return;
	if (now_ns >= t->look_ns + LATE_NS)
		t->settled_ns = now_ns + settle_ns(t->config);
	t->look_ns = now_ns < t->settled_ns ? t->settled_ns : now_ns + LOOK_NS;
	after = (struct snapshot *)get_value(t, t->ports.snapshots);
	if (after && after->monotonic_ns >= t->settled_ns) {
		end_reading(t, after);
	} else if (now_ns >= t->give_up_ns) {
		note_failure(t, "no new ledger: no snapshot shows all drops before the reading");
		t->reading = reading_free(t->reading);
	}
}

/* ---- the canary ---- */

/* Return: when to come again. */
static uint64_t step_canary(struct ledger_thread *t)
{
	cleanup(snapshot_unrefp) struct snapshot *latest =
		(struct snapshot *)get_value(t, t->ports.snapshots);
	const uint64_t now_ns = clock_monotonic_ns();
	uint64_t next_ns = UINT64_MAX;
	struct canary_report report;

	if (!t->canary || !latest)
		return next_ns;
	pthread_mutex_lock(&t->lock);
	if (!t->stopped)
		next_ns = canary_step(t->canary, t->config->ledger.canary_s, latest, now_ns);
	pthread_mutex_unlock(&t->lock);
	report = canary_report(t->canary);
	canary_log_update(&t->canary_log, &report, now_ns);
	return next_ns;
}

static void stop_canary(struct ledger_thread *t)
{
	pthread_mutex_lock(&t->lock);
	if (!t->stopped)
		canary_off(t->canary);
	pthread_mutex_unlock(&t->lock);
	t->canary = canary_free(t->canary);
	t->canary_log = (struct canary_log){ 0 };
}

/* ---- the thread ---- */

static void switch_off(struct ledger_thread *t)
{
	if (!t->balance)
		return;
	t->reading = reading_free(t->reading);
	t->balance = balance_free(t->balance);
	stop_canary(t);
	publish_ledger(t, NULL);
}

/* When memory is short, it is tried again as if that were a reading. */
static bool switch_on(struct ledger_thread *t)
{
	if (t->balance)
		return true;
	t->balance = balance_new();
	t->canary = canary_new(t->ports.canary);
	t->began_ns = 0;
	if (t->balance && t->canary)
		return true;
	t->balance = balance_free(t->balance);
	t->canary = canary_free(t->canary);
	note_failure(t, "no new reading: out of memory");
	return false;
}

static void adopt_ledger_config(struct ledger_thread *t)
{
	struct config *next = (struct config *)get_value(t, t->ports.config);

	if (!next)
		return;
	config_unref(t->config);
	t->config = next;
}

/* When the next reading is due. */
static uint64_t due_ns(struct ledger_thread *t)
{
	if (t->began_ns == 0)
		return 0;
	/* relaxed: nothing is ordered by it */
	if (atomic_load_explicit(&t->requested, memory_order_relaxed))
		return t->began_ns + REQUESTS_NS;
	return t->began_ns + t->config->ledger.interval_s * NSEC_PER_SEC;
}

/* Return: when to come again. */
static uint64_t step_reading(struct ledger_thread *t, uint64_t now_ns)
{
	if (!t->config->ledger.enabled) {
		switch_off(t);
		return UINT64_MAX;
	}
	if (!switch_on(t))
		return now_ns + LOOK_NS;
	if (t->reading)
		look_for_snapshot(t, now_ns);
	else if (now_ns >= due_ns(t))
		begin_reading(t, now_ns);
	return t->reading ? t->look_ns : due_ns(t);
}

/* Do what is due. Return: when to come again: CLOCK_MONOTONIC; UINT64_MAX: when woken up. */
static uint64_t do_due(struct ledger_thread *t)
{
	uint64_t reading_ns, canary_ns;

	adopt_ledger_config(t);
	reading_ns = step_reading(t, clock_monotonic_ns());
	canary_ns = step_canary(t);
	return reading_ns < canary_ns ? reading_ns : canary_ns;
}

/* Rounded up, so that what is due then is due. */
static int wait_ms(uint64_t until_ns)
{
	const uint64_t now_ns = clock_monotonic_ns();

	if (until_ns == UINT64_MAX)
		return -1;
	return until_ns > now_ns ? (int)((until_ns - now_ns) / NSEC_PER_MSEC + 1) : 0;
}

static struct ledger_thread *ledger_thread_free(struct ledger_thread *t)
{
	if (!t)
		return NULL;
	if (t->wake_fd >= 0)
		close(t->wake_fd);
	if (t->ended_fd >= 0)
		close(t->ended_fd);
	reading_free(t->reading);
	balance_free(t->balance);
	reader_free(t->reader);
	canary_free(t->canary);
	config_unref(t->config);
	pthread_mutex_destroy(&t->lock);
	free(t);
	return NULL;
}

DEFINE_CLEANUP(struct ledger_thread *, ledger_thread_free);

/* Main frees the struct if it still waits, else the thread does. */
static void end_thread(struct ledger_thread *t)
{
	bool abandoned;

	pthread_mutex_lock(&t->lock);
	t->ended = true;
	abandoned = t->abandoned;
	if (!abandoned)
		eventfd_write(t->ended_fd, 1);
	pthread_mutex_unlock(&t->lock);
	if (abandoned)
		ledger_thread_free(t);
}

static void *run_ledger(void *arg)
{
	struct ledger_thread *t = arg;

	while (!is_stopped(t)) {
		struct pollfd fd = { .fd = t->wake_fd, .events = POLLIN };
		eventfd_t wakes;

		if (poll(&fd, 1, wait_ms(do_due(t))) > 0)
			eventfd_read(t->wake_fd, &wakes);
	}
	end_thread(t);
	return NULL;
}

int ledger_thread_start(const struct ledger_ports *ports, struct ledger_thread **ret,
			struct err *err)
{
	cleanup(ledger_thread_freep) struct ledger_thread *t = calloc(1, sizeof(*t));
	int r;

	if (!t)
		return err_set(err, -ENOMEM, "ledger: %m");
	t->ports = *ports;
	t->notes_log.burst = NOTES_LOGGED;
	pthread_mutex_init(&t->lock, NULL);
	t->wake_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	t->ended_fd = eventfd(0, EFD_CLOEXEC);
	if (t->wake_fd < 0 || t->ended_fd < 0)
		return err_set(err, -errno, "ledger: eventfd: %m");
	t->reader = reader_new(READER_NET);
	t->config = config_get(ports->config);
	if (!t->reader || !t->config)
		return err_set(err, -ENOMEM, "ledger: %m");
	r = thread_start(&t->thread, "ledger", run_ledger, t);
	if (r < 0)
		return err_set(err, r, "ledger: cannot start its thread: %m");
	*ret = take(t);
	return 0;
}

void ledger_thread_reloaded(struct ledger_thread *t)
{
	if (t)
		eventfd_write(t->wake_fd, 1);
}

void ledger_thread_request(struct ledger_thread *t)
{
	/* relaxed: nothing is ordered by it */
	if (t && !atomic_exchange_explicit(&t->requested, true, memory_order_relaxed))
		eventfd_write(t->wake_fd, 1);
}

struct ledger_thread *ledger_thread_stop(struct ledger_thread *t)
{
	struct pollfd fd;
	pthread_t thread;
	bool abandoned;

	if (!t)
		return NULL;
	thread = t->thread;
	pthread_mutex_lock(&t->lock);
	t->stopped = true;
	pthread_mutex_unlock(&t->lock);
	eventfd_write(t->wake_fd, 1);
	fd = (struct pollfd){ .fd = t->ended_fd, .events = POLLIN };
	poll(&fd, 1, STOP_MS);
	pthread_mutex_lock(&t->lock);
	abandoned = t->abandoned = !t->ended;
	pthread_mutex_unlock(&t->lock);
	if (abandoned) {
		log_warning(
			"ledger: its thread is held up by a file or a driver; it is left alone");
		pthread_detach(thread);
		return NULL;
	}
	pthread_join(thread, NULL);
	return ledger_thread_free(t);
}
