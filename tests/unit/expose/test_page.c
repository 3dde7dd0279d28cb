/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "../test.h"

#include <string.h>

#include "base/clock.h"
#include "expose/page.h"
#include "page_text.h"
#include "world.h"
#include "world_ledger.h"

/* The page as a string, to be freed. */
static char *render_all(const struct page_input *in)
{
	struct text t = { 0 };

	page_render(&t, in);
	assert_false(t.failed);
	assert_null(memmem(t.bytes, t.len, "{{", 2)); /* every part is known */
	text_write(&t, "", 1);
	return t.bytes;
}

static char *render(const struct snapshot *s, const struct status *status, uint64_t now_ns)
{
	return render_all(&(struct page_input){
		.snapshot = s, .status = status, .host = "h<st", .now_ns = now_ns });
}

static void shows_what_there_is(void **state)
{
	cleanup(snapshot_unrefp) struct snapshot *s = world_small();
	cleanup(status_unrefp) struct status *status = world_status();
	cleanup(freep) char *page = render(s, status, s->time_ns + NSEC_PER_SEC);

	(void)state;
	has(page, "class=\"banner up\"");
	has(page, "source <b>netdm</b> in <b>packet</b> mode");
	has(page, "h&lt;st");
	has(page, "receive-buffers-full");
	assert_null(strstr(page, "listen-overflow")); /* not active */
	has(page, "<b>777&#8239;003</b><span>in the last 5m");
	has(page, "<b>264</b><span>lost, not counted");
	has(page, "<b>2</b><span>seconds blind at most: netdm");
	has(page, "48&#8239;211");
	has(page, "The receive buffer of the socket was full");
	has(page, ">hardware</span>");
}

static void ranks(void **state)
{
	cleanup(snapshot_unrefp) struct snapshot *s = world_small();
	cleanup(freep) char *page = NULL;

	(void)state;
	s->row_sums[4 * CONFIG_WINDOWS_MAX + 2] = 1000000; /* tcp_v4_rcv is the most active now */
	page = render(s, NULL, s->time_ns);
	before(page, "<code>tcp_v4_rcv<", "<code>udp_queue_rcv_one_skb<");
	before(page, "<code>nf_hook_slow<", "<code>enqueue_to_backlog<");
	before(page, "id=\"expected\"", "<code>ip_rcv_core<");
	before(page, "<code>enqueue_to_backlog<", "id=\"expected\"");
}

/* One function drops at several devices. The page shows at which of them it is active. */
static void each_row_shows_its_own_activity(void **state)
{
	static const struct world_row rows[] = {
		{ { .text[LABEL_SYMBOL] = "tcp_v4_rcv", .text[LABEL_DEVICE] = "quiet0" }, 5000, 0 },
		{ { .text[LABEL_SYMBOL] = "tcp_v4_rcv", .text[LABEL_DEVICE] = "busy0" }, 300, 0 },
		{ { .text[LABEL_SYMBOL] = "tcp_v4_rcv", .text[LABEL_DEVICE] = "slow0" }, 200, 0 },
		{ { .text[LABEL_SYMBOL] = "tcp_v4_rcv", .text[LABEL_DEVICE] = "unknown0" },
		  100,
		  0 },
	};
	static const uint64_t busy[] = { 120, 250, 300 }, slow[] = { 3, 3, 3 };
	cleanup(snapshot_unrefp) struct snapshot *s = world_snapshot(rows, 4, 0);
	cleanup(freep) char *page = NULL;

	(void)state;
	s->rows[1].sums = busy;
	s->rows[2].sums = slow;
	s->rows[3].sums_unknown = true;
	page = render(s, NULL, s->time_ns);
	has(page, "<th class=n title=\"packets per second over the last 10s\">per second</th>");
	before(page, "busy0", "slow0");
	before(page, "slow0", "quiet0");
	has(page, "<td class=n>12</td><td class=\"n short\">120</td><td class=\"n short\">250</td>"
		  "<td class=n>300</td>");
	has(page, "<td class=n>0.3</td><td class=\"n short\">3</td>");
	has(page, "<td class=n><i>0</i></td><td class=\"n short\"><i>0</i></td>");
	has(page, "<i title=\"more series are active than have rolling sums\">?</i>");
}

static void bounds_its_length(void **state)
{
	cleanup(snapshot_unrefp) struct snapshot *s = world_large(10000, NULL);
	cleanup(freep) char *page = render(s, NULL, s->time_ns);

	(void)state;
	assert_true(strlen(page) < 200000);
	has(page, " more in <a href=\"/metrics\">");
}

