/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * source/netdm/netdm_session.c at times that the test chooses: how long the monitor may have been
 * off, and what is asked when. The monitor answers while it is asked, as the kernel does.
 */
#include "drive.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "netdm_test.h"
#include "source/netdm/netdm_mark.h"
#include "source/netdm/netdm_session.h"

#define S     NSEC_PER_SEC
#define BEGIN (1000 * S)

struct clock {
	struct test *t;
	struct netdm_events *events;
	struct netdm_session *session;
	struct err err;
	char dir[32]; /* for marks */
	uint64_t now_ns;
};

static int setup_clock(void **state)
{
	struct clock *c = calloc(1, sizeof(*c));

	if (!c || setup((void **)&c->t) < 0)
		return -1;
	setenv(SYNC_ENV, "1", 1);
	strcpy(c->dir, "/tmp/netdm-mark.XXXXXX");
	c->t->cfg.netdm.mark_dir = mkdtemp(c->dir);
	c->t->cfg.netdm.alert_mode = ALERT_MODE_SUMMARY;
	c->now_ns = BEGIN;
	*state = c;
	return 0;
}

static int teardown_clock(void **state)
{
	struct clock *c = *state;

	netdm_session_close(c->session);
	netdm_events_free(c->events);
	netdm_mark_write(c->dir, &(struct netdm_mark){ 0 });
	rmdir(c->dir);
	unsetenv(SYNC_ENV);
	teardown((void **)&c->t);
	free(c);
	return 0;
}

static int try_to_open(struct clock *c)
{
	assert_int_equal(netdm_events_new(1 << 20, &c->events), 0);
	assert_int_equal(netdm_session_new(&c->t->cfg.netdm, c->events, c->now_ns, &c->session,
					   &c->err),
			 0);
	return netdm_session_opening(c->session, c->now_ns, &c->err);
}

static void open_clock(struct clock *c)
{
	if (try_to_open(c) != 0)
		fail_msg("open: %s", c->err.text);
}

static void close_clock(struct clock *c)
{
	c->session = netdm_session_close(c->session);
	c->events = netdm_events_free(c->events);
}

/* One upkeep so much later. Return: what it returned. */
static int later(struct clock *c, uint64_t span_ns)
{
	c->now_ns += span_ns;
	return netdm_session_upkeep(c->session, c->now_ns);
}

static struct source_stats told(struct clock *c)
{
	struct source_stats s = { 0 };

	netdm_session_stats(c->session, &s);
	return s;
}

static int64_t monitor(struct clock *c, const char *key)
{
	return client_get(&c->t->monitor, key);
}

static void meddle(struct clock *c, const char *what)
{
	client_do(&c->t->monitor, "set %s", what);
}

static void test_healthy_is_not_blind(void **state)
{
	struct clock *c = *state;

	open_clock(c);
	for (int i = 0; i < 20; i++)
		later(c, S);
	assert_int_equal(told(c).blind_ns, 0);
	assert_true(told(c).up);
}

/* One question a second and no more. */
static void test_a_round_a_second(void **state)
{
	struct clock *c = *state;
	int64_t before;

	open_clock(c);
	before = monitor(c, "probes");
	later(c, S - 1);
	assert_int_equal(monitor(c, "probes"), before);
	later(c, 1);
	assert_int_equal(monitor(c, "probes"), before + 1);
	later(c, S - 1);
	assert_int_equal(monitor(c, "probes"), before + 1);
}

/* It was on at the second round. Found off at the third, it is on again before that one is over. */
static void test_a_stop(void **state)
{
	struct clock *c = *state;

	open_clock(c);
	later(c, S);
	later(c, S);
	meddle(c, "sw=0");
	later(c, S);
	assert_int_equal(told(c).restarts[RESTART_STOPPED], 1);
	assert_int_equal(told(c).blind_ns, 2 * S);
	assert_true(told(c).up); /* once is not again and again */
	assert_string_equal(told(c).owner, "self");
	assert_int_equal(monitor(c, "sw"), 1);
	later(c, 20 * S);
	assert_int_equal(told(c).blind_ns, 2 * S);
}

/* A STOP every half second: nothing that is counted is all there is, and up stays 0. */
static void test_flapping(void **state)
{
	struct clock *c = *state;

	open_clock(c);
	later(c, S);
	for (int i = 0; i < 20; i++) {
		meddle(c, "sw=0");
		later(c, S);
		assert_int_equal(told(c).restarts[RESTART_STOPPED], i + 1);
		assert_int_equal(told(c).up, i == 0);
	}
	assert_non_null(strstr(told(c).trouble, "again and again"));
	assert_int_equal(told(c).blind_ns, 21 * S);
	for (int i = 0; i < 9; i++) {
		later(c, S);
		assert_false(told(c).up);
	}
	later(c, S);
	assert_true(told(c).up);
	assert_string_equal(told(c).trouble, "");
	assert_int_equal(told(c).blind_ns, 21 * S);
}

