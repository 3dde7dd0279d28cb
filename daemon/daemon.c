/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The program as one object.
 *
 *   kernel -> source -> ring -> aggregate -> slot -+-> expose -> scrape     (http thread)
 *           (source thread) (aggregator thread)    +-> alert -> journal     (main thread)
 *
 * The order of the start matters. The addresses are bound first, so that one in use is reported
 * before anything has changed. The source is opened with all privileges, which are then dropped.
 * Then the threads start, downstream first. The main thread runs an sd-event loop for signals, the
 * watchdog and a tick once a second; it owns the configuration.
 */
#include "daemon.h"

#include <errno.h>
#include <inttypes.h>
#include <malloc.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include <systemd/sd-daemon.h>
#include <systemd/sd-event.h>

#include "aggregate/aggregator.h"
#include "aggregate/snapshot.h"
#include "alert/journal.h"
#include "alert/ruleset.h"
#include "base/clock.h"
#include "base/log.h"
#include "config/config_diff.h"
#include "config/lint_labels.h"
#include "expose/routes.h"
#include "server/http.h"
#include "revision.h"
#include "ring/ring.h"
#include "service/caps.h"
#include "service/notify.h"
#include "alert/status.h"
#include "service/status_line.h"
#include "source/source_set.h"
#include "source/source_thread.h"

#define LARGE_BLOCK_BYTES (512 * 1024) /* returned to the kernel as soon as it is freed */
#define TICK_SLACK_USEC	  100000       /* let the kernel merge our wake-ups with others */
#define RELOADS_LOGGED	  10	       /* a minute */
#define CHANGES_LOGGED	  60	       /* of alert rules, a minute */

enum beat { BEAT_SOURCE, BEAT_AGGREGATOR, BEAT_HTTP, BEATS };

static const char *const beat_names[BEATS] = { "source", "aggregator", "http" };

struct daemon {
	struct config_options options; /* main */
	struct slot config;	       /* struct config: main publishes */
	struct slot source_stats;      /* struct source_stats_value, of the source thread */
	struct slot snapshots;	       /* struct snapshot: aggregator publishes */
	struct slot status;	       /* struct status: main publishes */
	atomic_ulong beats[BEATS];     /* atomic: each thread writes its own, main reads */
	struct ring *ring;
	struct source_set sources;	     /* source thread's while it runs */
	struct source_thread *source_thread; /* main */
	struct aggregator *aggregator;	     /* main */
	struct routes routes;		     /* http while it runs */
	struct http *http;		     /* main */
	struct ruleset *rules;		     /* main */
	struct journal *journal;	     /* main */
	sd_event *event;		     /* main */
	struct watchdog watchdog;	     /* main */
	bool reload_ok;			     /* main: how the last load of the configuration went */
	uint64_t reload_time_ns;	     /* main: CLOCK_REALTIME of the last good one */
	struct log_limit reload_limit;	     /* main: bounds the log lines of many SIGHUPs */
	struct log_limit change_limit;	     /* main: and those of rules that change often */
};

/* ---- what the main thread reports to scrapes and systemd ---- */

static void publish_status(struct daemon *d)
{
	struct status *s = status_new(ruleset_count(d->rules));

	if (!s)
		return; /* the old one stays */
	s->reload_ok = d->reload_ok;
	s->reload_time_ns = d->reload_time_ns;
	s->journal_lost = journal_lost(d->journal);
	for (size_t i = 0; i < s->n_alerts; i++) {
		const struct rule *rule = ruleset_rule(d->rules, i);

		snprintf(s->alerts[i].rule, sizeof(s->alerts[i].rule), "%s", rule->config.name);
		s->alerts[i].active = rule->state == RULE_RAISED;
		s->alerts[i].total = rule->raised_total;
	}
	slot_publish(&d->status, &s->value);
}

