/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * daemon/source/netdm*.c, driven by hand against the test monitor, on real netlink sockets. What
 * is due once a second is waited for by reading on until it happened; nothing is timed.
 */
#include "../unit/test.h"

#include <errno.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "client.h"
#include "netdm_test.h"
#include "source/source.h"

#define PATIENCE_NS (30 * NSEC_PER_SEC) /* then it will never happen */

struct test {
	struct client monitor;
	struct config_source cfg;
	struct source *source;
	struct err err;
	char deny[64]; /* while this file exists no group can be joined */
	uint64_t last_time_ns;
	uint64_t packets, events, out_of_order;
	int error; /* what read() failed with */
};

static int setup(void **state)
{
	struct test *t = calloc(1, sizeof(*t));

	if (!t || client_start(&t->monitor, MONITOR) < 0)
		return -1;
	t->cfg.kind = SOURCE_NETDM;
	t->cfg.netdm = (struct config_netdm){
		.alert_mode = ALERT_MODE_PACKET,
		.truncate_bytes = 96,
		.queue_length = 1000,
		.receive_buffer_bytes = 4 << 20,
	};
	snprintf(t->deny, sizeof(t->deny), "/tmp/netdm-deny-join.%d", (int)getpid());
	setenv(DENY_JOIN_ENV, t->deny, 1);
	*state = t;
	return 0;
}

static int teardown(void **state)
{
	struct test *t = *state;

	source_close(t->source);
	client_stop(&t->monitor);
	unlink(t->deny);
	free(t);
	return 0;
}

static void open_source(struct test *t)
{
	if (netdm_ops.open(&t->cfg, &t->source, &t->err) < 0)
		fail_msg("open: %s", t->err.text);
}

/* Must fail, with words that help. */
static void assert_refused(struct test *t, int error, const char *words)
{
	assert_int_equal(netdm_ops.open(&t->cfg, &t->source, &t->err), error);
	assert_null(t->source);
	if (!strstr(t->err.text, words))
		fail_msg("\"%s\" does not say \"%s\"", t->err.text, words);
}

static void close_source(struct test *t)
{
	t->source = netdm_ops.close(t->source);
}

static struct source_stats stats(struct test *t)
{
	struct source_stats s = { 0 };

	netdm_ops.stats(t->source, &s);
	return s;
}

/* One read(). Return: what it returned. */
static int read_some(struct test *t, size_t n)
{
	struct drop_event ev[512];
	int r = netdm_ops.read(t->source, ev, n);

	for (int i = 0; i < r; i++) {
		t->packets += ev[i].packets;
		t->out_of_order += ev[i].time_ns <= t->last_time_ns;
		t->last_time_ns = ev[i].time_ns;
	}
	t->events += r > 0 ? (uint64_t)r : 0;
	t->error = r < 0 ? r : t->error;
	return r;
}

static void read_all(struct test *t)
{
	while (read_some(t, 512) > 0)
		;
}

