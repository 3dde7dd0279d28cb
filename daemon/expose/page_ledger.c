/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * An administrator compares the output of a tool with this table, so each counter names a tool that
 * shows it. Counters that did not grow are only listed.
 */
#include "expose/page_ledger.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "expose/html.h"

static const struct {
	const char *class; /* in style.css, also the id of the button */
	const char *label;
	uint32_t seconds; /* 0: any */
} spans[LEDGER_SPANS] = {
	[LEDGER_SINCE_START] = { "since-start", "since the start", 0 },
	[LEDGER_5M] = { "last-5m", "last 5 minutes", 300 },
	[LEDGER_1H] = { "last-1h", "last hour", 3600 },
};

/* By the group of a counter, which is what precedes the dot of its name. */
static const struct {
	const char *group, *tool;
} tools[] = {
	{ "link", "ip -s -s link" },
	{ "qdisc", "tc -s qdisc" },
	{ "ingress", "tc -s qdisc" },
	{ "queue", "ynl --family netdev --dump qstats-get" },
	{ "softnet", "/proc/net/softnet_stat" },
	{ "nf_conntrack", "conntrack -S" },
	{ "arp_cache", "lnstat -f arp_cache" },
	{ "ndisc_cache", "lnstat -f ndisc_cache" },
	{ "devlink", "devlink -s trap" },
	{ "driver", "ethtool -S" },
};

/* ---- what a row says ---- */

static uint64_t magnitude(int64_t v)
{
	return v < 0 ? 0 - (uint64_t)v : (uint64_t)v;
}

static bool grew(const struct ledger_row *row)
{
	for (size_t i = 0; i < LEDGER_SPANS; i++) {
		const struct ledger_cell *c = &row->cells[i];

		if (c->kernel || c->seen || c->unexplained)
			return true;
	}
	return false;
}

static uint64_t remainder_of(const struct ledger_row *row)
{
	return magnitude(row->cells[LEDGER_SINCE_START].unexplained);
}

static uint32_t longest_span_s(const struct ledger *l, enum ledger_span span)
{
	uint32_t longest = 0;

	for (size_t i = 0; i < l->n_rows; i++)
		if (l->rows[i].cells[span].span_s > longest)
			longest = l->rows[i].cells[span].span_s;
	return longest;
}

/* ---- the order ---- */

static int by_remainder(const void *a, const void *b)
{
	const struct ledger_row *x = *(const struct ledger_row *const *)a;
	const struct ledger_row *y = *(const struct ledger_row *const *)b;
	const uint64_t kernel_x = x->cells[LEDGER_SINCE_START].kernel;
	const uint64_t kernel_y = y->cells[LEDGER_SINCE_START].kernel;

	if (remainder_of(x) != remainder_of(y))
		return remainder_of(x) < remainder_of(y) ? 1 : -1;
	if (kernel_x != kernel_y)
		return kernel_x < kernel_y ? 1 : -1;
	return x < y ? -1 : 1;
}

/* The rows that grew. Return: their number. The caller frees *ret. */
static size_t rank_counters(struct text *t, const struct ledger *l, const struct ledger_row ***ret)
{
	const struct ledger_row **ranked = calloc(l->n_rows + 1, sizeof(struct ledger_row *));
	size_t n = 0;

	*ret = ranked;
	if (!ranked) {
		t->failed = true;
		return 0;
	}
	for (size_t i = 0; i < l->n_rows; i++)
		if (grew(&l->rows[i]))
			ranked[n++] = &l->rows[i];
	qsort(ranked, n, sizeof(struct ledger_row *), by_remainder);
	return n;
}

/* ---- the first column ---- */

static void write_tool(struct text *t, const char *name)
{
	const char *dot = strchrnul(name, '.');
	const size_t len = (size_t)(dot - name);

	text_str(t, " <span class=\"chip tool\">");
	for (size_t i = 0; i < sizeof(tools) / sizeof(tools[0]); i++) {
		if (strlen(tools[i].group) == len && memcmp(tools[i].group, name, len) == 0) {
			text_str(t, tools[i].tool);
			text_str(t, "</span>");
			return;
		}
	}
	text_str(t, "nstat -az "); /* writes Udp.NoPorts as UdpNoPorts */
	text_write(t, name, len);
	text_str(t, dot + (*dot == '.'));
	text_str(t, "</span>");
}

