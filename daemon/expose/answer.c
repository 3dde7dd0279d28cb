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

#define TEXT_KEPT ((size_t)256 * 1024) /* bytes */
#define REST_NS	  (5 * NSEC_PER_SEC)   /* after the last scrape; a busy page asks more often */
#define PLAIN	  "text/plain; charset=utf-8"

static struct answer_text *borrow(struct answers *a)
{
	for (size_t i = 0; i < ANSWER_TEXTS; i++) {
		struct answer_text *t = &a->texts[i];

		if (t->used)
			continue;
		t->used = true;
		a->used_ns = clock_monotonic_ns();
		text_reset(&t->text.out);
		return t;
	}
	return NULL;
}

/* The first text's memory serves the next scrape; several at once are rare, so the others' goes. */
void answers_sent(struct answers *a, struct answer_text *text)
{
	text->used = false;
	if (text != &a->texts[0])
		text_done(&text->text.out);
}

void answers_rest(struct answers *a, uint64_t now_ns)
{
	struct answer_text *t = &a->texts[0];

	if (!t->used && t->text.out.size > TEXT_KEPT && now_ns - a->used_ns > REST_NS)
		text_done(&t->text.out);
}

void answers_done(struct answers *a)
{
	for (size_t i = 0; i < ANSWER_TEXTS; i++)
		text_done(&a->texts[i].text.out);
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

static void give_text(struct answers *a, struct answer *ret, const char *type,
		      struct answer_text *t)
{
	if (t->text.out.failed) {
		text_done(&t->text.out);
		answers_sent(a, t);
		say(ret, 503, "out of memory\n");
		return;
	}
	ret->code = 200;
	ret->type = type;
	ret->body = t->text.out.bytes;
	ret->len = t->text.out.len;
	ret->text = t;
}

/* ---- the routes ---- */

static struct answer_text *borrow_or_refuse(struct answers *a, struct answer *ret)
{
	struct answer_text *t = borrow(a);

	if (!t) {
		say(ret, 503, "too many answers are being read too slowly; try again\n");
		ret->busy = true;
	}
	return t;
}

static void get_metrics(struct answers *a, struct answer *ret)
{
	cleanup(snapshot_unrefp) struct snapshot *snapshot = snapshot_get(a->snapshots);
	cleanup(status_unrefp) struct status *status = status_get(a->status);
	struct metrics_input in = { .snapshot = snapshot, .status = status, .rows = &a->rows };
	struct answer_text *t = borrow_or_refuse(a, ret);
	struct process_stats process;

	if (!t)
		return;
	if (process_read("/proc", a->boot_time_ns, &process) == 0)
		in.process = &process;
	metrics_render(&t->text, &in);
	give_text(a, ret, PROMTEXT_CONTENT_TYPE, t);
}

static void get_page(struct answers *a, struct answer *ret)
{
	cleanup(snapshot_unrefp) struct snapshot *snapshot = snapshot_get(a->snapshots);
	cleanup(status_unrefp) struct status *status = status_get(a->status);
	struct page_input in = { .snapshot = snapshot,
				 .status = status,
				 .now_ns = clock_realtime_ns() };
	struct answer_text *t = borrow_or_refuse(a, ret);
	char name[HOST_NAME_MAX + 1] = "";

	if (!t)
		return;
	gethostname(name, sizeof(name) - 1); /* if it fails, the page goes without */
	in.host = name;
	page_render(&t->text.out, &in);
	give_text(a, ret, "text/html; charset=utf-8", t);
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

	if (!s) {
		say(ret, 503, "not ready: nothing was counted yet\n");
		return;
	}
	source = &s->health.source;
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
	ret->text = NULL;
	ret->busy = false;
	for (size_t i = 0; i < sizeof(routes) / sizeof(routes[0]); i++) {
		if (strcmp(path, routes[i].path) == 0) {
			routes[i].get(a, ret);
			return;
		}
	}
	say(ret, 404, "not found; there are /, /metrics, /-/healthy and /-/ready\n");
}