static void write_status_line(struct daemon *d, char line[STATUS_LINE_MAX])
{
	cleanup(snapshot_unrefp) struct snapshot *snapshot = snapshot_get(&d->snapshots);
	cleanup(status_unrefp) struct status *status = status_get(&d->status);

	status_line(snapshot, status, line);
}

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
	d->reload_time_ns = next->loaded_ns;
	if (log) {
		log_info("reload: %s is in force",
			 next->path[0] ? next->path : "built-in defaults");
		config_differences(current, next, log_difference, NULL);
		lint_labels(next, log_lint, NULL);
	}
	slot_publish(&d->config, slot_value_ref(&next->value));
	if (ruleset_apply_config(d->rules, next) < 0)
		log_error("reload: out of memory; the old alert rules stay");
}

/* Parse all, check all, then publish; a bad file changes nothing. */
static void reload(struct daemon *d, uint64_t now_ns)
{
	cleanup(freep) struct config_errors *errors = calloc(1, sizeof(*errors));
	cleanup(config_unrefp) struct config *next = NULL;
	const bool log = log_limit_ok(&d->reload_limit, now_ns);

	d->reload_ok = errors && config_load(&d->options, &next, errors) == 0;
	if (d->reload_ok)
		use_config(d, next, log);
	else if (log)
		log_error("cannot reload:\n%skeeping the running configuration",
			  errors ? errors->text : "out of memory\n");
	publish_status(d);
}

/* ---- the event loop ---- */

