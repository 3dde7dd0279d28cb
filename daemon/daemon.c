/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The program as one object.
 *
 *   kernel -> source -> ring -> aggregate -> slot -+-> expose -> scrape     (http thread)
 *           (source thread) (aggregator thread)    +-> alert -> journal     (main thread)
 *   kernel's counters -> ledger -> slot -----------+-> both of them         (ledger thread)
 *
 * The order of construction matters. The addresses are bound first, so that an address in use is
 * reported before anything has changed. The source is opened with all privileges. Then they are
 * dropped, and only then the threads start, downstream first. The main thread runs an sd-event loop
 * for signals, the watchdog and each new snapshot; it owns the configuration.
 */
#include "daemon.h"

#include <errno.h>
#include <malloc.h>
#include <signal.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <systemd/sd-daemon.h>
#include <systemd/sd-event.h>

#include "aggregate/aggregator.h"
#include "base/clock.h"
#include "base/log.h"
#include "config/config_diff.h"
#include "config/lint.h"
#include "expose/routes.h"
#include "ledger/ledger_thread.h"
#include "server/http.h"
#include "reporter.h"
#include "revision.h"
#include "ring/ring.h"
#include "service/caps.h"
#include "service/notify.h"
#include "source/source_set.h"
#include "source/source_thread.h"

#define LARGE_BLOCK_BYTES (512 * 1024) /* returned to the kernel as soon as it is freed */
#define SLACK_USEC	  100000       /* let the kernel merge our wake-ups with others */
#define RELOADS_LOGGED	  10	       /* a minute */

enum beat { BEAT_SOURCE, BEAT_AGGREGATOR, BEAT_HTTP, BEATS };

static const char *const beat_names[BEATS] = { "source", "aggregator", "http" };

struct daemon {
	struct config_options options;	       /* main */
	struct slot config;		       /* struct config: main publishes */
	struct slot snapshots;		       /* struct snapshot: aggregator publishes */
	struct slot status;		       /* struct status: main publishes */
	struct slot ledger;		       /* struct ledger: ledger thread publishes */
	struct slot canary;		       /* struct canary_note: ledger thread publishes */
	struct source_stats_slot source_stats; /* source thread publishes */
	int published_fd;		       /* eventfd: aggregator writes, main reads */
	atomic_ulong beats[BEATS];	       /* atomic: each thread writes its own, main reads */
	struct ring *ring;
	struct source_set sources;	     /* source thread's while it runs */
	struct source_thread *source_thread; /* main */
	struct aggregator *aggregator;	     /* main */
	struct routes routes;		     /* http while it runs */
	struct http *http;		     /* main */
	struct ledger_thread *ledger_thread; /* main; NULL: a recording */
	struct reporter *reporter;	     /* main */
	sd_event *event;		     /* main */
	struct watchdog watchdog;	     /* main */
	struct log_limit reload_limit;	     /* main: for a storm of SIGHUP */
};

/* ---- reload ---- */

static void log_kept(const char *key, void *arg)
{
	if (arg)
		log_warning("reload: %s needs a restart; it keeps its old value until then", key);
}

static void log_lint(const char *sentence, void *arg)
{
	(void)arg;
	log_warning("%s", sentence);
}

static void log_difference(const char *sentence, void *arg)
{
	(void)arg;
	log_debug("configuration: %s", sentence);
}

static void use_config(struct daemon *d, struct config *next, bool log)
{
	cleanup(config_unrefp) struct config *current = config_get(&d->config);

	config_keep_unchangeable(next, current, log_kept, log ? d : NULL);
	log_set_level(next->log_level);
	if (log) {
		log_info("reload: %s is in force",
			 next->path[0] ? next->path : "built-in defaults");
		config_differences(current, next, log_difference, NULL);
		lint_alerts(next, log_lint, NULL);
	}
	slot_publish(&d->config, slot_value_ref(&next->value));
}

/* Parse all, check all, then publish; a bad file changes nothing. */
static void reload(struct daemon *d, uint64_t now_ns)
{
	cleanup(freep) struct config_errors *errors = calloc(1, sizeof(*errors));
	cleanup(config_unrefp) struct config *next = NULL;
	const bool log = log_limit_ok(&d->reload_limit, now_ns);

	if (errors && config_load(&d->options, &next, errors) == 0)
		use_config(d, next, log);
	else if (log)
		log_error("cannot reload:\n%skeeping the running configuration",
			  errors ? errors->text : "out of memory\n");
	if (reporter_reloaded(d->reporter, next) < 0)
		log_error("reload: out of memory; the old alert rules stay");
	ledger_thread_reloaded(d->ledger_thread);
	ring_wake(d->ring); /* an idle aggregator applies it now, and alerts are evaluated */
}

/* ---- the event loop ---- */

/* RELOADING and READY belong together: systemd waits for the second. */
static int on_hangup(sd_event_source *source, const struct signalfd_siginfo *si, void *arg)
{
	struct daemon *d = arg;
	const uint64_t now_ns = clock_monotonic_ns();

	(void)source;
	(void)si;
	notify_reloading(now_ns);
	reload(d, now_ns);
	notify_ready(reporter_line(d->reporter));
	return 0;
}

