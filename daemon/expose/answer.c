/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "expose/answer.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "aggregate/snapshot.h"
#include "base/clock.h"
#include "expose/metrics.h"
#include "expose/page.h"
#include "expose/process.h"
#include "service/status.h"

#define PLAIN "text/plain; charset=utf-8"

void answers_rest(struct answers *a, uint64_t now_ns)
{
	bodies_rest(&a->metrics, now_ns);
	bodies_rest(&a->pages, now_ns);
}

void answers_done(struct answers *a)
{
	bodies_done(&a->metrics);
	bodies_done(&a->pages);
	row_texts_done(&a->rows);
}

static void say(struct answer *ret, unsigned int code, const char *body)
{
	ret->code = code;
	ret->type = PLAIN;
	ret->body = body;
	ret->len = strlen(body);
}

static void give_file(struct answer *ret, const char *type, const unsigned char *bytes, size_t len)
{
	ret->code = 200;
	ret->type = type;
	ret->body = (const char *)bytes;
	ret->len = len;
}

/* ---- what is rendered ---- */

struct world {
	const struct snapshot *snapshot;
	const struct status *status;
};

static void render_metrics(struct answers *a, const struct world *w, struct promtext *t)
{
	struct metrics_input in = { .snapshot = w->snapshot,
				    .status = w->status,
				    .revision = a->revision,
				    .rows = &a->rows };
	struct process_stats process;

	if (process_read("/proc", a->boot_time_ns, &process) == 0)
		in.process = &process;
	metrics_render(t, &in);
}

static void render_page(struct answers *a, const struct world *w, struct promtext *t)
{
	char name[HOST_NAME_MAX + 1] = "";
	struct page_input in = { .snapshot = w->snapshot,
				 .status = w->status,
				 .host = name,
				 .now_ns = clock_realtime_ns() };

	(void)a;
	gethostname(name, sizeof(name) - 1); /* if it fails, the page goes without */
	page_render(&t->out, &in);
}

typedef void render_fn(struct answers *a, const struct world *w, struct promtext *t);

/*
 * While every body has readers, the latest one is shared even if it is a little old: the oldest
 * body's readers are being ended (http.c), so the next request finds a place.
 *
 * Return: NULL when out of memory.
 */
static struct body *find_or_render(struct answers *a, struct bodies *bodies, render_fn *render)
{
	cleanup(snapshot_unrefp) struct snapshot *snapshot = snapshot_get(a->snapshots);
	cleanup(status_unrefp) struct status *status = status_get(a->status);
	const struct body_key key = { .snapshot = snapshot ? snapshot->value.number : 0,
				      .status = status ? status->value.number : 0 };
	const uint64_t now_ns = clock_monotonic_ns();
	struct body *body = bodies_find(bodies, &key, now_ns);

	if (body)
		return body;
	body = bodies_new(bodies);
	if (!body)
		return bodies_latest(bodies);
	render(a, &(struct world){ snapshot, status }, &body->text);
	if (body->text.out.failed) {
		text_done(&body->text.out);
		return NULL;
	}
	bodies_add(bodies, body, &key, now_ns);
	return body;
}

static void give_body(struct answer *ret, const char *type, struct body *body)
{
	if (!body) {
		say(ret, 503, "out of memory\n");
		return;
	}
	ret->code = 200;
	ret->type = type;
	ret->body = body->text.out.bytes;
	ret->len = body->text.out.len;
	ret->shared = body_ref(body);
}

/* ---- the routes ---- */

static void get_metrics(struct answers *a, struct answer *ret)
{
	give_body(ret, PROMTEXT_CONTENT_TYPE, find_or_render(a, &a->metrics, render_metrics));
}

static void get_page(struct answers *a, struct answer *ret)
{
	give_body(ret, "text/html; charset=utf-8", find_or_render(a, &a->pages, render_page));
}

static void get_style(struct answers *a, struct answer *ret)
{
	(void)a;
	give_file(ret, "text/css; charset=utf-8", page_style, page_style_size);
}

static void get_script(struct answers *a, struct answer *ret)
{
	(void)a;
	give_file(ret, "text/javascript; charset=utf-8", page_script, page_script_size);
}

static void get_healthy(struct answers *a, struct answer *ret)
{
	(void)a;
	say(ret, 200, "healthy\n");
}

/* Ready: a scrape would tell the truth. A replay that came to its end goes on telling it. */
static void get_ready(struct answers *a, struct answer *ret)
{
	cleanup(snapshot_unrefp) struct snapshot *s = snapshot_get(a->snapshots);
	const struct source_stats *source;

	if (!s || !s->health.n_sources) {
		say(ret, 503, "not ready: nothing was counted yet\n");
		return;
	}
	source = &s->health.sources[0];
	if (source->up || source->finished) {
		say(ret, 200, "ready\n");
		return;
	}
	snprintf(ret->small, sizeof(ret->small), "not ready: %s\n",
		 source->trouble[0] ? source->trouble : "the source is not up");
	say(ret, 503, ret->small);
}

static const struct {
	const char *path;
	void (*get)(struct answers *a, struct answer *ret);
} routes[] = {
	{ "/", get_page },	   { "/metrics", get_metrics }, { "/-/healthy", get_healthy },
	{ "/-/ready", get_ready }, { "/style.css", get_style }, { "/page.js", get_script },
};

void answers_get(struct answers *a, const char *path, struct answer *ret)
{
	ret->shared = NULL;
	for (size_t i = 0; i < sizeof(routes) / sizeof(routes[0]); i++) {
		if (strcmp(path, routes[i].path) == 0) {
			routes[i].get(a, ret);
			return;
		}
	}
	say(ret, 404, "not found; there are /, /metrics, /-/healthy and /-/ready\n");
}
