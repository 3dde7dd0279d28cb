/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Snapshots made by hand, a second apart. */
#include "../test.h"

#include <string.h>

#include "alert/ruleset.h"
#include "base/clock.h"
#include "config/config_load.h"

enum { UDP, TCP, UDP_REASON, FIREWALL, UNIX, ROWS };

static const struct drop_labels labels[ROWS] = {
	[UDP] = { .id = UDP,
		  .text[LABEL_SYMBOL] = "udp_queue_rcv_one_skb",
		  .text[LABEL_REASON] = "",
		  .text[LABEL_DEVICE] = "eth0",
		  .text[LABEL_PROTOCOL] = "IPv4/UDP",
		  .text[LABEL_IN_DEVICE] = "",
		  .text[LABEL_TRANSPORT] = "" },
	[TCP] = { .id = TCP,
		  .text[LABEL_SYMBOL] = "tcp_v4_rcv",
		  .text[LABEL_REASON] = "NO_SOCKET",
		  .text[LABEL_DEVICE] = "",
		  .text[LABEL_PROTOCOL] = "",
		  .text[LABEL_IN_DEVICE] = "",
		  .text[LABEL_TRANSPORT] = "" },
	[UDP_REASON] = { .id = UDP_REASON,
			 .text[LABEL_SYMBOL] = "__udp4_lib_rcv",
			 .text[LABEL_REASON] = "SOCKET_RCVBUFF",
			 .text[LABEL_DEVICE] = "eth1",
			 .text[LABEL_PROTOCOL] = "",
			 .text[LABEL_IN_DEVICE] = "",
			 .text[LABEL_TRANSPORT] = "" },
	[FIREWALL] = { .id = FIREWALL,
		       .text[LABEL_SYMBOL] = "nft_do_chain",
		       .text[LABEL_REASON] = "NETFILTER_DROP",
		       .text[LABEL_DEVICE] = "eth0",
		       .text[LABEL_PROTOCOL] = "",
		       .text[LABEL_IN_DEVICE] = "",
		       .text[LABEL_TRANSPORT] = "" },
	[UNIX] = { .id = UNIX,
		   .text[LABEL_SYMBOL] = "unix_stream_connect",
		   .text[LABEL_REASON] = "",
		   .text[LABEL_DEVICE] = "",
		   .text[LABEL_PROTOCOL] = "",
		   .text[LABEL_IN_DEVICE] = "",
		   .text[LABEL_TRANSPORT] = "",
		   .drop_class = DROP_CLASS_EXPECTED },
};

struct world {
	struct ruleset *rules;
	struct drop_labels labels[ROWS]; /* as the snapshots show them */
	uint64_t now_s;
	uint64_t totals[ROWS];
	size_t n_rows; /* rows seen so far: the first ones */
	const struct alert *out;
	const struct ledger *ledger; /* NULL: none */
};

static int set_up(void **state)
{
	struct world *w = calloc(1, sizeof(*w));

	w->rules = ruleset_new();
	w->now_s = 1000;
	w->n_rows = ROWS;
	memcpy(w->labels, labels, sizeof(labels));
	*state = w;
	return w->rules ? 0 : -1;
}

static int tear_down(void **state)
{
	struct world *w = *state;

	ruleset_free(w->rules);
	free(w);
	return 0;
}

static void rules(struct world *w, const char *yaml)
{
	static struct config_errors errors;
	cleanup(config_unrefp) struct config *c = NULL;

	if (config_parse("t", yaml, strlen(yaml), &c, &errors) < 0)
		fail_msg("%s", errors.text);
	assert_int_equal(ruleset_apply_config(w->rules, c), 0);
}