static int on_terminate(sd_event_source *source, const struct signalfd_siginfo *si, void *arg)
{
	struct daemon *d = arg;

	(void)source;
	log_info("%s: stopping", strsignal((int)si->ssi_signo));
	notify_stopping();
	return sd_event_exit(d->event, 0);
}

/* If the source of software drops has broken for good, a restart is better than staying blind. */
static int on_snapshot(sd_event_source *source, int fd, uint32_t events, void *arg)
{
	struct daemon *d = arg;
	eventfd_t publications;

	(void)source;
	(void)events;
	eventfd_read(fd, &publications);
	if (!reporter_tick(d->reporter))
		return 0;
	notify_stopping();
	return sd_event_exit(d->event, 1);
}

static int on_watchdog(sd_event_source *timer, uint64_t usec, void *arg)
{
	struct daemon *d = arg;
	const int stuck = watchdog_ping(&d->watchdog, d->beats, BEATS);

	(void)usec;
	if (stuck >= 0)
		log_warning("the %s thread makes no progress; the watchdog is not pinged",
			    beat_names[stuck]);
	sd_event_source_set_time_relative(timer, watchdog_interval_ns() / 1000);
	return sd_event_source_set_enabled(timer, SD_EVENT_ONESHOT);
}

static int add_events(struct daemon *d, struct err *err)
{
	const uint64_t watchdog_ns = watchdog_interval_ns();
	int r;

	r = sd_event_new(&d->event);
	if (r >= 0)
		r = sd_event_add_signal(d->event, NULL, SIGTERM, on_terminate, d);
	if (r >= 0)
		r = sd_event_add_signal(d->event, NULL, SIGINT, on_terminate, d);
	if (r >= 0)
		r = sd_event_add_signal(d->event, NULL, SIGHUP, on_hangup, d);
	if (r >= 0)
		r = sd_event_add_io(d->event, NULL, d->published_fd, EPOLLIN, on_snapshot, d);
	if (r >= 0 && watchdog_ns)
		r = sd_event_add_time_relative(d->event, NULL, CLOCK_MONOTONIC, watchdog_ns / 1000,
					       SLACK_USEC, on_watchdog, d);
	return r < 0 ? err_set(err, r, "event loop: %m") : 0;
}

/* ---- building and taking down ---- */

void daemon_block_signals(void)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGHUP);
	sigaddset(&set, SIGPIPE);
	pthread_sigmask(SIG_BLOCK, &set, NULL);
}

/* Thread: http. */
static void on_view(void *arg)
{
	const struct daemon *d = arg;

	ledger_thread_request(d->ledger_thread);
}

static int bind_http(struct daemon *d, const struct config *c, struct err *err)
{
	int inherited[CONFIG_LISTEN_MAX];
	int n = sd_listen_fds(0);
	struct http_ports ports = {
		.content = &d->routes.content,
		.beat = &d->beats[BEAT_HTTP],
		.listen_fds = inherited,
	};

	if (n < 0)
		return err_set(err, n,
			       "cannot take over the sockets of the service manager "
			       "(LISTEN_FDS=%s, LISTEN_PID=%s): %m",
			       getenv("LISTEN_FDS") ?: "", getenv("LISTEN_PID") ?: "");
	ports.n_listen_fds = (size_t)n; /* too many are refused there */
	for (int i = 0; i < n && i < CONFIG_LISTEN_MAX; i++)
		inherited[i] = SD_LISTEN_FDS_START + i;
	log_debug("%d sockets were passed by the service manager", n);
	routes_init(&d->routes, &d->snapshots, &d->status, &d->ledger, DROPWATCH_REVISION);
	d->routes.viewed = on_view;
	d->routes.viewed_arg = d;
	return http_bind(&c->web, &ports, &d->http, err);
}

static void log_opened(struct source *source)
{
	struct source_stats stats = { 0 };

	if (source->ops->stats)
		source->ops->stats(source, &stats);
	log_debug("opened: %s%s%s%s%s", source->ops->name, stats.mode ? ", mode " : "",
		  source_mode_name(stats.mode), stats.owner ? ", owner " : "",
		  source_owner_name(stats.owner));
}

static int open_source(struct daemon *d, const struct config *c, struct err *err)
{
	struct config_source source = c->source;
	const uint64_t start_ns = clock_monotonic_ns();
	const char *names[SOURCE_SET_MAX];
	char kept[256];
	int r;

	source.netdm.mark_dir = getenv("RUNTIME_DIRECTORY"); /* of systemd */
	r = source_set_open(&source, &d->sources, err);
	if (r < 0)
		return r;
	log_info("source: %s", d->sources.why);
	if (d->sources.note[0])
		log_info("%s", d->sources.note);
	for (size_t i = 0; i < d->sources.n; i++) {
		names[i] = d->sources.all[i]->ops->name;
		log_opened(d->sources.all[i]);
	}
	log_debug("opening took %.1f ms", (double)(clock_monotonic_ns() - start_ns) / 1e6);
	r = caps_drop(names, d->sources.n, err);
	caps_text(kept, sizeof(kept));
	log_debug("capabilities kept: %s", kept);
	return r;
}

