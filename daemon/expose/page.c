/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The status page. page/page.html is a template with {{names}}, and the table of parts at the end
 * of this file has a function that writes each of them. All text from outside is written by
 * html_text(). The page loads nothing from other sites, and the content security policy allows no
 * style attribute and no script except page.js.
 *
 * Drop points that are classified as expected have their own table, which is folded (page_rows.c
 * writes both). So has the ledger (page_ledger.c).
 */
#include "expose/page.h"

#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/span.h"
#include "expose/html.h"
#include "expose/page_ledger.h"
#include "expose/page_rows.h"

#define PAGE_STALE_S 15 /* older numbers are marked as stale; the longest tick is 10 s */

/* ---- the banner ---- */

static uint64_t seconds_since(const struct page_input *in, uint64_t time_ns)
{
	return in->now_ns > time_ns ? (in->now_ns - time_ns) / NSEC_PER_SEC : 0;
}

static bool is_stale(const struct page_input *in)
{
	return seconds_since(in, in->snapshot->time_ns) > PAGE_STALE_S;
}

/* The source of software drops; NULL before the source thread has started. */
static const struct source_stats *first_source(const struct page_input *in)
{
	const struct snapshot_health *h = &in->snapshot->health;

	return h->n_sources ? &h->sources[0] : NULL;
}

static void write_state(struct text *t, const struct page_input *in)
{
	const struct source_stats *source = first_source(in);

	if (!source)
		text_str(t, "starting");
	else if (source->finished)
		text_str(t, "finished");
	else if (!source->up)
		text_str(t, "blind");
	else
		text_str(t, is_stale(in) ? "stale" : "up");
}

static void write_headline(struct text *t, const struct page_input *in)
{
	const struct source_stats *source = first_source(in);

	if (!source) {
		text_str(t, "Starting: nothing has been counted yet");
	} else if (source->finished) {
		text_str(t, "End of the recording");
	} else if (!source->up) {
		text_str(t, "Blind: not receiving drop events");
	} else if (is_stale(in)) {
		text_str(t, "These numbers are ");
		html_span(t, seconds_since(in, in->snapshot->time_ns));
		text_str(t, " old");
	} else {
		text_str(t, "Receiving drop events");
	}
}

static void write_trouble(struct text *t, const struct page_input *in)
{
	for (size_t i = 0; i < in->snapshot->health.n_sources; i++) {
		const struct source_stats *source = &in->snapshot->health.sources[i];

		if (!source->trouble[0])
			continue;
		text_str(t, "<p class=trouble>");
		html_text(t, source->source);
		text_str(t, ": ");
		html_text(t, source->trouble);
		text_str(t, "</p>");
	}
}

static void write_source_name(struct text *t, const struct source_stats *source)
{
	text_str(t, "<b>");
	html_text(t, source->source);
	text_str(t, "</b>");
	if (source->mode) {
		text_str(t, " in <b>");
		text_str(t, source_mode_name(source->mode));
		text_str(t, "</b> mode");
	}
	if (source->owner == OWNER_OTHER)
		text_str(t, ", started by another program");
}

static void write_source(struct text *t, const struct page_input *in)
{
	text_str(t, "source ");
	for (size_t i = 0; i < in->snapshot->health.n_sources; i++) {
		if (i > 0)
			text_str(t, ", hardware drops from ");
		write_source_name(t, &in->snapshot->health.sources[i]);
	}
	text_str(t, " · counting for <b>");
	html_span(t, seconds_since(in, in->snapshot->start_time_ns));
	text_str(t, "</b>, since ");
	html_time(t, in->snapshot->start_time_ns);
}

/* ---- the tiles ---- */

static void write_tile(struct text *t, const char *kind, uint64_t value, const char *label,
		       const char *more)
{
	text_str(t, "<div class=\"tile ");
	text_str(t, kind);
	text_str(t, "\"><b>");
	html_number(t, value);
	text_str(t, "</b><span>");
	text_str(t, label);
	text_str(t, more);
	text_str(t, "</span></div>");
}

static uint64_t suspect_total(const struct snapshot *s)
{
	uint64_t sum = 0;

	for (size_t i = 0; i < s->n_rows; i++)
		if (s->rows[i].labels->drop_class == DROP_CLASS_SUSPECT)
			sum += s->rows[i].total;
	return sum;
}

