/* SPDX-License-Identifier: GPL-2.0-or-later */
/* source/netdm/netdm.c and netdm_events.c: every message becomes an event or is counted as lost. */
#include "drive.h"

#include <poll.h>
#include <stdlib.h>

#include "netdm_test.h"

static void test_start_and_stop(void **state)
{
	struct test *t = *state;
	struct source_stats s;

	open_source(t);
	assert_int_equal(monitor(t, "configs"), 1);
	assert_int_equal(monitor(t, "mode"), 1);
	assert_int_equal(monitor(t, "truncate"), 96);
	assert_int_equal(monitor(t, "queue_length"), 1000);
	assert_int_equal(monitor(t, "sw"), 1);
	assert_int_equal(monitor(t, "hw"), 0);
	s = stats(t);
	assert_true(s.up);
	assert_string_equal(s.source, "netdm");
	assert_int_equal(s.mode, MODE_PACKET);
	assert_int_equal(s.owner, OWNER_SELF);
	assert_string_equal(s.trouble, "");
	assert_true(s.receive_buffer_bytes >= 4 << 20);
	close_source(t);
	assert_int_equal(monitor(t, "sw"), 0);
	assert_int_equal(monitor(t, "stops"), 1);
}

static void test_summary_is_the_default(void **state)
{
	struct test *t = *state;

	meddle(t, "mode=1");
	t->cfg.netdm.alert_mode = ALERT_MODE_SUMMARY;
	open_source(t);
	assert_int_equal(monitor(t, "mode"), 0);
	assert_int_equal(stats(t).mode, MODE_SUMMARY);
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
	assert_int_equal(stats(t).lost[LOST_SOCKET], 0);
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

/* The longest message without a packet: it contains a name for each hardware trap. */
static void test_hardware_summaries(void **state)
{
	struct test *t = *state;
	int64_t sent;

	t->cfg.netdm.alert_mode = ALERT_MODE_SUMMARY;
	t->cfg.netdm.hardware = HARDWARE_ON;
	open_source(t);
	sent = client_do(&t->monitor, "hardware 100 points=20 count=3");
	sent += client_do(&t->monitor, "hardware 7 points=64 count=1000");
	read_all(t);
	assert_int_equal(t->packets, sent);
	assert_int_equal(t->events, 100 * 20 + 7 * 64);
	assert_int_equal(stats(t).lost[LOST_PARSE], 0);
	assert_int_equal(stats(t).summary_full, 7);
}

/* Software drops for another program are not counted, nor are its losses. */
static void test_hardware_only(void **state)
{
	struct test *t = *state;
	uint64_t others, hardware;

	meddle(t, "queue_drops=5");
	t->cfg.netdm.hardware = HARDWARE_ON;
	t->cfg.netdm.hardware_only = true;
	open_source(t);
	assert_int_equal(monitor(t, "sw"), 0);
	assert_int_equal(monitor(t, "hw"), 1);
	meddle(t, "sw=1");
	others = (uint64_t)client_do(&t->monitor, "packets 1000 points=8");
	others += (uint64_t)client_do(&t->monitor, "summary 10 points=64 count=3");
	hardware = (uint64_t)client_do(&t->monitor, "hardware 100 points=10 count=3");
	others += (uint64_t)client_do(&t->monitor, "packets 500");
	meddle(t, "queue_drops=500");
	for (size_t n = SOURCE_READ_MIN; read_some(t, n) > 0; n = n % 200 + SOURCE_READ_MIN)
		;
	later(t, S);
	assert_int_equal(t->packets, hardware);
	assert_int_equal(accounted(t), hardware);
	assert_int_equal(stats(t).events, 1000);
	assert_int_equal(stats(t).ignored, others);
	assert_int_equal(stats(t).summary_full, 0); /* not of our messages */
	assert_int_equal(stats(t).lost[LOST_KERNEL_QUEUE], 0);
	assert_int_equal(stats(t).owner, OWNER_SELF);
	meddle(t, "sw=0");
	later(t, S);
	assert_int_equal(stats(t).restarts[RESTART_STOPPED], 0);
	assert_int_equal(monitor(t, "sw"), 0);
	meddle(t, "sw=1");
	close_source(t);
	assert_int_equal(monitor(t, "sw"), 1);
	assert_int_equal(monitor(t, "hw"), 0);
}

/* A read() stops where the next message may have more events than there is room for. */
static void test_small_reads(void **state)
{
	struct test *t = *state;
	int64_t sent;

	open_source(t);
	sent = client_do(&t->monitor, "summary 100 points=50 count=2");
	for (size_t n = SOURCE_READ_MIN; read_some(t, n) > 0; n = n % 200 + SOURCE_READ_MIN)
		;
	assert_int_equal(t->packets, sent);
}

/* The buffer overflows while nothing is read: the loss is exact, whatever its size. */
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
			later(t, S);
			assert_int_equal(accounted(t), sent);
		}
		if (sizes[i] < 2 << 20)
			assert_true(stats(t).lost[LOST_SOCKET] > 0);
		assert_int_equal(t->out_of_order, 0);
		close_source(t);
	}
}

/* Before Linux 4.12 the kernel does not say how many: each overflow is at least one loss. */
static void test_overflow_uncounted(void **state)
{
	struct test *t = *state;
	uint64_t sent = 0;

	setenv(NO_MEMINFO_ENV, "1", 1);
	t->cfg.netdm.receive_buffer_bytes = 65536;
	open_source(t);
	for (uint64_t k = 1; k <= 3; k++) {
		sent += (uint64_t)client_do(&t->monitor, "packets 40000");
		later(t, S);
		assert_true(stats(t).lost[LOST_SOCKET] >= k);
		assert_true(accounted(t) < sent);
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
	assert_int_equal(stats(t).lost[LOST_PARSE], 700);
	assert_int_equal(accounted(t), sent);
}

/* Whole packets have up to 64 KiB, so the slots are large. */
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
	assert_int_equal(stats(t).lost[LOST_PARSE], 0);
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
	assert_int_equal(stats(t).lost[LOST_PARSE], 0);
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

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(start_and_stop),
		T(summary_is_the_default),
		T(every_packet_message_once_and_in_order),
		T(summary_messages),
		T(hardware_summaries),
		T(hardware_only),
		T(small_reads),
		T(overflow),
		T(overflow_uncounted),
		T(malformed),
		T(whole_packets),
		T(only_the_kernel_is_believed),
		T(fd_is_readable_when_something_came),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