static void write_points(struct text *t, const struct ledger_row *row)
{
	for (size_t i = 0; i < row->n_points; i++) {
		text_str(t, "<p>drops at <code>");
		html_text(t, row->points[i].symbol);
		text_str(t, "</code>");
		html_chip(t, "reason", row->points[i].reason);
		text_str(t, " <b class=since-start>");
		html_number(t, row->points[i].packets);
		text_str(t, "</b></p>");
	}
}

/* A device that appeared later, or a counter that began again, is younger than the rest. */
static void write_counter(struct text *t, const struct ledger_row *row, uint32_t longest_s)
{
	const uint32_t span_s = row->cells[LEDGER_SINCE_START].span_s;

	text_str(t, "<td class=point><code>");
	html_text(t, row->counter->name);
	text_str(t, "</code>");
	html_chip(t, "device", row->device);
	write_tool(t, row->counter->name);
	text_str(t, " <small>shows ");
	html_number(t, row->value);
	text_str(t, "</small>");
	if (span_s < longest_s) {
		text_str(t, " <span class=chip>for ");
		html_span(t, span_s);
		text_str(t, "</span>");
	}
	text_str(t, "<p>");
	html_text(t, row->counter->why);
	text_str(t, "</p>");
	write_points(t, row);
	text_str(t, "</td>");
}

/* ---- the numbers ---- */

enum column { COLUMN_KERNEL, COLUMN_SEEN, COLUMN_NO_EVENT, COLUMN_ELSEWHERE, COLUMNS };

static const char *const column_names[COLUMNS] = { "kernel", "seen here", "no event", "elsewhere" };

static uint64_t figure(const struct ledger_cell *c, enum column column)
{
	const uint64_t figures[COLUMNS] = { c->kernel, c->seen, c->no_event, c->elsewhere };

	return figures[column];
}

static void begin_span(struct text *t, enum ledger_span span)
{
	text_str(t, "<span class=");
	text_str(t, spans[span].class);
	text_str(t, ">");
}

static void write_column(struct text *t, const struct ledger_row *row, enum column column)
{
	text_str(t, "<td class=n data-label=\"");
	text_str(t, column_names[column]);
	text_str(t, "\">");
	for (enum ledger_span i = 0; i < LEDGER_SPANS; i++) {
		begin_span(t, i);
		html_count(t, figure(&row->cells[i], column));
		text_str(t, "</span>");
	}
	text_str(t, "</td>");
}

static void write_remainder(struct text *t, int64_t v)
{
	if (v)
		text_str(t, v < 0 ? "<b class=odd>−" : "<b class=odd>+");
	html_count(t, magnitude(v));
	if (v)
		text_str(t, "</b>");
}

static void write_remainders(struct text *t, const struct ledger_row *row)
{
	text_str(t, "<td class=n data-label=unexplained>");
	for (enum ledger_span i = 0; i < LEDGER_SPANS; i++) {
		begin_span(t, i);
		write_remainder(t, row->cells[i].unexplained);
		text_str(t, "</span>");
	}
	text_str(t, "</td>");
}

static void write_unavailable(struct text *t, const struct ledger_row *row)
{
	text_str(t, "<td class=unavailable colspan=4><b>not available:</b> ");
	html_text(t, row->unavailable);
	text_str(t, "</td>");
}

static void write_row(struct text *t, const struct ledger_row *row, uint32_t longest_s)
{
	text_str(t, "<tr>");
	write_counter(t, row, longest_s);
	write_column(t, row, COLUMN_KERNEL);
	if (row->unavailable) {
		write_unavailable(t, row);
	} else {
		for (enum column i = COLUMN_SEEN; i < COLUMNS; i++)
			write_column(t, row, i);
		write_remainders(t, row);
	}
	text_str(t, "</tr>");
}

/* ---- the table ---- */

/* Buttons that style.css understands, so that they work without a script. */
static void write_buttons(struct text *t, const struct ledger *l)
{
	for (enum ledger_span i = 0; i < LEDGER_SPANS; i++) {
		const uint32_t longest_s = longest_span_s(l, i);

		text_str(t, "<input type=radio name=span id=");
		text_str(t, spans[i].class);
		text_str(t, i == LEDGER_SINCE_START ? " checked><label for=" : "><label for=");
		text_str(t, spans[i].class);
		text_str(t, ">");
		text_str(t, spans[i].label);
		if (longest_s < spans[i].seconds) {
			text_str(t, ", ");
			html_span(t, longest_s);
			text_str(t, " so far");
		}
		text_str(t, "</label>");
	}
}