/* RELOADING and READY belong together: systemd waits for the second. */
static int on_hangup(sd_event_source *source, const struct signalfd_siginfo *si, void *arg)
{
	struct daemon *d = arg;
	const uint64_t now_ns = clock_monotonic_ns();
	char line[STATUS_LINE_MAX];

	(void)source;
	(void)si;
	notify_reloading(now_ns);
	reload(d, now_ns);
	write_status_line(d, line);
	notify_ready(line);
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

/*
 * When the source of software drops fails for good, exit and be restarted rather than report
 * nothing. Without hardware drops there is still something to count.
 */
static int check_source(struct daemon *d)
{
	struct source_stats_value *v = (struct source_stats_value *)slot_get(&d->source_stats);
	int r = 0;

	if (v && v->all[0].ended && !v->all[0].finished) {
		log_error("source %s: %s; exiting so that systemd restarts dropwatchd",
			  v->all[0].source, v->all[0].trouble);
		notify_stopping();
		r = sd_event_exit(d->event, 1);
	}
	if (v)
		slot_value_unref(&v->value);
	return r;
}

static int rearm(sd_event_source *timer, uint64_t span_ns)
{
	int r = sd_event_source_set_time_relative(timer, span_ns / 1000);

	return r < 0 ? r : sd_event_source_set_enabled(timer, SD_EVENT_ONESHOT);
}

static void log_alert_change(const char *rule, const char *state, void *arg)
{
	struct daemon *d = arg;

	if (log_limit_ok(&d->change_limit, clock_monotonic_ns()))
		log_debug("alert %s: %s", rule, state);
}

static void check_alerts(struct daemon *d)
{
	cleanup(snapshot_unrefp) struct snapshot *s = snapshot_get(&d->snapshots);
	const uint64_t lost = journal_lost(d->journal);
	const struct alert *alerts = NULL;
	/* Out of memory: the next tick sees the same growth. */
	const int n = s ? ruleset_evaluate(d->rules, s, &alerts) : 0;

	for (int i = 0; i < n; i++)
		journal_send(d->journal, &alerts[i]);
	journal_flush(d->journal);
	if (n > 0 || journal_lost(d->journal) != lost)
		publish_status(d);
	ruleset_log_changes(d->rules, log_alert_change, d);
}

static int on_tick(sd_event_source *timer, uint64_t usec, void *arg)
{
	struct daemon *d = arg;
	char line[STATUS_LINE_MAX];

	(void)usec;
	check_alerts(d);
	write_status_line(d, line);
	notify_status(line);
	check_source(d);
	return rearm(timer, NSEC_PER_SEC);
}

static int on_watchdog(sd_event_source *timer, uint64_t usec, void *arg)
{
	struct daemon *d = arg;
	const int stuck = watchdog_ping(&d->watchdog, d->beats, BEATS);

	(void)usec;
	if (stuck >= 0)
		log_warning("the %s thread makes no progress; the watchdog is not pinged",
			    beat_names[stuck]);
	return rearm(timer, watchdog_interval_ns());
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
		r = sd_event_add_time_relative(d->event, NULL, CLOCK_MONOTONIC, NSEC_PER_SEC / 1000,
					       TICK_SLACK_USEC, on_tick, d);
	if (r >= 0 && watchdog_ns)
		r = sd_event_add_time_relative(d->event, NULL, CLOCK_MONOTONIC, watchdog_ns / 1000,
					       TICK_SLACK_USEC, on_watchdog, d);
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
	if (n > CONFIG_LISTEN_MAX)
		return err_set(err, -E2BIG,
			       "systemd passed %d sockets, but at most %d are supported", n,
			       CONFIG_LISTEN_MAX);
	for (int i = 0; i < n; i++)
		inherited[ports.n_listen_fds++] = SD_LISTEN_FDS_START + i;
	log_debug("%d sockets were passed by the service manager", n);
	routes_init(&d->routes, &d->snapshots, &d->status, DROPWATCH_REVISION);
	return http_bind(&c->web, &ports, &d->http, err);
}

static void log_opened(struct source *source)
{
	struct source_stats stats = { .mode = "", .owner = "" };

	if (source->ops->stats)
		source->ops->stats(source, &stats);
	log_debug("opened: %s%s%s%s%s", source->ops->name, stats.mode[0] ? ", mode " : "",
		  stats.mode, stats.owner[0] ? ", owner " : "", stats.owner);
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

static int start_threads(struct daemon *d, struct err *err)
{
	const struct aggregator_ports ports = {
		.ring = d->ring,
		.source_stats = &d->source_stats,
		.config = &d->config,
		.snapshots = &d->snapshots,
		.beat = &d->beats[BEAT_AGGREGATOR],
	};
	int r;

	r = source_thread_announce(&d->sources, &d->source_stats);
	if (r < 0)
		return err_set(err, r, "source: %m");
	r = aggregator_start(&ports, &d->aggregator, err);
	if (r < 0)
		return r;
	check_alerts(d); /* the first snapshot, from which alerts count, is still empty */
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

int daemon_new(const struct config_options *options, struct config *config, struct daemon **ret,
	       struct err *err)
{
	cleanup(config_unrefp) struct config *c = config;
	cleanup(daemon_freep) struct daemon *d = calloc(1, sizeof(*d));
	int r;

	if (!d)
		return err_set(err, -ENOMEM, "daemon: %m");
	d->options = *options;
	slot_init(&d->config);
	slot_init(&d->source_stats);
	slot_init(&d->snapshots);
	slot_init(&d->status);
	slot_value_ref(&c->value);
	slot_publish(&d->config, &c->value);
	d->reload_limit.burst = RELOADS_LOGGED;
	d->change_limit.burst = CHANGES_LOGGED;
	d->reload_ok = true;
	d->reload_time_ns = c->loaded_ns;
	d->rules = ruleset_new();
	if (!d->rules || ruleset_apply_config(d->rules, c) < 0)
		return err_set(err, -ENOMEM, "alerts: %m");
	r = journal_open(JOURNAL_SOCKET, &d->journal, err);
	if (r < 0)
		return r;
	publish_status(d);
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
		r = start_threads(d, err);
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
	char line[STATUS_LINE_MAX];
	int r;

	lint_labels(c, log_lint, NULL);
	if (http_note(d->http)[0])
		log_warning("%s", http_note(d->http));
	for (size_t i = 0; http_address(d->http, i); i++)
		log_info("serving http://%s/metrics", http_address(d->http, i));
	write_status_line(d, line);
	notify_ready(line);
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
	http_stop(d->http);
	journal_close(d->journal);
	ruleset_free(d->rules);
	ring_free(d->ring);
	sd_event_unref(d->event);
	slot_done(&d->status);
	slot_done(&d->snapshots);
	slot_done(&d->source_stats);
	slot_done(&d->config);
	free(d);
	return NULL;
}