/* One snapshot of this moment. */
static int look(struct world *w)
{
	cleanup(snapshot_unrefp) struct snapshot *s = snapshot_new(w->n_rows, 0);
	int n;

	s->monotonic_ns = w->now_s * NSEC_PER_SEC;
	for (size_t i = 0; i < w->n_rows; i++)
		s->rows[i] = (struct snapshot_row){ .labels = &w->labels[i],
						    .total = w->totals[i] };
	n = ruleset_evaluate(w->rules, s, w->ledger, &w->out);
	assert_true(n >= 0);
	return n;
}

/* Some seconds with drops in each. Returns the alerts of the last one; before it there are none. */
static int pass(struct world *w, int seconds, int row, uint64_t drops)
{
	int n = 0;

	for (int i = 0; i < seconds; i++) {
		assert_int_equal(n, 0);
		w->now_s++;
		w->totals[row] += drops;
		n = look(w);
	}
	return n;
}

#define COUNT_RULE                                                                                 \
	"alerts: [ { name: udp, unit: count, raise: 100, clear: 10, window: 1m, repeat: 0,"        \
	" hint: look, match: { symbol: \"udp_*\" } } ]"

static void first_snapshot_is_the_baseline(void **state)
{
	struct world *w = *state;

	w->totals[UDP] = 1000000;
	rules(w, COUNT_RULE);
	assert_int_equal(look(w), 0);
	assert_int_equal(pass(w, 100, UDP, 0), 0);
	assert_int_equal(pass(w, 1, UDP, 99), 0);
	assert_int_equal(pass(w, 1, UDP, 1), 1); /* from there on, drops count */
}

static void raises_and_clears_a_count(void **state)
{
	struct world *w = *state;
	const struct alert *a;

	rules(w, COUNT_RULE);
	look(w);
	a = w->out;
	assert_int_equal(pass(w, 9, UDP, 10), 0);
	assert_int_equal(pass(w, 1, UDP, 10), 1); /* the hundredth */
	assert_string_equal(a->rule, "udp");
	assert_int_equal(a->state, ALERT_RAISED);
	assert_int_equal(a->count, 100);
	assert_true(a->value == 100 && a->limit == 100);
	assert_int_equal(a->window_s, 60);
	assert_int_equal(a->priority, 4);
	assert_string_equal(a->hint, "look");
	assert_string_equal(a->labels[LABEL_SYMBOL], "udp_queue_rcv_one_skb");
	assert_string_equal(a->labels[LABEL_DEVICE], "eth0");
	assert_string_equal(a->labels[LABEL_REASON], "");
	assert_string_equal(a->labels[LABEL_CLASS], "suspect");
	assert_string_equal(a->labels[LABEL_ORIGIN], "software");
	assert_int_equal(ruleset_rule(w->rules, 0)->state, RULE_RAISED);
	assert_int_equal(ruleset_rule(w->rules, 0)->raised_total, 1);
	/* Ten drops a second until 1010; at 1069 the last ten of them are still in the window. */
	assert_int_equal(pass(w, 59, UDP, 0), 0);
	assert_int_equal(pass(w, 1, UDP, 0), 1);
	assert_int_equal(a->state, ALERT_CLEARED);
	assert_int_equal(a->active_s, 60);
	assert_int_equal(a->count, 0);
	assert_true(a->limit == 10);
	assert_string_equal(a->labels[LABEL_SYMBOL], "udp_queue_rcv_one_skb");
	assert_int_equal(ruleset_rule(w->rules, 0)->state, RULE_QUIET);
	assert_int_equal(ruleset_rule(w->rules, 0)->raised_total, 1);
}

static void hysteresis_keeps_it_raised(void **state)
{
	struct world *w = *state;

	rules(w, COUNT_RULE);
	look(w);
	assert_int_equal(pass(w, 1, UDP, 100), 1);
	/* One each second: 60 in a window, below raise, above clear; for an hour. */
	assert_int_equal(pass(w, 3600, UDP, 1), 0);
	assert_int_equal(ruleset_rule(w->rules, 0)->state, RULE_RAISED);
	assert_int_equal(pass(w, 51, UDP, 0), 1);
	assert_int_equal(w->out[0].state, ALERT_CLEARED);
	assert_int_equal(w->out[0].count, 9);
}