static void write_window_tile(struct text *t, const struct snapshot *s, size_t span)
{
	char name[SPAN_NAME_MAX];

	write_tile(t, "", s->windows_sums[span], "in the last ",
		   span_name(name, s->windows_s[span]));
}

/* An upper bound, so it is rounded up. */
static uint64_t blind_s(const struct source_stats *s)
{
	return (s->blind_ns + NSEC_PER_SEC - 1) / NSEC_PER_SEC;
}

static void write_blind_tiles(struct text *t, const struct snapshot *s)
{
	for (size_t i = 0; i < s->health.n_sources; i++) {
		const struct source_stats *source = &s->health.sources[i];

		if (source->blind_ns)
			write_tile(t, "bad", blind_s(source),
				   "seconds blind at most: ", source->source);
	}
}

static void write_tiles(struct text *t, const struct page_input *in)
{
	const struct snapshot *s = in->snapshot;

	write_tile(t, "", s->total, "packets dropped", "");
	write_tile(t, "", suspect_total(s), "of these are suspect", "");
	for (size_t i = 0; i < s->n_spans; i++)
		write_window_tile(t, s, i);
	write_tile(t, snapshot_lost_packets(s) ? "bad" : "good", snapshot_lost_packets(s),
		   "lost, not counted", "");
	if (snapshot_lost_messages(s))
		write_tile(t, "bad", snapshot_lost_messages(s), "summary messages lost", "");
	write_blind_tiles(t, s);
	if (in->ledger && in->ledger->canary.missed)
		write_tile(t, "bad", in->ledger->canary.missed, "canaries missed", "");
}

/* ---- alerts ---- */

static void write_alerts(struct text *t, const struct page_input *in)
{
	for (size_t i = 0; in->status && i < in->status->n_alerts; i++) {
		if (!in->status->alerts[i].active)
			continue;
		text_str(t, "<p class=alert><b>Alert</b> ");
		html_text(t, in->status->alerts[i].rule);
		text_str(t, "</p>");
	}
}

/* ---- the drop points ---- */

static void write_suspect(struct text *t, const struct page_input *in)
{
	page_rows(t, in->snapshot, DROP_CLASS_SUSPECT,
		  "<p class=none>No suspect drops since counting began.</p>");
}

static void write_expected(struct text *t, const struct page_input *in)
{
	page_rows(t, in->snapshot, DROP_CLASS_EXPECTED, "<p class=none>None so far.</p>");
}

static void write_expected_total(struct text *t, const struct page_input *in)
{
	html_number(t, in->snapshot->total - suspect_total(in->snapshot));
}

/* ---- the ledger ---- */

static void write_ledger_state(struct text *t, const struct page_input *in)
{
	page_ledger_state(t, in->ledger);
}

static void write_ledger(struct text *t, const struct page_input *in)
{
	page_ledger(t, in->ledger, in->now_ns);
}

/* ---- the monitor's own health ---- */

static void write_figure(struct text *t, const char *name, uint64_t value, const char *note)
{
	text_str(t, "<tr><th>");
	text_str(t, name);
	text_str(t, "</th><td class=n>");
	html_number(t, value);
	text_str(t, "</td><td>");
	text_str(t, note);
	text_str(t, "</td></tr>");
}

static void write_source_figure(struct text *t, const struct source_stats *s, const char *name,
				uint64_t value, const char *note)
{
	char both[64];

	snprintf(both, sizeof(both), "%s %s", s->source, name);
	write_figure(t, both, value, note);
}

static const char *const stage_notes[LOST_STAGES] = {
	[LOST_KERNEL_QUEUE] = "a queue or the eBPF map in the kernel was full",
	[LOST_RECURSION] = "the eBPF program was already running on that CPU",
	[LOST_SOCKET] = "the receive buffer was full",
	[LOST_PARSE] = "a message could not be read",
	[LOST_RING] = "the aggregator could not keep up",
};

static void write_losses(struct text *t, const struct page_input *in)
{
	for (size_t i = 0; i < in->snapshot->health.n_sources; i++) {
		const struct source_stats *s = &in->snapshot->health.sources[i];

		for (enum lost_stage k = 0; k < LOST_STAGES; k++)
			write_source_figure(t, s, lost_stage_name(k), s->lost[k], stage_notes[k]);
	}
}

