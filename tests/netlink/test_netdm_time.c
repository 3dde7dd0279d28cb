/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * source/netdm/netdm_session.c over time: for how long the monitor may have been off, and when it
 * is asked.
 */
#include "drive.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "source/netdm/netdm_mark.h"
#include "source/netdm/netdm_session.h"

static void test_healthy_is_not_blind(void **state)
{
	struct test *t = *state;

	open_source(t);
	for (int i = 0; i < 20; i++)
		later(t, S);
	assert_int_equal(stats(t).blind_ns, 0);
	assert_true(stats(t).up);
}

/* One question per second, and no more. */
static void test_a_round_a_second(void **state)
{
	struct test *t = *state;
	int64_t before;

	open_source(t);
	before = monitor(t, "probes");
	later(t, S - 1);
	assert_int_equal(monitor(t, "probes"), before);
	later(t, 1);
	assert_int_equal(monitor(t, "probes"), before + 1);
	later(t, S - 1);
	assert_int_equal(monitor(t, "probes"), before + 1);
}

/* It was on in the second round. The third finds it off, and starts it again. */
static void test_a_stop(void **state)
{
	struct test *t = *state;

	open_source(t);
	later(t, S);
	later(t, S);
	meddle(t, "sw=0");
	later(t, S);
	assert_int_equal(stats(t).restarts[RESTART_STOPPED], 1);
	assert_int_equal(stats(t).blind_ns, 2 * S);
	assert_true(stats(t).up); /* once is not "again and again" */
	assert_int_equal(stats(t).owner, OWNER_SELF);
	assert_int_equal(monitor(t, "sw"), 1);
	later(t, 20 * S);
	assert_int_equal(stats(t).blind_ns, 2 * S);
}

/* A STOP in every second: the counts are incomplete all the time, so up stays 0. */
static void test_flapping(void **state)
{
	struct test *t = *state;

	open_source(t);
	later(t, S);
	for (int i = 0; i < 20; i++) {
		meddle(t, "sw=0");
		later(t, S);
		assert_int_equal(stats(t).restarts[RESTART_STOPPED], i + 1);
		assert_int_equal(stats(t).up, i == 0);
	}
	assert_non_null(strstr(stats(t).trouble, "again and again"));
	assert_int_equal(stats(t).blind_ns, 21 * S);
	for (int i = 0; i < 9; i++) {
		later(t, S);
		assert_false(stats(t).up);
	}
	later(t, S);
	assert_true(stats(t).up);
	assert_string_equal(stats(t).trouble, "");
	assert_int_equal(stats(t).blind_ns, 21 * S);
}

/* The settings can only be changed while it is off. */
static void test_a_takeover(void **state)
{
	struct test *t = *state;

	open_source(t);
	later(t, S);
	later(t, S);
	meddle(t, "queue_length=77");
	later(t, S);
	assert_int_equal(stats(t).owner, OWNER_OTHER);
	assert_int_equal(stats(t).blind_ns, 2 * S);
	assert_true(stats(t).up);
	meddle(t, "queue_length=78"); /* by the other program itself */
	later(t, S);
	assert_int_equal(stats(t).blind_ns, 3 * S);
	assert_false(stats(t).up);
	assert_int_equal(stats(t).restarts[RESTART_STOPPED], 0);
}

/* Blind until there are answers again; the time before we noticed counts, too. */
static void test_no_answer(void **state)
{
	struct test *t = *state;

	open_source(t);
	later(t, S);
	later(t, S);
	meddle(t, "mute=1");
	later(t, S);
	later(t, 5 * S - 1);
	assert_true(stats(t).up);
	assert_int_equal(stats(t).blind_ns, 0);
	later(t, 1);
	assert_false(stats(t).up);
	assert_string_equal(stats(t).trouble, "NET_DM does not answer");
	assert_int_equal(stats(t).blind_ns, 7 * S);
	meddle(t, "mute=0");
	later(t, 5 * S);
	assert_true(stats(t).up);
	assert_int_equal(stats(t).blind_ns, 12 * S);
	later(t, S);
	assert_int_equal(stats(t).blind_ns, 12 * S);
}

/* The capability is gone: the state of the monitor is not known any more. */
static void test_refused(void **state)
{
	struct test *t = *state;

	open_source(t);
	later(t, S);
	meddle(t, "refuse=1");
	later(t, S);
	assert_false(stats(t).up);
	assert_non_null(strstr(stats(t).trouble, "CAP_NET_ADMIN"));
	assert_int_equal(stats(t).blind_ns, 2 * S);
	meddle(t, "refuse=0");
	later(t, S);
	assert_true(stats(t).up);
	assert_int_equal(stats(t).blind_ns, 3 * S);
}