static void rate_is_over_the_whole_window_even_when_young(void **state)
{
	struct world *w = *state;

	rules(w, "alerts: [ { name: r, raise: 10, window: 1m, match: { symbol: tcp_v4_rcv } } ]");
	look(w);
	assert_int_equal(pass(w, 1, TCP, 599), 0); /* 9.98/s over a minute, though 599 in one */
	assert_int_equal(pass(w, 1, TCP, 1), 1);
	assert_true(w->out[0].rate == 10 && w->out[0].value == 10);
	assert_int_equal(w->out[0].count, 600);
	assert_string_equal(w->out[0].labels[LABEL_REASON], "NO_SOCKET");
}

static void hold_down_wants_no_break(void **state)
{
	struct world *w = *state;

	rules(w, "alerts: [ { name: r, raise: 1, window: 1s, for: 10s } ]");
	look(w);
	assert_int_equal(pass(w, 10, TCP, 5), 0); /* at the limit for 9 s */
	assert_int_equal(pass(w, 1, TCP, 0), 0);  /* a break: it begins anew */
	assert_int_equal(pass(w, 10, TCP, 5), 0);
	assert_int_equal(pass(w, 1, TCP, 5), 1);
	assert_int_equal(w->out[0].state, ALERT_RAISED);
}

static void repeats_while_it_lasts(void **state)
{
	struct world *w = *state;

	rules(w, "alerts: [ { name: r, raise: 1, window: 10s, repeat: 5m } ]");
	look(w);
	assert_int_equal(pass(w, 1, TCP, 10), 1);
	for (int i = 1; i <= 3; i++) {
		assert_int_equal(pass(w, 300, TCP, 10), 1);
		assert_int_equal(w->out[0].state, ALERT_REPEATED);
		assert_int_equal(w->out[0].active_s, 300 * i);
	}
	assert_int_equal(ruleset_rule(w->rules, 0)->raised_total, 1);
}

static void names_the_row_that_lately_drops_most(void **state)
{
	struct world *w = *state;

	rules(w, "alerts: [ { name: r, unit: count, raise: 1000000, window: 1h, match:\n"
		 "  [ { reason: [SOCKET_RCVBUFF, NO_SOCKET] }, { symbol: \"udp_*\" } ] } ]");
	look(w);
	pass(w, 10, TCP, 50000);
	pass(w, 200, UDP, 1);		/* a while ago is long ago */
	w->totals[FIREWALL] += 9999999; /* no match */
	assert_int_equal(pass(w, 20, UDP_REASON, 20000), 0);
	w->totals[TCP] += 200000;
	assert_int_equal(pass(w, 1, UDP_REASON, 100000), 1);
	assert_string_equal(w->out[0].labels[LABEL_SYMBOL], "__udp4_lib_rcv");
	assert_string_equal(w->out[0].labels[LABEL_REASON], "SOCKET_RCVBUFF");
	assert_string_equal(w->out[0].labels[LABEL_DEVICE], "eth1");
}

static void sums_rows_that_appear_later(void **state)
{
	struct world *w = *state;

	w->n_rows = 1;
	rules(w, "alerts: [ { name: r, unit: count, raise: 30, match: { class: expected } } ]");
	look(w);
	w->totals[UNIX] = 30; /* all of them in its first second */
	w->n_rows = ROWS;
	assert_int_equal(pass(w, 1, UDP, 1000), 1);
	assert_string_equal(w->out[0].labels[LABEL_SYMBOL], "unix_stream_connect");
	assert_int_equal(w->out[0].count, 30);
}

