/* SPDX-License-Identifier: GPL-2.0-or-later */
/* source/netdm/netdm_session.c and netdm_ctl.c: who runs the monitor, and what follows from it. */
#include "drive.h"

#include <errno.h>
#include <linux/netlink.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "source/netdm/netdm_mark.h"

static bool marked(struct test *t)
{
	return netdm_mark_read(t->mark_dir, UINT64_MAX).software;
}

/* Another program runs the monitor: both kinds of messages are read, and nothing is changed. */
static void test_another_holds_it(void **state)
{
	struct test *t = *state;

	meddle(t, "sw=1 mode=0");
	open_source(t);
	assert_int_equal(stats(t).owner, OWNER_OTHER);
	assert_int_equal(stats(t).mode, MODE_SUMMARY);
	assert_true(stats(t).up);
	client_do(&t->monitor, "packets 10");
	client_do(&t->monitor, "summary 10 points=2 count=5");
	read_all(t);
	assert_int_equal(t->packets, 110);
	close_source(t);
	assert_int_equal(monitor(t, "stops"), 0);
	assert_int_equal(monitor(t, "sw"), 1);
}

static void test_the_other_one_stops(void **state)
{
	struct test *t = *state;

	meddle(t, "sw=1 mode=0");
	open_source(t);
	meddle(t, "sw=0");
	later(t, S);
	assert_int_equal(stats(t).owner, OWNER_SELF);
	assert_int_equal(stats(t).mode, MODE_PACKET);
	assert_int_equal(stats(t).restarts[RESTART_STOPPED], 1);
	assert_int_equal(monitor(t, "sw"), 1);
	assert_int_equal(monitor(t, "mode"), 1);
	close_source(t);
	assert_int_equal(monitor(t, "sw"), 0);
}

/* The other program only monitors hardware drops: we start the software half. */
static void test_another_holds_the_hardware(void **state)
{
	struct test *t = *state;

	meddle(t, "hw=1");
	open_source(t);
	assert_int_equal(stats(t).owner, OWNER_SELF);
	assert_int_equal(stats(t).mode, MODE_SUMMARY);
	close_source(t);
	assert_int_equal(monitor(t, "sw"), 0);
	assert_int_equal(monitor(t, "hw"), 1);
}

/* It stops the half that we want; the other half stays on, so NET_DM is still busy. */
static void test_the_other_one_stops_software(void **state)
{
	struct test *t = *state;

	meddle(t, "sw=1 hw=1");
	open_source(t);
	meddle(t, "sw=0");
	later(t, S);
	assert_int_equal(stats(t).owner, OWNER_SELF);
	later(t, S);
	assert_int_equal(stats(t).restarts[RESTART_STOPPED], 1);
	assert_int_equal(monitor(t, "sw"), 1);
	close_source(t);
	assert_int_equal(monitor(t, "sw"), 0);
	assert_int_equal(monitor(t, "hw"), 1);
}

static void test_the_other_one_stops_hardware(void **state)
{
	struct test *t = *state;

	meddle(t, "sw=1 hw=1");
	t->cfg.netdm.hardware = HARDWARE_ON;
	open_source(t);
	assert_int_equal(stats(t).owner, OWNER_OTHER);
	meddle(t, "hw=0");
	later(t, S);
	assert_int_equal(stats(t).restarts[RESTART_STOPPED], 1);
	later(t, S);
	assert_int_equal(monitor(t, "hw"), 1);
	assert_int_equal(stats(t).restarts[RESTART_STOPPED], 1);
	assert_int_equal(stats(t).owner, OWNER_OTHER); /* it owns the other half and the settings */
	close_source(t);
	assert_int_equal(monitor(t, "hw"), 0);
	assert_int_equal(monitor(t, "sw"), 1);
}

/* Both halves at once: both are stopped before the monitor is set up. */
static void test_the_other_one_stops_both(void **state)
{
	struct test *t = *state;

	meddle(t, "sw=1 hw=1 mode=0");
	t->cfg.netdm.hardware = HARDWARE_ON;
	open_source(t);
	meddle(t, "sw=0 hw=0");
	later(t, S);
	assert_int_equal(stats(t).owner, OWNER_SELF);
	assert_int_equal(stats(t).mode, MODE_PACKET);
	later(t, S);
	assert_int_equal(stats(t).restarts[RESTART_STOPPED], 1);
	assert_int_equal(monitor(t, "sw"), 1);
	assert_int_equal(monitor(t, "hw"), 1);
	close_source(t);
	assert_int_equal(monitor(t, "sw"), 0);
	assert_int_equal(monitor(t, "hw"), 0);
}