static void states(void **state)
{
	cleanup(snapshot_unrefp) struct snapshot *s = world_small();
	cleanup(snapshot_unrefp) struct snapshot *empty = snapshot_new(0, 0);
	char *page = render(empty, NULL, 0);

	(void)state;
	has(page, "class=\"banner starting\"");
	free(page);
	page = render(s, NULL, s->time_ns + 3600 * NSEC_PER_SEC);
	has(page, "class=\"banner stale\"");
	has(page, "These numbers are 1&#8239;h 0&#8239;min old");
	free(page);
	page = render(s, NULL, s->time_ns - NSEC_PER_SEC); /* the clock was set back */
	has(page, "class=\"banner up\"");
	free(page);
	s->health.sources[0].up = false;
	strcpy(s->health.sources[0].trouble, "<b>");
	page = render(s, NULL, s->time_ns);
	has(page, "class=\"banner blind\"");
	has(page, "<p class=trouble>netdm: &lt;b&gt;</p>");
	free(page);
	s->health.sources[0].finished = true;
	page = render(s, NULL, s->time_ns + 3600 * NSEC_PER_SEC);
	has(page, "class=\"banner finished\"");
	free(page);
}

static void explains_as_far_as_known(void **state)
{
	static const struct world_row rows[] = {
		{ { .text[LABEL_SYMBOL] = "tcp_v4_rcv" }, 4, 0 },
		{ { .text[LABEL_SYMBOL] = "tcp_v6_rcv", .text[LABEL_REASON] = "NOT_SPECIFIED" },
		  3,
		  0 },
		{ { .text[LABEL_SYMBOL] = "veth_xmit", .text[LABEL_REASON] = "NOT_SPECIFIED" },
		  2,
		  0 },
		{ { .text[LABEL_SYMBOL] = "veth_xmit", .text[LABEL_REASON] = "A_NEW_ONE" }, 1, 0 },
	};
	cleanup(snapshot_unrefp) struct snapshot *s = world_snapshot(rows, 4, 0);
	cleanup(freep) char *page = render(s, NULL, s->time_ns);
	const char *veth = strstr(page, "The peer of a veth device");

	(void)state;
	has(page, "no socket listens at the port, so a reset is sent");
	has(page, "the end of a connection that this host closed first");
	assert_non_null(veth);
	assert_non_null(strstr(veth + 1, "The peer of a veth device"));
}

static void nothing_dropped(void **state)
{
	cleanup(snapshot_unrefp) struct snapshot *s = snapshot_new(0, 0);
	cleanup(freep) char *page = render(s, NULL, 0);

	(void)state;
	has(page, "No suspect drops since counting began.");
}

static void hostile_texts(void **state)
{
	static const char evil[] = "\"'><script>alert(1)</script>";
	static const struct world_row rows[] = {
		{ { .text[LABEL_SYMBOL] = evil,
		    .text[LABEL_REASON] = evil,
		    .text[LABEL_DEVICE] = evil,
		    .text[LABEL_PROTOCOL] = evil,
		    .text[LABEL_IN_DEVICE] = "",
		    .text[LABEL_TRANSPORT] = "" },
		  1,
		  1 },
		{ { .text[LABEL_SYMBOL] = evil,
		    .origin = DROP_ORIGIN_HARDWARE,
		    .text[LABEL_REASON] = evil },
		  1,
		  1 },
		{ { .text[LABEL_SYMBOL] = evil, .drop_class = DROP_CLASS_EXPECTED }, 1, 1 },
	};
	cleanup(snapshot_unrefp) struct snapshot *s = world_snapshot(rows, 3, 1);
	cleanup(status_unrefp) struct status *status = world_status();
	cleanup(ledger_unrefp) struct ledger *l = world_ledger();
	cleanup(freep) char *page = NULL;

	(void)state;
	for (size_t i = 0; i < l->n_rows; i++)
		strcpy(l->rows[i].device, evil);
	l->rows[0].unavailable = evil;
	strcpy(l->rows[3].points[0].symbol, evil);
	strcpy(l->rows[3].points[0].reason, evil);
	strcpy(status->alerts[0].rule, evil);
	strcpy(s->health.sources[0].trouble, evil);
	page = render_all(
		&(struct page_input){ .snapshot = s, .status = status, .ledger = l, .host = evil });
	assert_null(strstr(page, "<script>"));
	assert_null(strstr(page, "\"'>"));
	has(page, "&quot;&#39;&gt;&lt;script&gt;alert(1)&lt;/script&gt;");
}

static void shows_the_canary(void **state)
{
	cleanup(snapshot_unrefp) struct snapshot *s = world_small();
	cleanup(ledger_unrefp) struct ledger *l = world_ledger();
	struct page_input in = { .snapshot = s, .ledger = l, .host = "" };
	char *page = render_all(&in);

	(void)state;
	has(page, "<b>1</b><span>canaries missed");
	has(page, "<tr><th>canaries seen</th><td class=n>149</td>");
	free(page);
	l->canary = (struct ledger_canary){ 0 };
	page = render_all(&in);
	assert_null(strstr(page, "canar"));
	free(page);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(shows_what_there_is),
		cmocka_unit_test(ranks),
		cmocka_unit_test(each_row_shows_its_own_activity),
		cmocka_unit_test(bounds_its_length),
		cmocka_unit_test(states),
		cmocka_unit_test(nothing_dropped),
		cmocka_unit_test(explains_as_far_as_known),
		cmocka_unit_test(hostile_texts),
		cmocka_unit_test(shows_the_canary),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