static void test_the_module_is_gone(void **state)
{
	struct test *t = *state;

	open_source(t);
	later(t, S);
	meddle(t, "present=0 sw=0");
	for (int i = 0; i < 10; i++)
		later(t, S);
	assert_false(stats(t).up);
	assert_int_equal(stats(t).blind_ns, 11 * S);
	meddle(t, "present=1 family=34");
	later(t, S);
	assert_true(stats(t).up);
	assert_int_equal(stats(t).blind_ns, 12 * S);
	assert_int_equal(stats(t).restarts[RESTART_RELOADED], 1);
}

/* Requests that are not answered when the module is back are repeated, and no longer awaited. */
static void test_answers_that_never_come(void **state)
{
	struct test *t = *state;
	int64_t before;

	open_source(t);
	later(t, S);
	meddle(t, "present=0 sw=0");
	later(t, S);
	meddle(t, "present=1 family=34 mute=2");
	later(t, S);
	meddle(t, "mute=0");
	later(t, 5 * S - 1);
	assert_false(stats(t).up);
	later(t, 1);
	assert_true(stats(t).up);
	before = monitor(t, "probes");
	for (int i = 1; i <= 10; i++) {
		later(t, S);
		assert_true(stats(t).up);
		assert_int_equal(monitor(t, "probes"), before + i);
	}
	assert_int_equal(stats(t).restarts[RESTART_RELOADED], 1);
}

/* The module is reloaded, which ends this daemon; the next one continues its blind time. */
static void test_over_a_forced_exit(void **state)
{
	struct test *t = *state;

	open_source(t);
	later(t, S);
	later(t, S);
	deny_joining(t);
	meddle(t, "family=33 sw=0");
	assert_int_equal(later(t, S), -EPERM);
	assert_int_equal(stats(t).blind_ns, 2 * S);
	later(t, S / 2);
	assert_int_equal(stats(t).blind_ns, 2 * S + S / 2);
	close_source(t);
	unlink(t->deny);
	pass(2 * S);
	open_source(t);
	assert_int_equal(stats(t).blind_ns, 4 * S + S / 2);
	assert_int_equal(stats(t).owner, OWNER_SELF);
	later(t, S);
	assert_int_equal(stats(t).blind_ns, 4 * S + S / 2);
	close_source(t);
	assert_int_equal(netdm_mark_read(t->mark_dir, UINT64_MAX).blind_since_ns, 0);
}

/* The same if it is killed while the module is not loaded. */
static void test_the_mark_of_a_killed_daemon(void **state)
{
	struct test *t = *state;

	open_source(t);
	assert_true(netdm_mark_read(t->mark_dir, UINT64_MAX).software);
	assert_false(netdm_mark_read(t->mark_dir, UINT64_MAX).hardware);
	assert_int_equal(netdm_mark_read(t->mark_dir, UINT64_MAX).blind_since_ns, 0);
	later(t, S);
	later(t, S);
	meddle(t, "present=0 sw=0");
	later(t, S);
	assert_false(netdm_mark_read(t->mark_dir, UINT64_MAX).software);
	assert_int_equal(netdm_mark_read(t->mark_dir, UINT64_MAX).blind_since_ns, BEGIN + S);
}

/* START always answers 0: the question is another one, which adds no reference. */
static void test_a_counting_kernel(void **state)
{
	struct test *t = *state;

	meddle(t, "counting=1 queue_length=1000");
	open_source(t);
	assert_int_equal(monitor(t, "sw"), 1);
	for (int i = 0; i < 10; i++)
		later(t, S);
	assert_int_equal(monitor(t, "sw"), 1);
	assert_int_equal(monitor(t, "starts"), 2);
	assert_int_equal(monitor(t, "queue_length"), 1000);
	assert_int_equal(stats(t).restarts[RESTART_STOPPED], 0);
	assert_int_equal(stats(t).blind_ns, 0);
	assert_true(stats(t).up);
	assert_int_equal(stats(t).owner, OWNER_NONE);
	close_source(t);
	assert_int_equal(monitor(t, "sw"), 0);
}

/* The reference of another program remains. */
static void test_another_one_on_a_counting_kernel(void **state)
{
	struct test *t = *state;

	meddle(t, "counting=1 sw=1");
	open_source(t);
	assert_int_equal(monitor(t, "sw"), 2);
	later(t, S);
	assert_int_equal(monitor(t, "sw"), 2);
	close_source(t);
	assert_int_equal(monitor(t, "sw"), 1);
}