/* The setting could be changed only while it was off. */
static void test_a_takeover(void **state)
{
	struct clock *c = *state;

	open_clock(c);
	later(c, S);
	later(c, S);
	meddle(c, "queue_length=77");
	later(c, S);
	assert_string_equal(told(c).owner, "other");
	assert_int_equal(told(c).blind_ns, 2 * S);
	assert_true(told(c).up);
	meddle(c, "queue_length=78"); /* the other one does it to itself */
	later(c, S);
	assert_int_equal(told(c).blind_ns, 3 * S);
	assert_false(told(c).up);
	assert_int_equal(told(c).restarts[RESTART_STOPPED], 0);
}

/* It goes on being blind for as long as nothing is answered; what was before that counts, too. */
static void test_no_answer(void **state)
{
	struct clock *c = *state;

	open_clock(c);
	later(c, S);
	later(c, S);
	meddle(c, "mute=1");
	later(c, S);
	later(c, 5 * S - 1);
	assert_true(told(c).up);
	assert_int_equal(told(c).blind_ns, 0);
	later(c, 1);
	assert_false(told(c).up);
	assert_string_equal(told(c).trouble, "NET_DM does not answer");
	assert_int_equal(told(c).blind_ns, 7 * S);
	meddle(c, "mute=0");
	later(c, 5 * S);
	assert_true(told(c).up);
	assert_int_equal(told(c).blind_ns, 12 * S);
	later(c, S);
	assert_int_equal(told(c).blind_ns, 12 * S);
}

/* The capability was taken away: nothing is known from then on. */
static void test_refused(void **state)
{
	struct clock *c = *state;

	open_clock(c);
	later(c, S);
	meddle(c, "refuse=1");
	later(c, S);
	assert_false(told(c).up);
	assert_non_null(strstr(told(c).trouble, "CAP_NET_ADMIN"));
	assert_int_equal(told(c).blind_ns, 2 * S);
	meddle(c, "refuse=0");
	later(c, S);
	assert_true(told(c).up);
	assert_int_equal(told(c).blind_ns, 3 * S);
}

static void test_the_module_is_gone(void **state)
{
	struct clock *c = *state;

	open_clock(c);
	later(c, S);
	meddle(c, "present=0 sw=0");
	for (int i = 0; i < 10; i++)
		later(c, S);
	assert_false(told(c).up);
	assert_int_equal(told(c).blind_ns, 11 * S);
	meddle(c, "present=1 family=34");
	later(c, S);
	assert_true(told(c).up);
	assert_int_equal(told(c).blind_ns, 12 * S);
	assert_int_equal(told(c).restarts[RESTART_RELOADED], 1);
}

/* What is not answered when the module is back is asked again, and then not waited for any more. */
static void test_answers_that_never_come(void **state)
{
	struct clock *c = *state;
	int64_t before;

	open_clock(c);
	later(c, S);
	meddle(c, "present=0 sw=0");
	later(c, S);
	meddle(c, "present=1 family=34 mute=2");
	later(c, S);
	meddle(c, "mute=0");
	later(c, 5 * S - 1);
	assert_false(told(c).up);
	later(c, 1);
	assert_true(told(c).up);
	before = monitor(c, "probes");
	for (int i = 1; i <= 10; i++) {
		later(c, S);
		assert_true(told(c).up);
		assert_int_equal(monitor(c, "probes"), before + i);
	}
	assert_int_equal(told(c).restarts[RESTART_RELOADED], 1);
}

/* The module was reloaded, which ends this daemon; the next one goes on counting. */
static void test_over_a_forced_exit(void **state)
{
	struct clock *c = *state;

	open_clock(c);
	later(c, S);
	later(c, S);
	deny_joining(c->t);
	meddle(c, "family=33 sw=0");
	assert_int_equal(later(c, S), -EPERM);
	assert_int_equal(told(c).blind_ns, 2 * S);
	later(c, S / 2);
	assert_int_equal(told(c).blind_ns, 2 * S + S / 2);
	close_clock(c);
	unlink(c->t->deny);
	c->now_ns += 2 * S;
	open_clock(c);
	assert_int_equal(told(c).blind_ns, 4 * S + S / 2);
	assert_string_equal(told(c).owner, "self");
	later(c, S);
	assert_int_equal(told(c).blind_ns, 4 * S + S / 2);
	close_clock(c);
	assert_int_equal(netdm_mark_read(c->dir, UINT64_MAX).blind_since_ns, 0);
}

/* The same if it was killed while the module was away. */
static void test_the_mark_of_a_killed_daemon(void **state)
{
	struct clock *c = *state;

	open_clock(c);
	assert_true(netdm_mark_read(c->dir, UINT64_MAX).software);
	assert_false(netdm_mark_read(c->dir, UINT64_MAX).hardware);
	assert_int_equal(netdm_mark_read(c->dir, UINT64_MAX).blind_since_ns, 0);
	later(c, S);
	later(c, S);
	meddle(c, "present=0 sw=0");
	later(c, S);
	assert_false(netdm_mark_read(c->dir, UINT64_MAX).software);
	assert_int_equal(netdm_mark_read(c->dir, UINT64_MAX).blind_since_ns, BEGIN + S);
}