static void write_source_health(struct text *t, const struct source_stats *s)
{
	write_source_figure(t, s, "receive buffer", s->receive_buffer_bytes, "bytes");
	write_source_figure(t, s, "full summaries", s->summary_full,
			    "summary messages with all 64 drop points in use: the kernel may have "
			    "omitted others");
	write_source_figure(t, s, "driver notes", s->napi_notes,
			    "changes of a driver's own drop counter; not packets");
	write_source_figure(
		t, s, "ignored", s->ignored,
		"software drops reported by another program's drop monitor, already counted");
	write_source_figure(
		t, s, "restarts", s->restarts[RESTART_STOPPED] + s->restarts[RESTART_RELOADED],
		"of the drop monitor: another program stopped it, or its module was reloaded");
	write_source_figure(t, s, "blind", blind_s(s),
			    "seconds in which drops may have been missed, at most");
}

static void write_canary_health(struct text *t, const struct ledger *l)
{
	if (!l || !l->canary.on)
		return;
	write_figure(t, "canaries seen", l->canary.seen,
		     "datagrams to a closed port of our own on loopback, and counted");
	write_figure(t, "canaries missed", l->canary.missed,
		     "the same, but not counted: drops are missed");
}

static void write_health(struct text *t, const struct page_input *in)
{
	const struct snapshot_health *h = &in->snapshot->health;

	write_figure(t, "series", h->series, "series in use");
	write_figure(t, "series limit", h->series_limit, "further series are counted under other");
	write_figure(t, "in other", h->series_overflow, "packets");
	write_figure(t, "retired", h->series_retired,
		     "series that are no longer shown, mostly of deleted devices");
	write_figure(t, "in retired",
		     in->snapshot->retired_packets[DROP_ORIGIN_SOFTWARE] +
			     in->snapshot->retired_packets[DROP_ORIGIN_HARDWARE],
		     "packets");
	write_figure(t, "ring used", h->ring_used, "events at the last tick");
	write_figure(t, "ring high watermark", h->ring_high_watermark,
		     "events, the largest number so far");
	write_figure(t, "ring capacity", h->ring_capacity, "events");
	for (size_t i = 0; i < h->n_sources; i++)
		write_source_health(t, &h->sources[i]);
	write_canary_health(t, in->ledger);
	write_figure(t, "symbols", h->symbols_loaded,
		     *h->symbols_missing ? h->symbols_missing
					 : "kernel functions in the symbol table");
	write_figure(t, "without symbol", h->symbol_lookup_failures,
		     "drop points for which no symbol was found");
}

static void write_host(struct text *t, const struct page_input *in)
{
	html_text(t, in->host);
}

static void write_version(struct text *t, const struct page_input *in)
{
	(void)in;
	text_str(t, DROPWATCH_VERSION);
}

static void write_now(struct text *t, const struct page_input *in)
{
	html_time(t, in->snapshot->time_ns);
}

/* ---- the template ---- */

static const struct {
	const char *name;
	void (*write)(struct text *t, const struct page_input *in);
} parts[] = {
	{ "host", write_host },
	{ "version", write_version },
	{ "state", write_state },
	{ "headline", write_headline },
	{ "trouble", write_trouble },
	{ "source", write_source },
	{ "tiles", write_tiles },
	{ "alerts", write_alerts },
	{ "suspect", write_suspect },
	{ "expected", write_expected },
	{ "ledger_state", write_ledger_state },
	{ "ledger", write_ledger },
	{ "losses", write_losses },
	{ "health", write_health },
	{ "expected_total", write_expected_total },
	{ "now", write_now },
};

static void write_part(struct text *t, const struct page_input *in, const char *name, size_t len)
{
	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++)
		if (strlen(parts[i].name) == len && memcmp(parts[i].name, name, len) == 0)
			parts[i].write(t, in);
}

void page_render(struct text *t, const struct page_input *in)
{
	const char *p = (const char *)page_template;
	const char *const end = p + page_template_size;
	const char *open, *close;

	while ((open = memmem(p, (size_t)(end - p), "{{", 2)) &&
	       (close = memmem(open, (size_t)(end - open), "}}", 2))) {
		text_write(t, p, (size_t)(open - p));
		write_part(t, in, open + 2, (size_t)(close - open - 2));
		p = close + 2;
	}
	text_write(t, p, (size_t)(end - p));
}