/* Reads on, as the source thread would, until the condition holds. */
#define until(t, condition)                                                                        \
	do {                                                                                       \
		const uint64_t until_end = clock_monotonic_ns() + PATIENCE_NS;                     \
		while (read_all(t), !(condition)) {                                                \
			struct pollfd fd = { netdm_ops.fd((t)->source), POLLIN, 0 };               \
			if (clock_monotonic_ns() > until_end)                                      \
				fail_msg("never: " #condition);                                    \
			poll(&fd, 1, 100);                                                         \
		}                                                                                  \
	} while (0)

static uint64_t accounted(struct test *t)
{
	const struct source_stats s = stats(t);

	assert_int_equal(s.packets, t->packets);
	return s.packets + s.lost_socket + s.lost_parse;
}

static void test_start_and_stop(void **state)
{
	struct test *t = *state;
	struct source_stats s;

	open_source(t);
	assert_int_equal(client_get(&t->monitor, "configs"), 1);
	assert_int_equal(client_get(&t->monitor, "mode"), 1);
	assert_int_equal(client_get(&t->monitor, "truncate"), 96);
	assert_int_equal(client_get(&t->monitor, "queue_length"), 1000);
	assert_int_equal(client_get(&t->monitor, "sw"), 1);
	assert_int_equal(client_get(&t->monitor, "hw"), 0);
	s = stats(t);
	assert_true(s.up);
	assert_string_equal(s.source, "netdm");
	assert_string_equal(s.mode, "packet");
	assert_string_equal(s.owner, "self");
	assert_string_equal(s.trouble, "");
	assert_true(s.receive_buffer_bytes >= 4 << 20);
	close_source(t);
	assert_int_equal(client_get(&t->monitor, "sw"), 0);
	assert_int_equal(client_get(&t->monitor, "stops"), 1);
}

static void test_summary_is_the_default(void **state)
{
	struct test *t = *state;

	client_do(&t->monitor, "set mode=1");
	t->cfg.netdm.alert_mode = ALERT_MODE_SUMMARY;
	open_source(t);
	assert_int_equal(client_get(&t->monitor, "mode"), 0);
	assert_string_equal(stats(t).mode, "summary");
}

static void test_every_packet_message_once_and_in_order(void **state)
{
	struct test *t = *state;
	int64_t sent = 0;

	open_source(t);
	for (int i = 0; i < 50; i++) {
		sent += client_do(&t->monitor, "packets 1000 points=8");
		read_all(t);
	}
	assert_int_equal(t->packets, sent);
	assert_int_equal(t->events, sent);
	assert_int_equal(t->out_of_order, 0);
	assert_int_equal(t->last_time_ns, sent);
	assert_int_equal(accounted(t), sent);
	assert_int_equal(stats(t).lost_socket, 0);
}

static void test_summary_messages(void **state)
{
	struct test *t = *state;
	int64_t sent;

	t->cfg.netdm.alert_mode = ALERT_MODE_SUMMARY;
	open_source(t);
	sent = client_do(&t->monitor, "summary 500 points=40 count=3");
	sent += client_do(&t->monitor, "summary 7 points=64 count=1000");
	read_all(t);
	assert_int_equal(t->packets, sent);
	assert_int_equal(t->events, 500 * 40 + 7 * 64);
	assert_int_equal(stats(t).summary_full, 7);
}

/* Room for less than one summary message at a time: what is over waits. */
static void test_small_reads(void **state)
{
	struct test *t = *state;
	int64_t sent;

	open_source(t);
	sent = client_do(&t->monitor, "summary 100 points=50 count=2");
	for (size_t n = 1; read_some(t, n) > 0; n = n % 70 + 1)
		;
	assert_int_equal(t->packets, sent);
}

/* One undisturbed round of questions, so that nothing is under way any more. */
static void settle(struct test *t)
{
	const int64_t before = client_get(&t->monitor, "probes");

	until(t, client_get(&t->monitor, "probes") >= before + 3);
}

/* Nobody reads while the buffer overflows: the loss is exact, whatever the size of the buffer. */
static void test_overflow(void **state)
{
	static const uint32_t sizes[] = { 1, 65536, 1 << 20, 64 << 20 };
	struct test *t = *state;

	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		uint64_t sent = 0;

		t->packets = t->last_time_ns = 0;
		t->cfg.netdm.receive_buffer_bytes = sizes[i];
		open_source(t);
		for (int k = 0; k < 3; k++) {
			sent += (uint64_t)client_do(&t->monitor, "packets 40000 bad=97");
			until(t, accounted(t) == sent);
			assert_int_equal(read_some(t, 512), 0);
			assert_int_equal(accounted(t), sent);
		}
		if (sizes[i] < 2 << 20)
			assert_true(stats(t).lost_socket > 0);
		assert_int_equal(t->out_of_order, 0);
		close_source(t);
	}
}

static void test_malformed(void **state)
{
	struct test *t = *state;
	int64_t sent;

	open_source(t);
	sent = client_do(&t->monitor, "packets 700 bad=1");
	read_all(t);
	assert_int_equal(t->packets, 700);
	assert_int_equal(stats(t).lost_parse, 700);
	assert_int_equal(accounted(t), sent);
}

