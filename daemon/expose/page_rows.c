/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Rows are ranked by what happened lately, then by their total. Beside each stands what
 * base/explain.c knows of it.
 */
#include "expose/page_rows.h"

#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/explain.h"
#include "expose/html.h"
#include "expose/metrics.h"

struct ranked {
	const struct snapshot_row *row;
	const struct snapshot_window *window; /* of its symbol, or NULL */
	uint64_t recent;		      /* of the longest window */
};

/* To sort the windows of a snapshot, which is not ours to change. */
struct window_ref {
	const struct snapshot_window *window;
};

static int by_symbol(const void *a, const void *b)
{
	const struct window_ref *x = a, *y = b;

	return strcmp(x->window->symbol, y->window->symbol);
}

static int by_rank(const void *a, const void *b)
{
	const struct ranked *x = a, *y = b;

	if (x->recent != y->recent)
		return x->recent < y->recent ? 1 : -1;
	if (x->row->total != y->row->total)
		return x->row->total < y->row->total ? 1 : -1;
	return x->row->labels->id < y->row->labels->id ? -1 : 1;
}

static const struct snapshot_window *window_of(const char *symbol, const struct window_ref *refs,
					       size_t n)
{
	const struct snapshot_window symbol_only = { .symbol = symbol };
	const struct window_ref key = { &symbol_only };
	const struct window_ref *found = bsearch(&key, refs, n, sizeof(*refs), by_symbol);

	return found ? found->window : NULL;
}

/* The rows of one class, best first. Return: how many; *ret is the caller's to free. */
static size_t rank(struct text *t, const struct snapshot *s, enum drop_class drop_class,
		   struct ranked **ret)
{
	cleanup(freep) struct window_ref *refs = calloc(s->n_windows + 1, sizeof(*refs));
	struct ranked *ranked = calloc(s->n_rows + 1, sizeof(*ranked));
	size_t n = 0;

	*ret = ranked;
	if (!refs || !ranked) {
		t->failed = true;
		return 0;
	}
	for (size_t i = 0; i < s->n_windows; i++)
		refs[i].window = &s->windows[i];
	qsort(refs, s->n_windows, sizeof(*refs), by_symbol);
	for (size_t i = 0; i < s->n_rows; i++) {
		const struct snapshot_window *w;

		if (s->rows[i].labels->drop_class != drop_class)
			continue;
		w = window_of(s->rows[i].labels->symbol, refs, s->n_windows);
		ranked[n++] = (struct ranked){
			.row = &s->rows[i],
			.window = w,
			.recent = w && s->n_spans ? w->sums[s->longest_span] : 0,
		};
	}
	qsort(ranked, n, sizeof(*ranked), by_rank);
	return n;
}

static void chip(struct text *t, const char *kind, const char *value)
{
	if (!value[0])
		return;
	text_str(t, " <span class=\"chip ");
	text_str(t, kind);
	text_str(t, "\">");
	html_text(t, value);
	text_str(t, "</span>");
}

static const char *explanation(const struct drop_labels *l)
{
	if (l->origin == DROP_ORIGIN_HARDWARE)
		return "Dropped by the device itself, which reports it as a devlink trap. See "
		       "devlink trap show.";
	return explain_drop(l->symbol, l->reason);
}

static void drop_point(struct text *t, const struct drop_labels *l)
{
	const char *why = explanation(l);

	text_str(t, "<td class=point><code>");
	html_text(t, l->symbol[0] ? l->symbol : "(no symbol)");
	text_str(t, "</code>");
	chip(t, "reason", l->reason);
	chip(t, "device", l->device);
	chip(t, "in_device", l->in_device);
	chip(t, "protocol", l->protocol);
	chip(t, "transport", l->transport);
	if (l->origin == DROP_ORIGIN_HARDWARE)
		chip(t, "origin", "hardware");
	if (why) {
		text_str(t, "<p>");
		html_text(t, why);
		text_str(t, "</p>");
	}
	text_str(t, "</td>");
}

static void window_cells(struct text *t, const struct snapshot *s, const struct ranked *r)
{
	for (size_t i = 0; i < s->n_spans; i++) {
		text_str(t, i == s->longest_span ? "<td class=n>" : "<td class=\"n short\">");
		if (!r->window)
			text_str(t, "<i>·</i>");
		else if (!r->window->sums[i])
			text_str(t, "<i>0</i>");
		else
			html_number(t, r->window->sums[i]);
		text_str(t, "</td>");
	}
}

/* The bar's length is its share of the largest total. */
static void total_cell(struct text *t, const struct snapshot_row *row, uint64_t largest)
{
	const double share = largest ? 100.0 * (double)row->total / (double)largest : 0;

	text_str(t, "<td class=n><b>");
	html_number(t, row->total);
	text_str(t, "</b><svg viewBox=\"0 0 100 4\" preserveAspectRatio=none><rect width=");
	text_u64(t, share < 1 ? 1 : (uint64_t)share);
	text_str(t, " height=4 /></svg></td>");
}

static void table_head(struct text *t, const struct snapshot *s)
{
	char name[METRICS_SPAN_MAX];

	text_str(t, "<table><thead><tr><th>drop point</th>");
	for (size_t i = 0; i < s->n_spans; i++) {
		text_str(t, i == s->longest_span ? "<th class=n>" : "<th class=\"n short\">");
		text_str(t, metrics_span_name(name, s->windows_s[i]));
		text_str(t, "</th>");
	}
	text_str(t, "<th class=n>total</th></tr></thead><tbody>");
}

void page_rows(struct text *t, const struct snapshot *s, enum drop_class drop_class,
	       const char *none)
{
	cleanup(freep) struct ranked *ranked = NULL;
	const size_t n = rank(t, s, drop_class, &ranked);
	const size_t shown = n < PAGE_ROWS_MAX ? n : PAGE_ROWS_MAX;
	uint64_t largest = 0;

	if (n == 0) {
		text_str(t, none);
		return;
	}
	for (size_t i = 0; i < shown; i++)
		if (ranked[i].row->total > largest)
			largest = ranked[i].row->total;
	table_head(t, s);
	for (size_t i = 0; i < shown; i++) {
		text_str(t, "<tr>");
		drop_point(t, ranked[i].row->labels);
		window_cells(t, s, &ranked[i]);
		total_cell(t, ranked[i].row, largest);
		text_str(t, "</tr>");
	}
	text_str(t, "</tbody></table>");
	if (n > shown) {
		text_str(t, "<p class=more>and ");
		html_number(t, n - shown);
		text_str(t, " more in <a href=\"/metrics\">/metrics</a></p>");
	}
}