/* The counters of this machine have nothing to do with a recording. */
static int start_ledger(struct daemon *d, const struct config *c, struct err *err)
{
	const struct ledger_ports ports = {
		.config = &d->config,
		.snapshots = &d->snapshots,
		.ledger = &d->ledger,
		.canary = &d->canary,
	};

	if (c->source.kind == SOURCE_REPLAY)
		return 0;
	return ledger_thread_start(&ports, &d->ledger_thread, err);
}

static int start_threads(struct daemon *d, const struct config *c, struct err *err)
{
	const struct aggregator_ports ports = {
		.ring = d->ring,
		.source_stats = &d->source_stats,
		.config = &d->config,
		.canary = &d->canary,
		.snapshots = &d->snapshots,
		.published_fd = d->published_fd,
		.beat = &d->beats[BEAT_AGGREGATOR],
	};
	int r;

	source_thread_announce(&d->sources, &d->source_stats);
	r = aggregator_start(&ports, &d->aggregator, err);
	if (r < 0)
		return r;
	r = start_ledger(d, c, err);
	if (r < 0)
		return r;
	reporter_begin(d->reporter);
	r = http_start(d->http, err);
	if (r < 0)
		return r;
	return source_thread_start(&d->sources, d->ring, &d->source_stats, &d->beats[BEAT_SOURCE],
				   &d->source_thread, err);
}

/* For debugging: the settings that differ from their defaults. */
static void log_configuration(const struct config *c)
{
	cleanup(config_unrefp) struct config *defaults = config_load_defaults();

	log_debug("configuration: %s", c->path[0] ? c->path : "built-in defaults");
	if (defaults)
		config_differences(defaults, c, log_difference, NULL);
	if (watchdog_interval_ns())
		log_debug("watchdog: a ping every %.1f s", (double)watchdog_interval_ns() / 1e9);
}

/* Only the slots, through which the threads exchange values. */
static struct daemon *new_empty(const struct config_options *options, struct config *c)
{
	struct daemon *d = calloc(1, sizeof(*d));

	if (!d)
		return NULL;
	d->options = *options;
	slot_init(&d->config);
	source_stats_slot_init(&d->source_stats);
	slot_init(&d->snapshots);
	slot_init(&d->status);
	slot_init(&d->ledger);
	slot_init(&d->canary);
	slot_value_ref(&c->value);
	slot_publish(&d->config, &c->value);
	d->reload_limit.burst = RELOADS_LOGGED;
	d->published_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	return d;
}

int daemon_new(const struct config_options *options, struct config *config, struct daemon **ret,
	       struct err *err)
{
	cleanup(config_unrefp) struct config *c = config;
	cleanup(daemon_freep) struct daemon *d = new_empty(options, c);
	int r;

	if (!d)
		return err_set(err, -ENOMEM, "daemon: %m");
	if (d->published_fd < 0)
		return err_set(err, -errno, "daemon: eventfd: %m");
	r = reporter_new(c, &d->snapshots, &d->ledger, &d->status, &d->reporter, err);
	if (r < 0)
		return r;
	/* By default, glibc raises this limit when a larger block is freed, and then keeps the
	 * memory of such blocks. A scrape of many series would leave several megabytes. */
	mallopt(M_MMAP_THRESHOLD, LARGE_BLOCK_BYTES);
	log_configuration(c);
	r = bind_http(d, c, err);
	if (r >= 0)
		r = open_source(d, c, err);
	if (r >= 0)
		r = ring_new(c->ring_capacity, sizeof(struct drop_event), &d->ring, err);
	if (r >= 0)
		r = start_threads(d, c, err);
	if (r >= 0)
		r = add_events(d, err);
	if (r < 0)
		return r;
	*ret = take(d);
	return 0;
}

int daemon_run(struct daemon *d)
{
	cleanup(config_unrefp) struct config *c = config_get(&d->config);
	int r;

	lint_alerts(c, log_lint, NULL);
	if (http_note(d->http)[0])
		log_warning("%s", http_note(d->http));
	for (size_t i = 0; http_address(d->http, i); i++)
		log_info("serving http://%s/metrics", http_address(d->http, i));
	notify_ready(reporter_line(d->reporter));
	r = sd_event_loop(d->event);
	if (r < 0) {
		log_error("event loop: %s", strerror(-r));
		return 1;
	}
	return r;
}

struct daemon *daemon_free(struct daemon *d)
{
	if (!d)
		return NULL;
	source_thread_stop(d->source_thread);
	source_set_close(&d->sources);
	aggregator_stop(d->aggregator);
	reporter_end(d->reporter);
	http_stop(d->http);
	ledger_thread_stop(d->ledger_thread);
	reporter_free(d->reporter);
	ring_free(d->ring);
	sd_event_unref(d->event);
	slot_done(&d->canary);
	slot_done(&d->ledger);
	slot_done(&d->status);
	slot_done(&d->snapshots);
	source_stats_slot_done(&d->source_stats);
	if (d->published_fd >= 0)
		close(d->published_fd);
	slot_done(&d->config);
	free(d);
	return NULL;
}