static void write_columns_head(struct text *t)
{
	text_str(t, "<table><thead><tr><th>counter</th>");
	for (enum column i = 0; i < COLUMNS; i++) {
		text_str(t, "<th class=n>");
		text_str(t, column_names[i]);
		text_str(t, "</th>");
	}
	text_str(t, "<th class=n>unexplained</th></tr></thead><tbody>");
}

static void write_counters(struct text *t, const struct ledger *l)
{
	cleanup(freep) const struct ledger_row **ranked = NULL;
	const size_t n = rank_counters(t, l, &ranked);
	const size_t shown = n < PAGE_LEDGER_ROWS_MAX ? n : PAGE_LEDGER_ROWS_MAX;
	const uint32_t longest_s = longest_span_s(l, LEDGER_SINCE_START);

	if (!n)
		return;
	write_buttons(t, l);
	write_columns_head(t);
	for (size_t i = 0; i < shown; i++)
		write_row(t, ranked[i], longest_s);
	text_str(t, "</tbody></table>");
	if (n > shown) {
		text_str(t, "<p class=more>and ");
		html_number(t, n - shown);
		text_str(t, " more</p>");
	}
}

static void write_idle_counter(struct text *t, const struct counter *counter, size_t devices)
{
	text_str(t, "<code>");
	html_text(t, counter->name);
	text_str(t, "</code>");
	if (devices > 1) {
		text_str(t, " of ");
		html_number(t, devices);
		text_str(t, " devices");
	}
	text_str(t, " ");
}

/* The rows of a counter's devices follow each other. */
static void write_idle_counters(struct text *t, const struct ledger *l)
{
	size_t of_counter = 0;

	for (size_t i = 0; i < l->n_rows; i++) {
		const struct counter *counter = l->rows[i].counter;

		of_counter += !grew(&l->rows[i]);
		if (i + 1 < l->n_rows && l->rows[i + 1].counter == counter)
			continue;
		if (of_counter)
			write_idle_counter(t, counter, of_counter);
		of_counter = 0;
	}
}

static void write_idle(struct text *t, const struct ledger *l)
{
	size_t n = 0;

	for (size_t i = 0; i < l->n_rows; i++)
		n += !grew(&l->rows[i]);
	if (!n)
		return;
	text_str(t, "<details id=\"ledger-idle\"><summary>");
	html_number(t, n);
	text_str(t, n == 1 ? " counter has not grown" : " counters have not grown");
	text_str(t, "</summary><p class=idle>");
	write_idle_counters(t, l);
	text_str(t, "</p><p>Counters of devices are listed when they have grown.</p></details>");
}

static void write_reading(struct text *t, const struct ledger *l, uint64_t now_ns)
{
	text_str(t, "<p class=lead>Read <b>");
	html_span(t, now_ns > l->time_ns ? (now_ns - l->time_ns) / NSEC_PER_SEC : 0);
	text_str(t, "</b> ago.");
	if (l->inputs_missing) {
		text_str(t, " <b class=odd>");
		html_number(t, l->inputs_missing);
		text_str(t, "</b> of the kernel's files and messages could not be read "
			    "completely; the log names them.");
	}
	text_str(t, "</p>");
}

void page_ledger(struct text *t, const struct ledger *l, uint64_t now_ns)
{
	if (!l || !l->time_ns) {
		text_str(t, "<p class=none>The kernel's counters have not been read. The first "
			    "reading takes a few seconds. There is none while ledger.enabled is "
			    "false or a recording is replayed.</p>");
		return;
	}
	write_reading(t, l, now_ns);
	write_counters(t, l);
	write_idle(t, l);
}

void page_ledger_state(struct text *t, const struct ledger *l)
{
	size_t odd = 0;

	if (!l || !l->time_ns) {
		text_str(t, "<b>no reading</b>");
		return;
	}
	for (size_t i = 0; i < l->n_rows; i++)
		odd += remainder_of(&l->rows[i]) != 0;
	if (!odd) {
		text_str(t, "<b>nothing unexplained</b>");
		return;
	}
	text_str(t, "<b class=odd>");
	html_number(t, odd);
	text_str(t, odd == 1 ? " counter with an unexplained remainder</b>"
			     : " counters with an unexplained remainder</b>");
}
