/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Rows are sorted by their sum over the longest window, then by their total. Each row has the
 * explanation of its drop point from explain.c, if there is one.
 */
#include "expose/page_rows.h"

#include <stdlib.h>

#include "base/cleanup.h"
#include "base/span.h"
#include "expose/explain.h"
#include "expose/html.h"

struct ranked {
	const struct snapshot_row *row;
	uint64_t recent; /* sum over the longest window */
};

static int by_rank(const void *a, const void *b)
{
	const struct ranked *x = a, *y = b;

	if (x->recent != y->recent)
		return x->recent < y->recent ? 1 : -1;
	if (x->row->total != y->row->total)
		return x->row->total < y->row->total ? 1 : -1;
	return x->row->labels->id < y->row->labels->id ? -1 : 1;
}

/* The rows of one class, most active first. Return: their number. The caller frees *ret. */
static size_t rank_rows(struct text *t, const struct snapshot *s, enum drop_class drop_class,
			struct ranked **ret)
{
	struct ranked *ranked = calloc(s->n_rows + 1, sizeof(*ranked));
	size_t n = 0;

	*ret = ranked;
	if (!ranked) {
		t->failed = true;
		return 0;
	}
	for (size_t i = 0; i < s->n_rows; i++) {
		const struct snapshot_row *row = &s->rows[i];

		if (row->labels->drop_class == drop_class)
			ranked[n++] = (struct ranked){
				.row = row,
				.recent = row->sums ? row->sums[s->longest_span] : 0,
			};
	}
	qsort(ranked, n, sizeof(*ranked), by_rank);
	return n;
}

static const char *explanation(const struct drop_labels *l)
{
	if (l->origin == DROP_ORIGIN_HARDWARE)
		return "Dropped by the device itself, which reports it as a devlink trap. See "
		       "devlink trap show.";
	return explain_drop(l->text[LABEL_SYMBOL], l->text[LABEL_REASON]);
}

static void write_drop_point(struct text *t, const struct drop_labels *l)
{
	const char *why = explanation(l);

	text_str(t, "<td class=point><code>");
	html_text(t, l->text[LABEL_SYMBOL][0] ? l->text[LABEL_SYMBOL] : "(no symbol)");
	text_str(t, "</code>");
	for (enum label i = LABEL_REASON; i < LABEL_TEXTS; i++)
		html_chip(t, label_name(i), l->text[i]);
	if (l->origin == DROP_ORIGIN_HARDWARE)
		html_chip(t, label_name(LABEL_ORIGIN), label_origin(l->origin));
	if (why) {
		text_str(t, "<p>");
		html_text(t, why);
		text_str(t, "</p>");
	}
	text_str(t, "</td>");
}

static size_t shortest_span(const struct snapshot *s)
{
	size_t shortest = 0;

	for (size_t i = 1; i < s->n_spans; i++)
		if (s->windows_s[i] < s->windows_s[shortest])
			shortest = i;
	return shortest;
}

static void write_number_cell(struct text *t, const struct snapshot_row *row, uint64_t v)
{
	if (row->sums_unknown)
		text_str(t, "<i title=\"more series are active than have rolling sums\">?</i>");
	else
		html_count(t, v);
}

/* Packets per second over the shortest window. Below 10 it is shown in tenths, rounded up, so that
 * only an idle row shows 0. */
static void write_rate_cell(struct text *t, const struct snapshot *s,
			    const struct snapshot_row *row)
{
	const size_t span = shortest_span(s);
	const uint64_t sum = row->sums ? row->sums[span] : 0, span_s = s->windows_s[span];
	const uint64_t tenths = (sum * 10 + span_s - 1) / span_s;

	text_str(t, "<td class=n>");
	if (row->sums_unknown || tenths == 0 || tenths >= 100) {
		write_number_cell(t, row, (sum + span_s / 2) / span_s);
	} else {
		text_u64(t, tenths / 10);
		text_str(t, ".");
		text_u64(t, tenths % 10);
	}
	text_str(t, "</td>");
}

static void write_window_cells(struct text *t, const struct snapshot *s,
			       const struct snapshot_row *row)
{
	for (size_t i = 0; i < s->n_spans; i++) {
		text_str(t, i == s->longest_span ? "<td class=n>" : "<td class=\"n short\">");
		write_number_cell(t, row, row->sums ? row->sums[i] : 0);
		text_str(t, "</td>");
	}
}

/* The length of the bar is the share of the largest total. */
static void write_total_cell(struct text *t, const struct snapshot_row *row, uint64_t largest)
{
	const double share = largest ? 100.0 * (double)row->total / (double)largest : 0;

	text_str(t, "<td class=n><b>");
	html_number(t, row->total);
	text_str(t, "</b><svg viewBox=\"0 0 100 4\" preserveAspectRatio=none><rect width=");
	text_u64(t, share < 1 ? 1 : (uint64_t)share);
	text_str(t, " height=4 /></svg></td>");
}

static void write_table_head(struct text *t, const struct snapshot *s)
{
	char name[SPAN_NAME_MAX];

	text_str(t, "<table><thead><tr><th>drop point</th>");
	if (s->n_spans) {
		text_str(t, "<th class=n title=\"packets per second over the last ");
		text_str(t, span_name(name, s->windows_s[shortest_span(s)]));
		text_str(t, "\">per second</th>");
	}
	for (size_t i = 0; i < s->n_spans; i++) {
		text_str(t, i == s->longest_span ? "<th class=n>" : "<th class=\"n short\">");
		text_str(t, span_name(name, s->windows_s[i]));
		text_str(t, "</th>");
	}
	text_str(t, "<th class=n>total</th></tr></thead><tbody>");
}

void page_rows(struct text *t, const struct snapshot *s, enum drop_class drop_class,
	       const char *none)
{
	cleanup(freep) struct ranked *ranked = NULL;
	const size_t n = rank_rows(t, s, drop_class, &ranked);
	const size_t shown = n < PAGE_ROWS_MAX ? n : PAGE_ROWS_MAX;
	uint64_t largest = 0;

	if (n == 0) {
		text_str(t, none);
		return;
	}
	for (size_t i = 0; i < shown; i++)
		if (ranked[i].row->total > largest)
			largest = ranked[i].row->total;
	write_table_head(t, s);
	for (size_t i = 0; i < shown; i++) {
		text_str(t, "<tr>");
		write_drop_point(t, ranked[i].row->labels);
		if (s->n_spans)
			write_rate_cell(t, s, ranked[i].row);
		write_window_cells(t, s, ranked[i].row);
		write_total_cell(t, ranked[i].row, largest);
		text_str(t, "</tr>");
	}
	text_str(t, "</tbody></table>");
	if (n > shown) {
		text_str(t, "<p class=more>and ");
		html_number(t, n - shown);
		text_str(t, " more in <a href=\"/metrics\">/metrics</a></p>");
	}
}