/* START always answers 0: the question is another one, which takes no reference. */
static void test_a_counting_kernel(void **state)
{
	struct clock *c = *state;

	meddle(c, "counting=1 queue_length=1000");
	open_clock(c);
	assert_int_equal(monitor(c, "sw"), 1);
	for (int i = 0; i < 10; i++)
		later(c, S);
	assert_int_equal(monitor(c, "sw"), 1);
	assert_int_equal(monitor(c, "starts"), 2);
	assert_int_equal(monitor(c, "queue_length"), 1000);
	assert_int_equal(told(c).restarts[RESTART_STOPPED], 0);
	assert_int_equal(told(c).blind_ns, 0);
	assert_true(told(c).up);
	assert_string_equal(told(c).owner, "");
	close_clock(c);
	assert_int_equal(monitor(c, "sw"), 0);
}

/* Another program's reference is not ours to give back. */
static void test_another_one_on_a_counting_kernel(void **state)
{
	struct clock *c = *state;

	meddle(c, "counting=1 sw=1");
	open_clock(c);
	assert_int_equal(monitor(c, "sw"), 2);
	later(c, S);
	assert_int_equal(monitor(c, "sw"), 2);
	close_clock(c);
	assert_int_equal(monitor(c, "sw"), 1);
}

static void test_a_stop_on_a_counting_kernel(void **state)
{
	struct clock *c = *state;

	meddle(c, "counting=1 queue_length=1000");
	c->t->cfg.netdm.hardware = true;
	open_clock(c);
	for (int i = 0; i < 3; i++) {
		later(c, S);
		meddle(c, "sw=0 hw=0");
		later(c, S);
		assert_int_equal(told(c).restarts[RESTART_STOPPED], i + 1);
		assert_int_equal(monitor(c, "sw"), 1);
		assert_int_equal(monitor(c, "hw"), 1);
		assert_int_equal(monitor(c, "queue_length"), 1000);
	}
	close_clock(c);
	assert_int_equal(monitor(c, "sw"), 0);
	assert_int_equal(monitor(c, "hw"), 0);
}

/* Stopped between two STARTs, an ordinary kernel looks like one that counts, but not for long. */
static void test_it_only_looked_like_counting(void **state)
{
	struct clock *c = *state;

	meddle(c, "stopped=1");
	open_clock(c);
	assert_int_equal(told(c).restarts[RESTART_STOPPED], 1);
	assert_int_equal(monitor(c, "sw"), 1);
	assert_string_equal(told(c).owner, "self");
	assert_int_equal(monitor(c, "probes"), 1);
	later(c, S);
	assert_int_equal(monitor(c, "probes"), 2);
	meddle(c, "sw=0");
	later(c, S);
	assert_int_equal(told(c).restarts[RESTART_STOPPED], 2);
	assert_int_equal(monitor(c, "sw"), 1);
}

/* Half a mark, or one of the future, is none. */
static void test_a_broken_mark(void **state)
{
	static const char *const lines[] = {
		"", "software=1\n", "software=2 hardware=0 blind_since_ns=1\n",
		"software=1 hardware=1 blind_since_ns=x\n",
		"software=1 hardware=1 blind_since_ns=100000000000000000000\n",
		"software=1 hardware=1 blind_since_ns=2000000000001\n",
		"software=-1 hardware=0 blind_since_ns=1\n",
	};
	struct clock *c = *state;
	char path[64];

	snprintf(path, sizeof(path), "%s/drop-monitor-is-ours", c->dir);
	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		FILE *f = fopen(path, "we");

		assert_non_null(f);
		fputs(lines[i], f);
		fclose(f);
		assert_false(netdm_mark_read(c->dir, 2 * BEGIN).software);
		assert_int_equal(netdm_mark_read(c->dir, 2 * BEGIN).blind_since_ns, 0);
	}
}

static void test_no_answer_at_open(void **state)
{
	struct clock *c = *state;

	meddle(c, "mute=1");
	assert_int_equal(try_to_open(c), 1);
	assert_int_equal(netdm_session_opening(c->session, BEGIN + 3 * S - 1, &c->err), 1);
	assert_int_equal(netdm_session_opening(c->session, BEGIN + 3 * S, &c->err), -ETIMEDOUT);
	assert_non_null(strstr(c->err.text, "has not answered for 3 s"));
}

#define C(name) cmocka_unit_test_setup_teardown(test_##name, setup_clock, teardown_clock)

int main(void)
{
	const struct CMUnitTest tests[] = {
		C(healthy_is_not_blind),
		C(a_round_a_second),
		C(a_stop),
		C(flapping),
		C(a_takeover),
		C(no_answer),
		C(refused),
		C(the_module_is_gone),
		C(answers_that_never_come),
		C(over_a_forced_exit),
		C(the_mark_of_a_killed_daemon),
		C(a_counting_kernel),
		C(another_one_on_a_counting_kernel),
		C(a_stop_on_a_counting_kernel),
		C(it_only_looked_like_counting),
		C(a_broken_mark),
		C(no_answer_at_open),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
