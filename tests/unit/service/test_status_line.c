/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "../test.h"

#include <string.h>

#include "service/status_line.h"

static void nothing_is_known_at_the_start(void **state)
{
	cleanup(snapshot_unrefp) struct snapshot *s = snapshot_new(0, 0);
	char line[STATUS_LINE_MAX];

	(void)state;
	status_line(s, NULL, line);
	assert_string_equal(line, "Starting");
}

static void packets_and_messages_are_distinguished(void **state)
{
	cleanup(snapshot_unrefp) struct snapshot *s = snapshot_new(0, 0);
	char line[STATUS_LINE_MAX];

	(void)state;
	s->total = 1056;
	s->health.series = 23;
	s->health.n_sources = 1;
	s->health.sources[0] = (struct source_stats){
		.source = "netdm",
		.mode = MODE_SUMMARY,
		.owner = OWNER_SELF,
		.lost[LOST_KERNEL_QUEUE] = 1,
		.lost[LOST_RECURSION] = 10,
		.lost[LOST_SOCKET] = 7,
		.lost[LOST_PARSE] = 100,
		.lost[LOST_RING] = 1000,
	};
	status_line(s, NULL, line);
	assert_string_equal(line, "netdm summary: 1056 drops in 23 series, 1111 packets lost, "
				  "7 summary messages lost");
	s->health.sources[0].mode = MODE_PACKET;
	status_line(s, NULL, line);
	assert_string_equal(line, "netdm packet: 1056 drops in 23 series, 1118 packets lost");
}

static void trouble_is_reported_for_each_source(void **state)
{
	cleanup(snapshot_unrefp) struct snapshot *s = snapshot_new(0, 0);
	cleanup(status_unrefp) struct status *status = status_new(0);
	char line[STATUS_LINE_MAX];

	(void)state;
	s->health.n_sources = 2;
	s->health.sources[0] = (struct source_stats){ .source = "tracepoint" };
	s->health.sources[1] = (struct source_stats){ "netdm", MODE_SUMMARY, OWNER_SELF };
	strcpy(s->health.sources[1].trouble, "the module is gone");
	status->reload_ok = false;
	status_line(s, status, line);
	assert_string_equal(line,
			    "tracepoint + netdm summary: 0 drops in 0 series, 0 packets lost; "
			    "netdm: the module is gone; the last reload failed, the previous "
			    "configuration is in force");
	memset(s->health.sources[0].trouble, 'x', sizeof(s->health.sources[0].trouble) - 1);
	memset(s->health.sources[1].trouble, 'y', sizeof(s->health.sources[1].trouble) - 1);
	status_line(s, status, line);
	assert_true(strlen(line) < STATUS_LINE_MAX);
}

/* Rounded up, since it is an upper bound. */
static void blind_time_is_reported(void **state)
{
	cleanup(snapshot_unrefp) struct snapshot *s = snapshot_new(0, 0);
	char line[STATUS_LINE_MAX];

	(void)state;
	s->health.n_sources = 2;
	s->health.sources[0] = (struct source_stats){ .source = "tracepoint" };
	s->health.sources[1] = (struct source_stats){ "netdm", MODE_SUMMARY, OWNER_SELF };
	s->health.sources[1].blind_ns = 2000000001;
	status_line(s, NULL, line);
	assert_string_equal(line, "tracepoint + netdm summary: 0 drops in 0 series, "
				  "0 packets lost, netdm blind for up to 2.1 s");
	s->health.sources[1].blind_ns = 1;
	status_line(s, NULL, line);
	assert_non_null(strstr(line, "netdm blind for up to 0.1 s"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_is_known_at_the_start),
		cmocka_unit_test(packets_and_messages_are_distinguished),
		cmocka_unit_test(trouble_is_reported_for_each_source),
		cmocka_unit_test(blind_time_is_reported),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
