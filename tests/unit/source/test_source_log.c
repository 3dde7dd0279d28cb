/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "../test.h"

#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/clock.h"
#include "source/source_log.h"

#define BEGIN	   (1000 * NSEC_PER_SEC)
#define OWN_STDERR 100

static const struct source_stats healthy = {
	.source = "netdm", .mode = MODE_PACKET, .owner = OWNER_SELF, .up = true
};

/* Standard error goes to a file while a test runs. */
static int catch_lines(void **state)
{
	const int log = memfd_create("log", MFD_CLOEXEC);

	(void)state;
	if (log < 0 || dup2(STDERR_FILENO, OWN_STDERR) < 0 || dup2(log, STDERR_FILENO) < 0)
		return -1;
	return close(log);
}

static int let_lines_pass(void **state)
{
	(void)state;
	return dup2(OWN_STDERR, STDERR_FILENO) < 0;
}

static const char *lines(void)
{
	static char text[65536];
	const ssize_t n = pread(STDERR_FILENO, text, sizeof(text) - 1, 0);

	assert_true(n >= 0);
	text[n] = '\0';
	return text;
}

static unsigned int count(const char *words)
{
	unsigned int found = 0;

	for (const char *at = lines(); (at = strstr(at, words)); at++)
		found++;
	return found;
}

static void the_beginning_is_not_logged(void **state)
{
	struct source_stats now = healthy;
	struct source_log log;

	(void)state;
	now.lost[LOST_SOCKET] = now.lost[LOST_PARSE] = 7;
	source_log_init(&log, &now);
	source_log_changes(&log, &now, BEGIN);
	now.packets++;
	source_log_changes(&log, &now, BEGIN);
	assert_string_equal(lines(), "");
}

/* It began before this daemon did. */
static void blind_time_of_the_beginning_is_logged(void **state)
{
	struct source_stats now = healthy;
	struct source_log log;

	(void)state;
	now.blind_ns = 90 * NSEC_PER_SEC;
	source_log_init(&log, &now);
	source_log_changes(&log, &now, BEGIN);
	assert_int_equal(count("drops of up to 90.0 s may not have been counted (90.0 s in all)"),
			 1);
}

static void a_fight_is_logged_a_few_times(void **state)
{
	static const char *const kinds[] = {
		"another program stopped the drop monitor; it was started again",
		"the drop_monitor module was reloaded; its events were joined again",
		"may not have been counted",
	};
	struct source_stats now = healthy;
	struct source_log log;

	(void)state;
	source_log_init(&log, &now);
	for (uint64_t s = 0; s < 120; s++) {
		now.up = s % 2;
		now.owner = now.up ? OWNER_SELF : OWNER_OTHER;
		now.restarts[RESTART_STOPPED]++;
		now.restarts[RESTART_RELOADED]++;
		now.blind_ns += NSEC_PER_SEC;
		source_log_changes(&log, &now, BEGIN + s * NSEC_PER_SEC);
	}
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		assert_in_range(count(kinds[i]), 3, 8);
	assert_in_range(count("receiving drop events again"), 3, 8);
	assert_in_range(count("has taken over the drop monitor"), 3, 8);
	assert_in_range(count("runs the drop monitor itself now, in packet mode"), 3, 8);
	/* Nothing is left out in the end. */
	source_log_changes(&log, &now, BEGIN + 180 * NSEC_PER_SEC);
	assert_int_equal(count("(120 times so far)"), 2);
	assert_int_equal(count("(120.0 s in all)"), 1);
}

static void blind_time_is_logged_when_it_is_over(void **state)
{
	struct source_stats now = healthy;
	struct source_log log;

	(void)state;
	source_log_init(&log, &now);
	now.up = false;
	now.owner = OWNER_NONE;
	strcpy(now.trouble, "NET_DM does not answer");
	for (uint64_t s = 1; s <= 100; s++) {
		now.blind_ns = s * NSEC_PER_SEC;
		source_log_changes(&log, &now, BEGIN + s * NSEC_PER_SEC);
	}
	assert_int_equal(count("source netdm: NET_DM does not answer"), 1);
	assert_int_equal(count("\n"), 1);
	now = healthy;
	now.blind_ns = 100 * NSEC_PER_SEC;
	source_log_changes(&log, &now, BEGIN + 101 * NSEC_PER_SEC);
	assert_int_equal(count("source netdm: receiving drop events again"), 1);
	assert_int_equal(count("drops of up to 100.0 s may not have been counted"), 1);
	assert_int_equal(count("\n"), 3);
}

/* It is logged whatever was logged before it, and its blind time, which goes on, only then. */
static void the_end_is_logged_once(void **state)
{
	struct source_stats now = healthy;
	struct source_log log;

	(void)state;
	source_log_init(&log, &now);
	for (uint64_t ms = 0; ms < 100; ms++) {
		now.restarts[RESTART_STOPPED]++;
		source_log_changes(&log, &now, BEGIN + ms * NSEC_PER_MSEC);
	}
	now.up = false;
	now.ended = true;
	now.blind_ns = 2 * NSEC_PER_SEC;
	strcpy(now.trouble, "it failed: Input/output error");
	for (uint64_t s = 1; s < 200; s++) {
		source_log_changes(&log, &now, BEGIN + s * NSEC_PER_SEC);
		now.blind_ns += NSEC_PER_SEC;
	}
	assert_int_equal(count("source netdm: it failed: Input/output error"), 1);
	assert_int_equal(count("drops of up to 2.0 s may not have been counted"), 1);
	assert_int_equal(count("may not have been counted"), 1);
	assert_int_equal(count("(100 times so far)"), 1);
}

static void the_end_of_a_recording_is_no_trouble(void **state)
{
	struct source_stats now = { .source = "replay", .up = true };
	struct source_log log;

	(void)state;
	source_log_init(&log, &now);
	now.up = false;
	now.ended = now.finished = true;
	now.packets = 2004;
	now.events = 12;
	source_log_changes(&log, &now, BEGIN);
	source_log_changes(&log, &now, BEGIN + NSEC_PER_SEC);
	assert_int_equal(count("source replay: end of the recording, 2004 packets in 12 events"),
			 1);
	assert_int_equal(count("\n"), 1);
}

static void losses_are_logged_once_a_minute(void **state)
{
	struct source_stats now = healthy;
	struct source_log log;

	(void)state;
	source_log_init(&log, &now);
	for (uint64_t s = 0; s < 119; s++) {
		now.lost[LOST_KERNEL_QUEUE]++;
		now.lost[LOST_PARSE] += 2;
		source_log_changes(&log, &now, BEGIN + s * NSEC_PER_SEC);
	}
	assert_int_equal(count("drop events were lost before they were counted"), 2);
	assert_int_equal(count("messages could not be read"), 2);
	assert_int_equal(count("(in all: 61 kernel_queue, 0 recursion, 0 socket, 0 ring)"), 1);
	assert_int_equal(count("(in all: 122 packets lost in them)"), 1);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, catch_lines, let_lines_pass)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(the_beginning_is_not_logged),     TEST(blind_time_of_the_beginning_is_logged),
		TEST(a_fight_is_logged_a_few_times),   TEST(blind_time_is_logged_when_it_is_over),
		TEST(the_end_is_logged_once),	       TEST(the_end_of_a_recording_is_no_trouble),
		TEST(losses_are_logged_once_a_minute),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