static void each_rule_is_its_own(void **state)
{
	struct world *w = *state;
	char yaml[8192] = "alerts:\n", line[128];

	for (int i = 0; i < CONFIG_ALERTS_MAX; i++) {
		snprintf(line, sizeof(line),
			 "- { name: n%d, unit: count, raise: %d, window: 10s }\n", i, i + 1);
		strcat(yaml, line);
	}
	rules(w, yaml);
	look(w);
	assert_int_equal(pass(w, 1, TCP, 40), 40);
	assert_string_equal(w->out[39].rule, "n39");
	assert_int_equal(pass(w, 1, TCP, 24), 24);
	assert_int_equal(ruleset_count(w->rules), CONFIG_ALERTS_MAX);
	/* All 64 gone, and 64 new ones raised at once: the most there can be. */
	for (char *p = yaml; (p = strstr(p, "name: n")); p++)
		p[6] = 'm';
	rules(w, yaml);
	assert_int_equal(pass(w, 1, TCP, 64), RULESET_ALERTS_MAX);
}

static void same_snapshot_twice_is_nothing(void **state)
{
	struct world *w = *state;

	rules(w, COUNT_RULE);
	look(w);
	w->totals[UDP] += 1000;
	assert_int_equal(look(w), 0); /* not later than the last */
	assert_int_equal(pass(w, 1, UDP, 0), 1);
}

static void reload_keeps_what_did_not_change(void **state)
{
	struct world *w = *state;

	rules(w, COUNT_RULE);
	look(w);
	assert_int_equal(pass(w, 10, UDP, 9), 0);
	for (int i = 0; i < 1000; i++)
		rules(w, COUNT_RULE);
	assert_int_equal(pass(w, 1, UDP, 10), 1); /* the 90 before count */
	rules(w, COUNT_RULE);
	assert_int_equal(pass(w, 30, UDP, 0), 0); /* still raised, not raised again */
	assert_int_equal(ruleset_rule(w->rules, 0)->state, RULE_RAISED);
	/* Its limits may change meanwhile, and what comes before it. */
	rules(w, "alerts: [ { name: other, raise: 1 }, { name: udp, unit: count, raise: 900,"
		 " clear: 200, match: { symbol: \"udp_*\" } } ]");
	assert_int_equal(pass(w, 1, UDP, 0), 1);
	assert_int_equal(w->out[0].state, ALERT_CLEARED);
	assert_int_equal(w->out[0].count, 100);
	assert_false(w->out[0].rule_gone);
}

static void reload_with_a_shorter_window_raises_nothing_of_long_ago(void **state)
{
	struct world *w = *state;

	rules(w, "alerts: [ { name: udp, unit: count, raise: 100000, window: 1h,"
		 " match: { symbol: \"udp_*\" } } ]");
	look(w);
	assert_int_equal(pass(w, 3650, UDP, 10), 0);
	rules(w, "alerts: [ { name: udp, unit: count, raise: 200, window: 10s,"
		 " match: { symbol: \"udp_*\" } } ]");
	assert_int_equal(pass(w, 30, UDP, 10), 0); /* 100 in 10 s */
	assert_int_equal(pass(w, 1, UDP, 110), 1);
}

static void reload_clears_what_is_gone(void **state)
{
	struct world *w = *state;

	rules(w, COUNT_RULE);
	look(w);
	assert_int_equal(pass(w, 1, UDP, 100), 1);
	rules(w, "alerts: []");
	assert_int_equal(ruleset_count(w->rules), 0);
	assert_int_equal(pass(w, 1, UDP, 100), 1);
	assert_string_equal(w->out[0].rule, "udp");
	assert_int_equal(w->out[0].state, ALERT_CLEARED);
	assert_true(w->out[0].rule_gone);
	assert_string_equal(w->out[0].labels[LABEL_SYMBOL], "udp_queue_rcv_one_skb");
	assert_int_equal(pass(w, 1, UDP, 100), 0);
	/* Back again: it counts from now on, like a new rule. */
	rules(w, COUNT_RULE);
	assert_int_equal(ruleset_rule(w->rules, 0)->raised_total, 0);
	assert_int_equal(pass(w, 1, UDP, 99), 0);
	assert_int_equal(pass(w, 1, UDP, 1), 1);
	assert_int_equal(ruleset_rule(w->rules, 0)->raised_total, 1);
}