static void test_the_other_one_stops_on_an_old_kernel(void **state)
{
	struct test *t = *state;

	meddle(t, "sw=1 old=1");
	t->cfg.netdm.alert_mode = ALERT_MODE_SUMMARY;
	open_source(t);
	meddle(t, "sw=0");
	later(t, S);
	assert_int_equal(stats(t).owner, OWNER_SELF);
	assert_int_equal(monitor(t, "sw"), 1);
	close_source(t);
	assert_int_equal(monitor(t, "sw"), 0);
}

static void test_stopped_behind_our_back(void **state)
{
	struct test *t = *state;

	open_source(t);
	meddle(t, "sw=0 mode=0 truncate=0");
	later(t, S);
	assert_int_equal(stats(t).restarts[RESTART_STOPPED], 1);
	later(t, S);
	assert_int_equal(monitor(t, "sw"), 1);
	assert_int_equal(monitor(t, "mode"), 1);
	assert_int_equal(monitor(t, "truncate"), 96);
	meddle(t, "sw=0");
	later(t, S);
	assert_int_equal(stats(t).restarts[RESTART_STOPPED], 2);
	later(t, S);
	assert_int_equal(stats(t).owner, OWNER_SELF);
}

static void test_healthy_is_left_alone(void **state)
{
	struct test *t = *state;

	t->cfg.netdm.hardware = HARDWARE_ON;
	open_source(t);
	later(t, S);
	later(t, S);
	assert_true(monitor(t, "probes") >= 4);
	assert_int_equal(monitor(t, "stops"), 0);
	assert_int_equal(monitor(t, "configs"), 1);
	assert_int_equal(stats(t).restarts[RESTART_STOPPED], 0);
	assert_true(stats(t).up);
}

/* Another program stops it and starts it with other settings between two rounds. */
static void test_taken_over(void **state)
{
	struct test *t = *state;

	open_source(t);
	meddle(t, "mode=0 truncate=200");
	later(t, S);
	assert_int_equal(stats(t).owner, OWNER_OTHER);
	assert_int_equal(stats(t).mode, MODE_SUMMARY);
	close_source(t);
	assert_int_equal(monitor(t, "stops"), 0);
}

/* The previous daemon was killed: its mark says that the monitor is ours, whatever its settings. */
static void test_killed_predecessor(void **state)
{
	struct test *t = *state;

	meddle(t, "sw=1 mode=0");
	netdm_mark_write(t->mark_dir, &(struct netdm_mark){ .software = true });
	open_source(t);
	assert_int_equal(stats(t).owner, OWNER_SELF);
	assert_int_equal(stats(t).mode, MODE_PACKET);
	assert_true(marked(t));
	close_source(t);
	assert_int_equal(monitor(t, "sw"), 0);
	assert_false(marked(t));
}

/* There is no mark while another program owns the monitor. */
static void test_no_mark(void **state)
{
	struct test *t = *state;

	meddle(t, "sw=1 mode=0");
	open_source(t);
	assert_false(marked(t));
	meddle(t, "sw=0");
	later(t, S);
	assert_int_equal(stats(t).owner, OWNER_SELF);
	assert_true(marked(t));
	meddle(t, "mode=0 truncate=200");
	later(t, S);
	assert_int_equal(stats(t).owner, OWNER_OTHER);
	assert_false(marked(t));
	close_source(t);
}

/* What we started ended with the module: the next daemon must not take another's monitor for it. */
static void test_no_mark_of_an_unloaded_module(void **state)
{
	struct test *t = *state;

	open_source(t);
	assert_true(marked(t));
	deny_joining(t);
	meddle(t, "family=33 sw=0");
	assert_int_equal(later(t, S), -EPERM);
	assert_false(marked(t));
}

static void test_hardware(void **state)
{
	struct test *t = *state;

	t->cfg.netdm.hardware = HARDWARE_ON;
	open_source(t);
	assert_int_equal(monitor(t, "hw"), 1);
	meddle(t, "hw=0");
	later(t, S);
	assert_int_equal(stats(t).restarts[RESTART_STOPPED], 1);
	later(t, S);
	assert_int_equal(monitor(t, "hw"), 1);
	assert_int_equal(monitor(t, "sw"), 1);
	close_source(t);
	assert_int_equal(monitor(t, "hw"), 0);
	assert_int_equal(monitor(t, "sw"), 0);
}