/* Whole packets are as long as 64 KiB, then the slots are large. */
static void test_whole_packets(void **state)
{
	struct test *t = *state;

	t->cfg.netdm.truncate_bytes = 0;
	open_source(t);
	client_do(&t->monitor, "packets 20 size=65000");
	read_all(t);
	client_do(&t->monitor, "packets 20 size=1500");
	read_all(t);
	assert_int_equal(t->packets, 40);
	assert_int_equal(stats(t).lost_parse, 0);
}

static void test_only_the_kernel_is_believed(void **state)
{
	struct test *t = *state;

	open_source(t);
	client_do(&t->monitor, "stranger 100");
	client_do(&t->monitor, "foreign 100");
	client_do(&t->monitor, "packets 10");
	read_all(t);
	assert_int_equal(t->packets, 10);
	assert_int_equal(stats(t).lost_parse, 0);
}

static void test_fd_is_readable_when_something_came(void **state)
{
	struct test *t = *state;
	struct pollfd fd = { .events = POLLIN };

	open_source(t);
	fd.fd = netdm_ops.fd(t->source);
	assert_int_equal(poll(&fd, 1, 0), 0);
	client_do(&t->monitor, "packets 1");
	assert_int_equal(poll(&fd, 1, 0), 1);
	read_all(t);
	assert_int_equal(poll(&fd, 1, 0), 0);
}

/* Another program monitors: both kinds of its messages are read, and nothing of it is touched. */
static void test_another_holds_it(void **state)
{
	struct test *t = *state;

	client_do(&t->monitor, "set sw=1 mode=0");
	open_source(t);
	assert_string_equal(stats(t).owner, "other");
	assert_string_equal(stats(t).mode, "summary");
	assert_true(stats(t).up);
	client_do(&t->monitor, "packets 10");
	client_do(&t->monitor, "summary 10 points=2 count=5");
	read_all(t);
	assert_int_equal(t->packets, 110);
	close_source(t);
	assert_int_equal(client_get(&t->monitor, "stops"), 0);
	assert_int_equal(client_get(&t->monitor, "sw"), 1);
}

static void test_the_other_one_stops(void **state)
{
	struct test *t = *state;

	client_do(&t->monitor, "set sw=1 mode=0");
	open_source(t);
	client_do(&t->monitor, "set sw=0");
	until(t, strcmp(stats(t).owner, "self") == 0 && strcmp(stats(t).mode, "packet") == 0);
	assert_int_equal(stats(t).restarts[RESTART_STOPPED], 1);
	assert_int_equal(client_get(&t->monitor, "sw"), 1);
	assert_int_equal(client_get(&t->monitor, "mode"), 1);
	close_source(t);
	assert_int_equal(client_get(&t->monitor, "sw"), 0);
}

/* The other one monitors hardware only: software drops are ours to start. */
static void test_another_holds_the_hardware(void **state)
{
	struct test *t = *state;

	client_do(&t->monitor, "set hw=1");
	open_source(t);
	assert_string_equal(stats(t).owner, "self");
	assert_string_equal(stats(t).mode, "summary");
	close_source(t);
	assert_int_equal(client_get(&t->monitor, "sw"), 0);
	assert_int_equal(client_get(&t->monitor, "hw"), 1);
}

static void test_stopped_behind_our_back(void **state)
{
	struct test *t = *state;

	open_source(t);
	client_do(&t->monitor, "set sw=0 mode=0 truncate=0");
	until(t, stats(t).restarts[RESTART_STOPPED] == 1);
	settle(t);
	assert_int_equal(client_get(&t->monitor, "sw"), 1);
	assert_int_equal(client_get(&t->monitor, "mode"), 1);
	assert_int_equal(client_get(&t->monitor, "truncate"), 96);
	client_do(&t->monitor, "set sw=0");
	until(t, stats(t).restarts[RESTART_STOPPED] == 2);
	settle(t);
	assert_string_equal(stats(t).owner, "self");
	assert_true(stats(t).up);
}

