/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "../test.h"

#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "expose/page_ledger.h"
#include "page_text.h"
#include "world_ledger.h"

/* The state and the table as a string, to be freed. */
static char *render(const struct ledger *l)
{
	struct text t = { 0 };

	page_ledger_state(&t, l);
	page_ledger(&t, l, l ? l->time_ns + 9 * NSEC_PER_SEC : 0);
	assert_false(t.failed);
	text_write(&t, "", 1);
	return t.bytes;
}

/* The part of the page that begins with a text, up to the end of the row; to be freed. */
static char *row_of(const char *page, const char *begin)
{
	const char *row = strstr(page, begin);

	if (!row)
		fail_msg("not on the page: %s", begin);
	return strndup(row, (size_t)(strstr(row, "</tr>") - row));
}

#define FIGURE(label, start, m5, h1)                                                               \
	"<td class=n data-label=" label "><span class=since-start>" start                          \
	"</span><span class=last-5m>" m5 "</span><span class=last-1h>" h1 "</span></td>"

static void balances(void **state)
{
	cleanup(ledger_unrefp) struct ledger *l = world_ledger();
	cleanup(freep) char *page = render(l);
	cleanup(freep) char *row = row_of(page, "<code>link.rx_dropped<");

	(void)state;
	has(page, "<b class=odd>3 counters with an unexplained remainder</b>");
	has(page, "Read <b>9&#8239;s</b> ago. <b class=odd>1</b> of the kernel's files");
	has(row, "<span class=\"chip device\">eth0</span>");
	has(row, "<span class=\"chip tool\">ip -s -s link</span> <small>shows 5&#8239;054</small>");
	has(row, "<p>The driver and the core count in this field.</p>");
	has(row,
	    "<p>drops at <code>__netif_receive_skb_core</code> "
	    "<span class=\"chip reason\">UNHANDLED_PROTO</span> <b class=since-start>40</b></p>");
	has(row, "<p>drops at <code>sch_handle_ingress</code> <b class=since-start>11</b></p>");
	has(row, FIGURE("\"kernel\"", "54", "<i>0</i>", "<i>0</i>"));
	has(row, FIGURE("\"seen here\"", "51", "<i>0</i>", "<i>0</i>"));
	has(row, FIGURE("\"no event\"", "<i>0</i>", "<i>0</i>", "<i>0</i>"));
	has(row, FIGURE("\"elsewhere\"", "<i>0</i>", "<i>0</i>", "<i>0</i>"));
	has(row, FIGURE("unexplained", "<b class=odd>+3</b>", "<i>0</i>", "<i>0</i>"));
	has(page, FIGURE("\"no event\"", "54", "<i>0</i>", "54"));
	has(page, "<b class=odd>−2</b>");
	has(page, "<span class=\"chip tool\">nstat -az TcpExtListenOverflows</span>");
	before(page, "<code>Udp.InErrors<", "<code>link.rx_dropped<");
	before(page, "<code>softnet.dropped<", "<code>Udp.NoPorts<");
	before(page, "<code>Udp.NoPorts<", "<code>TcpExt.ListenOverflows<");
}

static void nothing_unexplained(void **state)
{
	cleanup(ledger_unrefp) struct ledger *l = world_ledger_of(world_ledger_rows, 1);
	cleanup(freep) char *page = NULL;

	(void)state;
	l->inputs_missing = 0;
	page = render(l);
	has(page, "<b>nothing unexplained</b>");
	assert_null(strstr(page, "odd>"));
	assert_null(strstr(page, "could not be read"));
	assert_null(strstr(page, "ledger-idle"));
}

static void a_counter_without_a_balance(void **state)
{
	cleanup(ledger_unrefp) struct ledger *l = world_ledger();
	cleanup(freep) char *page = render(l);
	cleanup(freep) char *row = row_of(page, "<code>qdisc.drops<");

	(void)state;
	has(row, FIGURE("\"kernel\"", "77", "<i>0</i>", "<i>0</i>"));
	has(row, "colspan=4><b>not available:</b> netdm does not report the device.</td>");
	assert_null(strstr(row, "seen here"));
}

static void idle_counters(void **state)
{
	static const struct ledger_row rows[] = {
		{ .counter = &world_counters[0] },
		{ .counter = &world_counters[3], .device = "a" },
		{ .counter = &world_counters[3], .device = "b", .cells = { { .kernel = 1 } } },
		{ .counter = &world_counters[3], .device = "c" },
		{ .counter = &world_counters[4], .device = "a", .unavailable = "It is dark." },
	};
	cleanup(ledger_unrefp) struct ledger *l = world_ledger_of(rows, 5);
	cleanup(freep) char *page = render(l);

	(void)state;
	has(page,
	    "<summary>4 counters have not grown</summary><p class=idle><code>Udp.NoPorts</code> "
	    "<code>link.rx_dropped</code> of 2 devices <code>qdisc.drops</code> </p>"
	    "<p>Counters of devices are listed when they have grown.</p>");
}

/* Since which time a number was counted, if that is not what the page says. */
static void young_counters(void **state)
{
	static const struct ledger_row rows[] = {
		{ .counter = &world_counters[0],
		  .cells = { { .kernel = 1, .span_s = 400 },
			     { .span_s = 300 },
			     { .span_s = 400 } } },
		{ .counter = &world_counters[3],
		  .device = "new0",
		  .cells = { { .kernel = 1, .span_s = 20 }, { .span_s = 20 }, { .span_s = 20 } } },
	};
	cleanup(ledger_unrefp) struct ledger *l = world_ledger_of(rows, 2);
	cleanup(freep) char *page = render(l);
	cleanup(freep) char *row = row_of(page, "<code>link.rx_dropped<");

	(void)state;
	has(page, "<label for=since-start>since the start</label>");
	has(page, "<label for=last-5m>last 5 minutes</label>");
	has(page, "<label for=last-1h>last hour, 6&#8239;min so far</label>");
	has(row, "<span class=chip>for 20&#8239;s</span>");
	assert_null(strstr(page, "for 6&#8239;min"));
}

static void without_a_reading(void **state)
{
	cleanup(ledger_unrefp) struct ledger *l = ledger_new(0);
	char *page = render(l);

	(void)state;
	has(page, "<b>no reading</b>");
	has(page, "The kernel's counters have not been read.");
	free(page);
	page = render(NULL);
	has(page, "The kernel's counters have not been read.");
	free(page);
}

static void bounds_the_ledger(void **state)
{
	const size_t n = 5000;
	cleanup(ledger_unrefp) struct ledger *l = ledger_new(n);
	cleanup(freep) char *page = NULL;

	(void)state;
	l->time_ns = 1;
	for (size_t i = 0; i < n; i++) {
		l->rows[i].counter = &world_counters[3];
		snprintf(l->rows[i].device, sizeof(l->rows[i].device), "veth%zu", i);
		l->rows[i].cells[LEDGER_SINCE_START].kernel = i + 1;
	}
	page = render(l);
	assert_true(strlen(page) < 100000);
	before(page, ">veth4999<", ">veth4950<");
	assert_null(strstr(page, ">veth4949<"));
	has(page, "<p class=more>and 4&#8239;950 more</p>");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(balances),
		cmocka_unit_test(nothing_unexplained),
		cmocka_unit_test(a_counter_without_a_balance),
		cmocka_unit_test(idle_counters),
		cmocka_unit_test(young_counters),
		cmocka_unit_test(without_a_reading),
		cmocka_unit_test(bounds_the_ledger),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