/* The new module has another family and group, and counts from 0. Old messages are still read. */
static void test_reloaded(void **state)
{
	struct test *t = *state;

	meddle(t, "queue_drops=50");
	open_source(t);
	client_do(&t->monitor, "packets 10");
	meddle(t, "family=33 group=2 sw=0 queue_drops=7");
	later(t, S);
	assert_int_equal(stats(t).restarts[RESTART_RELOADED], 1);
	assert_true(stats(t).up);
	assert_int_equal(stats(t).lost[LOST_KERNEL_QUEUE], 7);
	assert_int_equal(monitor(t, "sw"), 1);
	client_do(&t->monitor, "packets 20");
	later(t, S);
	assert_int_equal(t->packets, 30);
	assert_int_equal(stats(t).restarts[RESTART_STOPPED], 0);
	assert_int_equal(stats(t).owner, OWNER_SELF);
}

static void test_unloaded_for_a_while(void **state)
{
	struct test *t = *state;

	open_source(t);
	meddle(t, "present=0 sw=0");
	later(t, S);
	assert_non_null(strstr(stats(t).trouble, "modprobe drop_monitor"));
	assert_false(stats(t).up);
	meddle(t, "present=1 family=34");
	later(t, S);
	assert_true(stats(t).up);
	assert_string_equal(stats(t).trouble, "");
	client_do(&t->monitor, "packets 5");
	assert_int_equal(later(t, S), 0);
	assert_int_equal(t->packets, 5);
}

/* The capability to join again is gone. What is in the socket is read before the error. */
static void test_reloaded_without_the_capability(void **state)
{
	struct test *t = *state;

	open_source(t);
	deny_joining(t);
	client_do(&t->monitor, "packets 2");
	meddle(t, "family=33 sw=0");
	assert_int_equal(later(t, S), -EPERM);
	assert_int_equal(t->packets, 2);
	assert_false(stats(t).up);
	assert_non_null(strstr(stats(t).trouble, "CAP_SYS_ADMIN"));
	client_do(&t->monitor, "packets 3");
	assert_int_equal(read_some(t, 512), 3);
	assert_int_equal(read_some(t, 512), -EPERM);
}

static void test_kernel_queue(void **state)
{
	struct test *t = *state;

	meddle(t, "queue_drops=1000");
	open_source(t);
	assert_int_equal(stats(t).lost[LOST_KERNEL_QUEUE], 0);
	meddle(t, "queue_drops=1234");
	later(t, S);
	assert_int_equal(stats(t).lost[LOST_KERNEL_QUEUE], 234);
	meddle(t, "queue_drops=16"); /* reset */
	later(t, S);
	assert_int_equal(stats(t).lost[LOST_KERNEL_QUEUE], 250);
}

static void test_late_answers(void **state)
{
	struct test *t = *state;

	meddle(t, "delay_ms=10");
	open_source(t);
	meddle(t, "queue_drops=5 delay_ms=1000000");
	later(t, S);
	later(t, 3 * S);
	assert_int_equal(stats(t).lost[LOST_KERNEL_QUEUE], 0);
	assert_true(stats(t).up);
	meddle(t, "delay_ms=0");
	later(t, 0);
	assert_int_equal(stats(t).lost[LOST_KERNEL_QUEUE], 5);
	assert_true(stats(t).up);
	assert_int_equal(stats(t).restarts[RESTART_STOPPED], 0);
}

/* A socket that receives the events of the monitor, like that of dropwatch. */
static int listen_along(void)
{
	const struct sockaddr_nl self = { .nl_family = AF_NETLINK, .nl_groups = 1 };
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_GENERIC);

	assert_int_equal(bind(fd, (const struct sockaddr *)&self, sizeof(self)), 0);
	return fd;
}

/* It may have stopped and started the monitor with the same settings: the owner is unknown. */
static void test_another_one_listens(void **state)
{
	struct test *t = *state;
	int fd;

	open_source(t);
	later(t, S);
	assert_int_equal(stats(t).owner, OWNER_SELF);
	fd = listen_along();
	later(t, S);
	assert_int_equal(stats(t).owner, OWNER_UNKNOWN);
	assert_int_equal(stats(t).blind_ns, 0);
	close_source(t);
	assert_int_equal(monitor(t, "stops"), 0);
	assert_int_equal(monitor(t, "sw"), 1);
	close(fd);
}

/* It has joined since the last round. */
static void test_another_one_has_just_come(void **state)
{
	struct test *t = *state;
	int fd;

	open_source(t);
	fd = listen_along();
	close_source(t);
	assert_int_equal(monitor(t, "sw"), 1);
	close(fd);
}

