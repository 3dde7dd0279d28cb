/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Rules on counters: a snapshot each second, a reading of the counters every 15 s. */
#include "../test.h"

#include <stdlib.h>
#include <string.h>

#include "alert/ruleset.h"
#include "base/clock.h"
#include "base/counter.h"
#include "config/config_load.h"

#define INTERVAL_S 15

struct world {
	struct ruleset *rules;
	struct ledger *ledger; /* the latest reading, of two devices; NULL: none yet */
	uint64_t now_ms;
	uint64_t next_ms;     /* of the next reading */
	uint64_t overflows;   /* of TcpExt.ListenOverflows */
	uint64_t missed[2];   /* of link.rx_missed */
	unsigned int late_ms; /* each reading is as much later than the interval */
	unsigned int lag_ms;  /* a snapshot is as much later than the reading */
	const struct alert *out;
};

static int set_up(void **state)
{
	struct world *w = calloc(1, sizeof(*w));

	w->rules = ruleset_new();
	w->now_ms = 1000000;
	w->next_ms = w->now_ms;
	*state = w;
	return w->rules ? 0 : -1;
}

static int tear_down(void **state)
{
	struct world *w = *state;

	ledger_unref(w->ledger);
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

static void fill(struct ledger_row *row, const char *counter, const char *device, uint64_t kernel)
{
	const int number = counter_find_name(counter);

	assert_true(number >= 0);
	row->counter = counter_at((size_t)number);
	strcpy(row->device, device);
	row->cells[LEDGER_SINCE_START].kernel = kernel;
}

static void read_counters(struct world *w)
{
	ledger_unref(w->ledger);
	w->ledger = ledger_new(3);
	assert_non_null(w->ledger);
	w->ledger->monotonic_ns = w->now_ms * NSEC_PER_MSEC;
	fill(&w->ledger->rows[0], "TcpExt.ListenOverflows", "", w->overflows);
	fill(&w->ledger->rows[1], "link.rx_missed", "eth0", w->missed[0]);
	fill(&w->ledger->rows[2], "link.rx_missed", "eth1", w->missed[1]);
	w->next_ms += INTERVAL_S * 1000 + w->late_ms;
}

static int look(struct world *w)
{
	cleanup(snapshot_unrefp) struct snapshot *s = snapshot_new(0, 0);
	int n;

	if (w->now_ms >= w->next_ms)
		read_counters(w);
	s->monotonic_ns = (w->now_ms + w->lag_ms) * NSEC_PER_MSEC + 1;
	n = ruleset_evaluate(w->rules, s, w->ledger, &w->out);
	assert_true(n >= 0);
	return n;
}

/* Ticks until there is an alert. Return: the seconds until then, or all of them. */
static unsigned int until_alert(struct world *w, unsigned int seconds)
{
	for (unsigned int i = 1; i <= seconds; i++) {
		w->now_ms += 1000;
		if (look(w) > 0)
			return i;
	}
	return seconds;
}

static void assert_quiet(struct world *w, unsigned int seconds)
{
	for (unsigned int i = 0; i < seconds; i++) {
		w->now_ms += 1000;
		if (look(w) > 0)
			fail_msg("alert %s, state %d, count %lu", w->out->rule, w->out->state,
				 (unsigned long)w->out->count);
	}
}

#define COUNT_RULE                                                                                 \
	"alerts: [ { name: overflow, unit: count, raise: 10, clear: 1, window: 1m,"                \
	" counter: TcpExt.ListenOverflows } ]"

static void raises_and_clears_a_count(void **state)
{
	struct world *w = *state;
	const struct alert *a;

	w->overflows = 1000000; /* long ago */
	rules(w, COUNT_RULE);
	assert_int_equal(look(w), 0);
	assert_quiet(w, 100);
	w->overflows += 12; /* seen by the reading at 105 s */
	assert_int_equal(until_alert(w, 15), 5);
	a = w->out;
	assert_string_equal(a->rule, "overflow");
	assert_string_equal(a->counter, "TcpExt.ListenOverflows");
	assert_int_equal(a->state, ALERT_RAISED);
	assert_int_equal(a->count, 12);
	assert_true(a->rate == 12.0 / 60);
	assert_int_equal(a->window_s, 60);
	assert_string_equal(a->labels[LABEL_DEVICE], "");
	assert_string_equal(a->labels[LABEL_SYMBOL], "");
	assert_int_equal(until_alert(w, 100), 60);
	assert_int_equal(a->state, ALERT_CLEARED);
	assert_int_equal(a->count, 0);
	assert_int_equal(a->active_s, 60);
	assert_string_equal(a->counter, "TcpExt.ListenOverflows");
	assert_int_equal(ruleset_rule(w->rules, 0)->raised_total, 1);
}

/*
 * Readings are never exactly an interval apart, and idle ticks are left out. A window of 1m is
 * nevertheless that of four readings.
 */
static void readings_may_be_a_little_early_or_late(void **state)
{
	struct world *w = *state;

	rules(w, "alerts: [ { name: r, unit: count, raise: 53, window: 1m,"
		 " counter: TcpExt.ListenOverflows } ]");
	look(w);
	for (int i = 0; i < 20; i++) {
		w->now_ms = w->next_ms + (i % 3 ? 0 : 13);
		w->lag_ms = (unsigned int)(i % 5) * 1000;
		w->overflows += 13;
		assert_int_equal(look(w), 0);
		w->next_ms = 1000000 + 15000 * (uint64_t)(i + 2);
	}
	w->now_ms = w->next_ms;
	w->overflows += 14;
	assert_int_equal(look(w), 1);
	assert_int_equal(w->out->count, 53);
	assert_int_equal(w->out->window_s, 60);
}

static void a_steady_rate_is_exact(void **state)
{
	struct world *w = *state;

	rules(w, "alerts: [ { name: r, raise: 2, window: 1m, for: 5m,"
		 " counter: TcpExt.ListenOverflows } ]");
	look(w);
	for (int i = 0; i < 3600; i++) {
		w->overflows += 1 + (uint64_t)(i % 2); /* 1.5 a second */
		assert_quiet(w, 1);
	}
	for (int i = 0; i < 330; i++) { /* 0 s to 15 s until it is seen, 45 s to fill the window */
		w->overflows += 2;
		assert_quiet(w, 1);
	}
	w->overflows += 2 * 30;
	assert_true(until_alert(w, 31) <= 30);
	assert_int_equal(w->out->state, ALERT_RAISED);
	assert_true(w->out->rate == 2);
}

static void devices_are_added_up_and_the_worst_is_named(void **state)
{
	struct world *w = *state;

	rules(w, "alerts: [ { name: ring, unit: count, raise: 100, counter: link.rx_missed } ]");
	look(w);
	w->missed[0] += 30;
	assert_quiet(w, 15);
	w->missed[1] += 70;
	assert_int_equal(until_alert(w, 20), 15);
	assert_int_equal(w->out->count, 100);
	assert_string_equal(w->out->labels[LABEL_DEVICE], "eth1");
	assert_int_equal(until_alert(w, 100), 60);
	assert_int_equal(w->out->state, ALERT_CLEARED);
	assert_string_equal(w->out->labels[LABEL_DEVICE], "eth1"); /* as when it was raised */
}

static void the_total_never_decreases(void **state)
{
	struct world *w = *state;

	w->missed[0] = 5000;
	rules(w, "alerts: [ { name: ring, unit: count, raise: 10, counter: link.rx_missed } ]");
	look(w);
	w->missed[0] = 9; /* the device was created again */
	assert_quiet(w, 15);
	assert_int_equal(ruleset_rule(w->rules, 0)->total, 9);
	w->missed[0] = 0;
	assert_quiet(w, 15);
	assert_int_equal(ruleset_rule(w->rules, 0)->total, 9);
	w->missed[0] = 1;
	assert_int_equal(until_alert(w, 15), 15);
	assert_int_equal(w->out->count, 10);
}

/* Ticks are left out while nothing is dropped, and readings are rare. */
static void says_how_long_the_growth_took(void **state)
{
	struct world *w = *state;

	rules(w, COUNT_RULE);
	look(w);
	w->late_ms = 285000; /* every five minutes */
	assert_quiet(w, 15);
	w->overflows += 12;
	assert_int_equal(until_alert(w, 301), 300);
	assert_int_equal(w->out->count, 12);
	assert_int_equal(w->out->window_s, 300);
	assert_true(w->out->rate == 12.0 / 300);
	assert_int_equal(until_alert(w, 301), 300);
	assert_int_equal(w->out->state, ALERT_CLEARED);
}

static void drops_are_none_of_its_business(void **state)
{
	struct world *w = *state;
	const struct drop_labels labels = { .text = { "", "", "", "", "", "" } };
	struct snapshot *s;

	rules(w, COUNT_RULE);
	look(w);
	for (uint64_t i = 1; i < 10; i++) {
		s = snapshot_new(1, 0);
		s->monotonic_ns = (w->now_ms + i * 1000) * NSEC_PER_MSEC;
		s->rows[0] = (struct snapshot_row){ .labels = &labels, .total = i * 1000 };
		assert_int_equal(ruleset_evaluate(w->rules, s, w->ledger, &w->out), 0);
		snapshot_unref(s);
	}
	assert_int_equal(ruleset_rule(w->rules, 0)->total, 0);
}

static void is_quiet_without_a_ledger(void **state)
{
	struct world *w = *state;

	w->next_ms = UINT64_MAX;
	rules(w, COUNT_RULE);
	w->overflows = 1000;
	assert_quiet(w, 300);
}

static void reload_keeps_what_did_not_change(void **state)
{
	struct world *w = *state;

	rules(w, COUNT_RULE);
	look(w);
	w->overflows += 9;
	assert_quiet(w, 20);
	for (int i = 0; i < 100; i++)
		rules(w, COUNT_RULE);
	w->overflows += 1;
	assert_int_equal(until_alert(w, 15), 10);
	rules(w, COUNT_RULE);
	assert_quiet(w, 30);
	assert_int_equal(ruleset_rule(w->rules, 0)->state, RULE_RAISED);
}

/* The total of another counter is not a growth of this one. */
static void reload_with_another_counter_begins_anew(void **state)
{
	struct world *w = *state;

	rules(w, COUNT_RULE);
	look(w);
	w->overflows += 10;
	w->missed[0] += 5000;
	assert_int_equal(until_alert(w, 15), 15);
	rules(w, "alerts: [ { name: overflow, unit: count, raise: 10, counter: link.rx_missed } ]");
	assert_int_equal(until_alert(w, 1), 1);
	assert_int_equal(w->out->state, ALERT_CLEARED);
	assert_true(w->out->rule_gone);
	w->missed[0] += 9;
	assert_quiet(w, 30);
	w->missed[0] += 1;
	assert_true(until_alert(w, 15) < 15);
	assert_int_equal(w->out->count, 10);
}

static void reload_without_ledger_clears(void **state)
{
	struct world *w = *state;

	rules(w, COUNT_RULE);
	look(w);
	w->overflows += 10;
	assert_int_equal(until_alert(w, 15), 15);
	rules(w, "ledger: { enabled: false }\n" COUNT_RULE);
	assert_int_equal(until_alert(w, 1), 1);
	assert_int_equal(w->out->state, ALERT_CLEARED);
	assert_true(w->out->rule_gone);
	w->overflows += 1000; /* nobody should look */
	assert_quiet(w, 60);
	rules(w, COUNT_RULE); /* it counts from the next reading on */
	w->overflows += 9;
	assert_quiet(w, 60);
	w->overflows += 10;
	assert_true(until_alert(w, 16) <= 15);
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(raises_and_clears_a_count),
		TEST(readings_may_be_a_little_early_or_late),
		TEST(a_steady_rate_is_exact),
		TEST(devices_are_added_up_and_the_worst_is_named),
		TEST(the_total_never_decreases),
		TEST(says_how_long_the_growth_took),
		TEST(drops_are_none_of_its_business),
		TEST(is_quiet_without_a_ledger),
		TEST(reload_keeps_what_did_not_change),
		TEST(reload_with_another_counter_begins_anew),
		TEST(reload_without_ledger_clears),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