static void reload_with_another_match_begins_anew(void **state)
{
	struct world *w = *state;

	rules(w, COUNT_RULE);
	look(w);
	assert_int_equal(pass(w, 1, UDP, 100), 1);
	w->totals[TCP] = 100000; /* before the rule wanted it */
	assert_int_equal(pass(w, 1, UDP, 1), 0);
	rules(w, "alerts: [ { name: udp, unit: count, raise: 100,"
		 " match: { symbol: tcp_v4_rcv } } ]");
	assert_int_equal(pass(w, 1, TCP, 1), 1);
	assert_true(w->out[0].rule_gone);
	assert_int_equal(pass(w, 1, TCP, 98), 0);
	assert_int_equal(pass(w, 1, TCP, 1), 1);
	assert_int_equal(w->out[0].count, 100);
	assert_int_equal(ruleset_rule(w->rules, 0)->raised_total, 2);
}

/* What ships stays silent where a little of everything is dropped, and speaks when it must. */
static void shipped_rules(void **state)
{
	static struct config_errors errors;
	struct world *w = *state;
	cleanup(config_unrefp) struct config *c = NULL;

	if (config_load_file("../conf/dropwatchd.yaml", &c, &errors) < 0)
		fail_msg("%s", errors.text);
	assert_int_equal(ruleset_apply_config(w->rules, c), 0);
	look(w);
	for (int i = 0; i < 3600; i++) {
		w->totals[TCP] += 10;
		w->totals[UNIX] += 100;
		w->totals[FIREWALL] += 2;
		w->totals[UDP] += i % 60 == 0 ? 5 : 0;
		assert_int_equal(pass(w, 1, UDP_REASON, 1), 0);
	}
	assert_int_equal(pass(w, 1, UDP, 100), 1);
	assert_string_equal(w->out[0].rule, "receive-buffer-full");
}

/* A retired set is not shown any more, and its id goes to another one, which begins at 0. */
static void a_retired_row_neither_fires_nor_hides(void **state)
{
	struct world *w = *state;

	rules(w, COUNT_RULE);
	look(w);
	assert_int_equal(pass(w, 1, UNIX, 1000000), 0); /* matches no rule */
	assert_int_equal(pass(w, 1, UDP, 60), 0);
	w->n_rows = UNIX; /* retired */
	assert_int_equal(pass(w, 5, UDP, 0), 0);
	w->n_rows = ROWS;
	w->labels[UNIX] = labels[UDP];
	w->labels[UNIX].id = UNIX;
	w->labels[UNIX].born = 1;
	w->labels[UNIX].text[LABEL_DEVICE] = "eth9";
	w->totals[UNIX] = 0;
	assert_int_equal(pass(w, 1, UNIX, 39), 0);
	assert_int_equal(pass(w, 1, UNIX, 1), 1); /* 60 + 39 + 1 */
	assert_int_equal(w->out[0].count, 100);
	assert_string_equal(w->out[0].labels[LABEL_DEVICE], "eth0");
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(first_snapshot_is_the_baseline),
		TEST(raises_and_clears_a_count),
		TEST(hysteresis_keeps_it_raised),
		TEST(rate_is_over_the_whole_window_even_when_young),
		TEST(hold_down_wants_no_break),
		TEST(repeats_while_it_lasts),
		TEST(names_the_row_that_lately_drops_most),
		TEST(sums_rows_that_appear_later),
		TEST(each_rule_is_its_own),
		TEST(same_snapshot_twice_is_nothing),
		TEST(reload_keeps_what_did_not_change),
		TEST(reload_with_a_shorter_window_raises_nothing_of_long_ago),
		TEST(reload_clears_what_is_gone),
		TEST(reload_with_another_match_begins_anew),
		TEST(shipped_rules),
		TEST(a_retired_row_neither_fires_nor_hides),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