static void test_the_other_one_has_gone(void **state)
{
	struct test *t = *state;
	int fd = listen_along();

	open_source(t);
	later(t, S);
	assert_int_equal(stats(t).owner, OWNER_UNKNOWN);
	close(fd);
	later(t, S);
	assert_int_equal(stats(t).owner, OWNER_SELF);
	close_source(t);
	assert_int_equal(monitor(t, "sw"), 0);
}

/* The previous daemon was killed, and another program listens: the monitor may be its own. */
static void test_killed_predecessor_and_another_one(void **state)
{
	struct test *t = *state;
	int fd = listen_along();

	meddle(t, "sw=1 mode=0");
	netdm_mark_write(t->mark_dir, &(struct netdm_mark){ .software = true });
	open_source(t);
	assert_int_equal(stats(t).owner, OWNER_OTHER);
	assert_int_equal(monitor(t, "stops"), 0);
	assert_false(marked(t));
	close_source(t);
	assert_int_equal(monitor(t, "sw"), 1);
	close(fd);
}

static void test_no_answers(void **state)
{
	struct test *t = *state;

	open_source(t);
	meddle(t, "mute=1");
	client_do(&t->monitor, "packets 100");
	later(t, S);
	later(t, 5 * S);
	assert_false(stats(t).up);
	assert_string_equal(stats(t).trouble, "NET_DM does not answer");
	assert_int_equal(t->packets, 100);
	meddle(t, "mute=0");
	later(t, 5 * S);
	assert_true(stats(t).up);
}

static void test_no_family(void **state)
{
	struct test *t = *state;

	meddle(t, "present=0");
	assert_refused(t, -ENOENT, "modprobe drop_monitor");
}

static void test_may_not_join(void **state)
{
	struct test *t = *state;

	deny_joining(t);
	assert_refused(t, -EPERM, "CAP_SYS_ADMIN");
	assert_int_equal(monitor(t, "starts"), 0);
}

static void test_may_not_start(void **state)
{
	struct test *t = *state;

	client_do(&t->monitor, "set refuse=%d", EPERM);
	assert_refused(t, -EPERM, "CAP_NET_ADMIN");
}

/* What was started before the refusal is stopped. */
static void test_no_hardware(void **state)
{
	struct test *t = *state;

	meddle(t, "hw_supported=0");
	t->cfg.netdm.hardware = HARDWARE_ON;
	assert_refused(t, -EOPNOTSUPP, "hardware: false");
	assert_int_equal(monitor(t, "sw"), 0);
}

static void test_old_kernel(void **state)
{
	struct test *t = *state;

	meddle(t, "old=1");
	assert_refused(t, -EOPNOTSUPP, "alert_mode: summary");
	t->cfg.netdm.alert_mode = ALERT_MODE_SUMMARY;
	open_source(t);
	assert_int_equal(stats(t).mode, MODE_SUMMARY);
	client_do(&t->monitor, "summary 3 points=2 count=4");
	later(t, S);
	assert_true(monitor(t, "probes") >= 2);
	assert_int_equal(t->packets, 24);
	assert_true(stats(t).up);
}

static void test_no_hardware_on_an_old_kernel(void **state)
{
	struct test *t = *state;

	meddle(t, "old=1");
	t->cfg.netdm.alert_mode = ALERT_MODE_SUMMARY;
	t->cfg.netdm.hardware = HARDWARE_ON;
	assert_refused(t, -EOPNOTSUPP, "Linux 5.4 or later): set 'hardware: false'");
	assert_int_equal(monitor(t, "sw"), 0);
}

static void test_close_null(void **state)
{
	(void)state;
	assert_null(netdm_ops.close(NULL));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(another_holds_it),
		T(the_other_one_stops),
		T(another_holds_the_hardware),
		T(the_other_one_stops_software),
		T(the_other_one_stops_hardware),
		T(the_other_one_stops_both),
		T(the_other_one_stops_on_an_old_kernel),
		T(stopped_behind_our_back),
		T(healthy_is_left_alone),
		T(taken_over),
		T(killed_predecessor),
		T(no_mark),
		T(no_mark_of_an_unloaded_module),
		T(hardware),
		T(reloaded),
		T(unloaded_for_a_while),
		T(reloaded_without_the_capability),
		T(kernel_queue),
		T(late_answers),
		T(another_one_listens),
		T(another_one_has_just_come),
		T(the_other_one_has_gone),
		T(killed_predecessor_and_another_one),
		T(no_answers),
		T(no_family),
		T(may_not_join),
		T(may_not_start),
		T(no_hardware),
		T(old_kernel),
		T(no_hardware_on_an_old_kernel),
		T(close_null),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