static void test_healthy_is_left_alone(void **state)
{
	struct test *t = *state;

	t->cfg.netdm.hardware = true;
	open_source(t);
	until(t, client_get(&t->monitor, "probes") >= 4);
	assert_int_equal(client_get(&t->monitor, "stops"), 0);
	assert_int_equal(client_get(&t->monitor, "configs"), 1);
	assert_int_equal(stats(t).restarts[RESTART_STOPPED], 0);
	assert_true(stats(t).up);
}

/* Stopped and started by another, set up otherwise, between two looks: it is the other's now. */
static void test_taken_over(void **state)
{
	struct test *t = *state;

	open_source(t);
	client_do(&t->monitor, "set mode=0 truncate=200");
	until(t, strcmp(stats(t).owner, "other") == 0);
	assert_string_equal(stats(t).mode, "summary");
	close_source(t);
	assert_int_equal(client_get(&t->monitor, "stops"), 0);
}

static void test_hardware(void **state)
{
	struct test *t = *state;

	t->cfg.netdm.hardware = true;
	open_source(t);
	assert_int_equal(client_get(&t->monitor, "hw"), 1);
	client_do(&t->monitor, "set hw=0");
	until(t, stats(t).restarts[RESTART_STOPPED] == 1);
	settle(t);
	assert_int_equal(client_get(&t->monitor, "hw"), 1);
	assert_int_equal(client_get(&t->monitor, "sw"), 1);
	close_source(t);
	assert_int_equal(client_get(&t->monitor, "hw"), 0);
	assert_int_equal(client_get(&t->monitor, "sw"), 0);
}

/* The new module has another family, another group, and counts from 0. */
static void test_reloaded(void **state)
{
	struct test *t = *state;

	client_do(&t->monitor, "set queue_drops=50");
	open_source(t);
	client_do(&t->monitor, "packets 10");
	client_do(&t->monitor, "set family=33 group=2 sw=0 queue_drops=7");
	until(t, stats(t).restarts[RESTART_RELOADED] == 1 && stats(t).up &&
			 stats(t).lost_kernel_queue == 7);
	assert_int_equal(client_get(&t->monitor, "sw"), 1);
	client_do(&t->monitor, "packets 20");
	until(t, t->packets == 30);
	assert_int_equal(stats(t).restarts[RESTART_STOPPED], 0);
	assert_string_equal(stats(t).owner, "self");
}

static void test_unloaded_for_a_while(void **state)
{
	struct test *t = *state;

	open_source(t);
	client_do(&t->monitor, "set present=0 sw=0");
	until(t, strstr(stats(t).trouble, "modprobe drop_monitor"));
	assert_false(stats(t).up);
	client_do(&t->monitor, "set present=1 family=34");
	until(t, stats(t).up);
	assert_string_equal(stats(t).trouble, "");
	client_do(&t->monitor, "packets 5");
	until(t, t->packets == 5);
	assert_int_equal(t->error, 0);
}

static void deny_joining(struct test *t)
{
	FILE *f = fopen(t->deny, "we");

	assert_non_null(f);
	fclose(f);
}

/* The capability to join again is gone: what the socket still held is read before the error. */
static void test_reloaded_without_the_capability(void **state)
{
	struct test *t = *state;

	open_source(t);
	deny_joining(t);
	client_do(&t->monitor, "set family=33 sw=0");
	until(t, t->error != 0);
	assert_int_equal(t->error, -EPERM);
	assert_false(stats(t).up);
	assert_non_null(strstr(stats(t).trouble, "CAP_SYS_ADMIN"));
	client_do(&t->monitor, "packets 3");
	assert_int_equal(read_some(t, 512), 3);
	assert_int_equal(read_some(t, 512), -EPERM);
}

