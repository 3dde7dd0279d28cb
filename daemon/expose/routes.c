/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The content of the web server. Rendering takes references on the latest values, so a scrape
 * never waits for the threads that publish them, nor they for a scrape. It runs on the http
 * thread.
 */
#include "expose/routes.h"

#include <limits.h>
#include <unistd.h>

#include "aggregate/snapshot.h"
#include "alert/status.h"
#include "base/clock.h"
#include "expose/metrics.h"
#include "expose/page.h"
#include "expose/process.h"
#include "expose/promtext.h"
#include "ledger/ledger.h"

#define PLAIN "text/plain; charset=utf-8"

static unsigned int get_metrics(void *data, struct text *body)
{
	const struct routes *r = data;
	cleanup(snapshot_unrefp) struct snapshot *snapshot = snapshot_get(r->snapshots);
	cleanup(status_unrefp) struct status *status = status_get(r->status);
	cleanup(ledger_unrefp) struct ledger *ledger = ledger_get(r->ledger);
	struct process_stats process;
	struct metrics_input in = {
		.snapshot = snapshot, .status = status, .ledger = ledger, .revision = r->revision
	};

	if (process_read("/proc", r->boot_time_ns, &process) == 0)
		in.process = &process;
	metrics_render(body, &in);
	return 200;
}

static unsigned int get_page(void *data, struct text *body)
{
	const struct routes *r = data;
	cleanup(snapshot_unrefp) struct snapshot *snapshot = snapshot_get(r->snapshots);
	cleanup(status_unrefp) struct status *status = status_get(r->status);
	cleanup(ledger_unrefp) struct ledger *ledger = ledger_get(r->ledger);
	char name[HOST_NAME_MAX + 1] = "";
	struct page_input in = { .snapshot = snapshot,
				 .status = status,
				 .ledger = ledger,
				 .host = name,
				 .now_ns = clock_realtime_ns() };

	if (r->viewed)
		r->viewed(r->viewed_arg);
	gethostname(name, sizeof(name) - 1); /* on failure the page shows no name */
	page_render(body, &in);
	return 200;
}

static unsigned int get_style(void *data, struct text *body)
{
	(void)data;
	text_write(body, page_style, page_style_size);
	return 200;
}

static unsigned int get_script(void *data, struct text *body)
{
	(void)data;
	text_write(body, page_script, page_script_size);
	return 200;
}

static unsigned int get_healthy(void *data, struct text *body)
{
	(void)data;
	text_str(body, "healthy\n");
	return 200;
}

/* Ready means that a scrape shows current numbers, or the final ones of a replay. */
static unsigned int get_ready(void *data, struct text *body)
{
	const struct routes *r = data;
	cleanup(snapshot_unrefp) struct snapshot *s = snapshot_get(r->snapshots);
	const struct source_stats *source;

	if (!s->health.n_sources) {
		text_str(body, "not ready: nothing was counted yet\n");
		return 503;
	}
	source = &s->health.sources[0];
	if (source->up || source->finished) {
		text_str(body, "ready\n");
		return 200;
	}
	text_str(body, "not ready: ");
	text_str(body, source->trouble[0] ? source->trouble : "the source is not up");
	text_str(body, "\n");
	return 503;
}

static unsigned int get_nothing(void *data, struct text *body)
{
	(void)data;
	text_str(body, "not found; try /, /metrics, /-/healthy or /-/ready\n");
	return 404;
}

static const struct content_route routes[] = {
	{ "/", "text/html; charset=utf-8", true, get_page },
	{ "/metrics", PROMTEXT_CONTENT_TYPE, true, get_metrics },
	{ "/style.css", "text/css; charset=utf-8", false, get_style },
	{ "/page.js", "text/javascript; charset=utf-8", false, get_script },
	{ "/-/healthy", PLAIN, false, get_healthy },
	{ "/-/ready", PLAIN, false, get_ready },
	{ NULL, PLAIN, false, get_nothing },
};

/* The numbers only grow, so their sum changes whenever one of them does. */
static uint64_t content_version(void *data)
{
	const struct routes *r = data;
	cleanup(snapshot_unrefp) struct snapshot *snapshot = snapshot_get(r->snapshots);
	cleanup(status_unrefp) struct status *status = status_get(r->status);
	cleanup(ledger_unrefp) struct ledger *ledger = ledger_get(r->ledger);

	return snapshot->value.number + (status ? status->value.number : 0) +
	       (ledger ? ledger->value.number : 0);
}

void routes_init(struct routes *r, struct slot *snapshots, struct slot *status, struct slot *ledger,
		 const char *revision)
{
	*r = (struct routes){
		.snapshots = snapshots,
		.status = status,
		.ledger = ledger,
		.revision = revision,
		.content = {
			.routes = routes,
			.n_routes = sizeof(routes) / sizeof(routes[0]),
			.version = content_version,
			.data = r,
		},
	};
	/* On failure, process_start_time_seconds counts from the boot. */
	process_boot_time("/proc", &r->boot_time_ns);
}