static void test_a_stop_on_a_counting_kernel(void **state)
{
	struct test *t = *state;

	meddle(t, "counting=1 queue_length=1000");
	t->cfg.netdm.hardware = HARDWARE_ON;
	open_source(t);
	for (int i = 0; i < 3; i++) {
		later(t, S);
		meddle(t, "sw=0 hw=0");
		later(t, S);
		assert_int_equal(stats(t).restarts[RESTART_STOPPED], i + 1);
		assert_int_equal(monitor(t, "sw"), 1);
		assert_int_equal(monitor(t, "hw"), 1);
		assert_int_equal(monitor(t, "queue_length"), 1000);
	}
	close_source(t);
	assert_int_equal(monitor(t, "sw"), 0);
	assert_int_equal(monitor(t, "hw"), 0);
}

/* If it is stopped between two STARTs, an ordinary kernel looks like one that counts references. */
static void test_it_only_looked_like_counting(void **state)
{
	struct test *t = *state;

	meddle(t, "stopped=1");
	open_source(t);
	assert_int_equal(stats(t).restarts[RESTART_STOPPED], 1);
	assert_int_equal(monitor(t, "sw"), 1);
	assert_int_equal(stats(t).owner, OWNER_SELF);
	assert_int_equal(monitor(t, "probes"), 1);
	later(t, S);
	assert_int_equal(monitor(t, "probes"), 2);
	meddle(t, "sw=0");
	later(t, S);
	assert_int_equal(stats(t).restarts[RESTART_STOPPED], 2);
	assert_int_equal(monitor(t, "sw"), 1);
}

/* An incomplete mark, or one from the future, is ignored. */
static void test_a_broken_mark(void **state)
{
	static const char *const lines[] = {
		"",
		"software=1\n",
		"software=2 hardware=0 blind_since_ns=1\n",
		"software=1 hardware=1 blind_since_ns=x\n",
		"software=1 hardware=1 blind_since_ns=100000000000000000000\n",
		"software=1 hardware=1 blind_since_ns=2000000000001\n",
		"software=-1 hardware=0 blind_since_ns=1\n",
	};
	struct test *t = *state;
	char path[64];

	snprintf(path, sizeof(path), "%s/drop-monitor-is-ours", t->mark_dir);
	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		FILE *f = fopen(path, "we");

		assert_non_null(f);
		fputs(lines[i], f);
		fclose(f);
		assert_false(netdm_mark_read(t->mark_dir, 2 * BEGIN).software);
		assert_int_equal(netdm_mark_read(t->mark_dir, 2 * BEGIN).blind_since_ns, 0);
	}
}

static void test_no_answer_at_open(void **state)
{
	cleanup(netdm_events_freep) struct netdm_events *events = NULL;
	cleanup(netdm_session_closep) struct netdm_session *session = NULL;
	struct test *t = *state;

	meddle(t, "mute=1");
	assert_int_equal(netdm_events_new(1 << 20, &events), 0);
	assert_int_equal(netdm_session_new(&t->cfg.netdm, events, BEGIN, &session, &t->err), 0);
	assert_int_equal(netdm_session_opening(session, BEGIN, &t->err), 1);
	assert_int_equal(netdm_session_opening(session, BEGIN + 3 * S - 1, &t->err), 1);
	assert_int_equal(netdm_session_opening(session, BEGIN + 3 * S, &t->err), -ETIMEDOUT);
	assert_non_null(strstr(t->err.text, "has not answered for 3 s"));
}

static int setup_summary(void **state)
{
	const int r = setup(state);

	if (r == 0)
		((struct test *)*state)->cfg.netdm.alert_mode = ALERT_MODE_SUMMARY;
	return r;
}

#define SUMMARY(name) cmocka_unit_test_setup_teardown(test_##name, setup_summary, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		SUMMARY(healthy_is_not_blind),
		SUMMARY(a_round_a_second),
		SUMMARY(a_stop),
		SUMMARY(flapping),
		SUMMARY(a_takeover),
		SUMMARY(no_answer),
		SUMMARY(refused),
		SUMMARY(the_module_is_gone),
		SUMMARY(answers_that_never_come),
		SUMMARY(over_a_forced_exit),
		SUMMARY(the_mark_of_a_killed_daemon),
		SUMMARY(a_counting_kernel),
		SUMMARY(another_one_on_a_counting_kernel),
		SUMMARY(a_stop_on_a_counting_kernel),
		SUMMARY(it_only_looked_like_counting),
		SUMMARY(a_broken_mark),
		SUMMARY(no_answer_at_open),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