static void test_kernel_queue(void **state)
{
	struct test *t = *state;

	client_do(&t->monitor, "set queue_drops=1000");
	open_source(t);
	assert_int_equal(stats(t).lost_kernel_queue, 0);
	client_do(&t->monitor, "set queue_drops=1234");
	until(t, stats(t).lost_kernel_queue == 234);
	client_do(&t->monitor, "set queue_drops=16"); /* reset */
	until(t, stats(t).lost_kernel_queue == 250);
}

static void test_late_answers(void **state)
{
	struct test *t = *state;

	client_do(&t->monitor, "set delay_ms=200");
	open_source(t);
	client_do(&t->monitor, "set queue_drops=5 delay_ms=1500");
	until(t, stats(t).lost_kernel_queue == 5);
	assert_true(stats(t).up);
	assert_int_equal(stats(t).restarts[RESTART_STOPPED], 0);
}

static void test_no_answers(void **state)
{
	struct test *t = *state;

	open_source(t);
	client_do(&t->monitor, "set mute=1");
	client_do(&t->monitor, "packets 100");
	until(t, !stats(t).up);
	assert_string_equal(stats(t).trouble, "NET_DM does not answer");
	assert_int_equal(t->packets, 100);
	client_do(&t->monitor, "set mute=0");
	until(t, stats(t).up);
}

static void test_no_answer_at_open(void **state)
{
	struct test *t = *state;

	client_do(&t->monitor, "set mute=1");
	assert_refused(t, -ETIMEDOUT, "has not answered");
}

static void test_no_family(void **state)
{
	struct test *t = *state;

	client_do(&t->monitor, "set present=0");
	assert_refused(t, -ENOENT, "modprobe drop_monitor");
}

static void test_may_not_join(void **state)
{
	struct test *t = *state;

	deny_joining(t);
	assert_refused(t, -EPERM, "CAP_SYS_ADMIN");
	assert_int_equal(client_get(&t->monitor, "starts"), 0);
}

static void test_may_not_start(void **state)
{
	struct test *t = *state;

	client_do(&t->monitor, "set refuse=%d", EPERM);
	assert_refused(t, -EPERM, "CAP_NET_ADMIN");
}

/* What was started before the refusal is stopped again. */
static void test_no_hardware(void **state)
{
	struct test *t = *state;

	client_do(&t->monitor, "set hw_supported=0");
	t->cfg.netdm.hardware = true;
	assert_refused(t, -EOPNOTSUPP, "hardware: false");
	assert_int_equal(client_get(&t->monitor, "sw"), 0);
}

static void test_old_kernel(void **state)
{
	struct test *t = *state;

	client_do(&t->monitor, "set old=1");
	assert_refused(t, -EOPNOTSUPP, "alert_mode: summary");
	t->cfg.netdm.alert_mode = ALERT_MODE_SUMMARY;
	open_source(t);
	assert_string_equal(stats(t).mode, "summary");
	client_do(&t->monitor, "summary 3 points=2 count=4");
	until(t, client_get(&t->monitor, "probes") >= 2);
	assert_int_equal(t->packets, 24);
	assert_true(stats(t).up);
}

static void test_close_null(void **state)
{
	(void)state;
	assert_null(netdm_ops.close(NULL));
}

#define T(name) cmocka_unit_test_setup_teardown(test_##name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(start_and_stop),
		T(summary_is_the_default),
		T(every_packet_message_once_and_in_order),
		T(summary_messages),
		T(small_reads),
		T(overflow),
		T(malformed),
		T(whole_packets),
		T(only_the_kernel_is_believed),
		T(fd_is_readable_when_something_came),
		T(another_holds_it),
		T(the_other_one_stops),
		T(another_holds_the_hardware),
		T(stopped_behind_our_back),
		T(healthy_is_left_alone),
		T(taken_over),
		T(hardware),
		T(reloaded),
		T(unloaded_for_a_while),
		T(reloaded_without_the_capability),
		T(kernel_queue),
		T(late_answers),
		T(no_answers),
		T(no_answer_at_open),
		T(no_family),
		T(may_not_join),
		T(may_not_start),
		T(no_hardware),
		T(old_kernel),
		T(close_null),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
