/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "../test.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"
#include "expose/metrics.h"
#include "world.h"
#include "world_ledger.h"

#define GOLDEN "golden/metrics.prom"

/* A scrape as a string, to be freed. */
static char *render_all(const struct metrics_input *in)
{
	struct text t = { 0 };

	metrics_render(&t, in);
	assert_false(t.failed);
	text_write(&t, "", 1);
	return t.bytes;
}

static char *render(struct snapshot *s, struct status *status)
{
	return render_all(
		&(struct metrics_input){ .snapshot = s, .status = status, .revision = "REVISION" });
}

static void expect_file(const char *text)
{
	static char want[65536];
	FILE *f;

	if (getenv("GOLDEN_UPDATE")) {
		f = fopen(GOLDEN, "we");
		assert_non_null(f);
		fputs(text, f);
		fclose(f);
	}
	f = fopen(GOLDEN, "re");
	assert_non_null(f);
	want[fread(want, 1, sizeof(want) - 1, f)] = '\0';
	fclose(f);
	assert_string_equal(text, want);
}

static void the_golden_one(void **state)
{
	static const struct process_stats process = {
		.cpu_ns = 12340000000,
		.start_time_ns = 1699990000250000000,
		.resident_bytes = 4485120,
		.virtual_bytes = 85168128,
		.open_fds = 10,
		.max_fds = 1024,
		.threads = 4,
	};
	cleanup(snapshot_unrefp) struct snapshot *s = world_small();
	cleanup(status_unrefp) struct status *status = world_status();
	cleanup(ledger_unrefp) struct ledger *ledger = world_ledger();
	cleanup(freep) char *text =
		render_all(&(struct metrics_input){ s, status, ledger, &process, "REVISION" });

	(void)state;
	expect_file(text);
}

static const char *const from_the_start[] = {
	"\ndropwatchd_events_lost_total{stage=\"kernel_queue\",source=\"tracepoint\"} 0\n",
	"\ndropwatchd_events_lost_total{stage=\"recursion\",source=\"tracepoint\"} 0\n",
	"\ndropwatchd_events_lost_total{stage=\"socket\",source=\"tracepoint\"} 0\n",
	"\ndropwatchd_events_lost_total{stage=\"ring\",source=\"tracepoint\"} 0\n",
	"\ndropwatchd_events_lost_total{stage=\"parse\",source=\"tracepoint\"} 0\n",
	"\ndropwatchd_monitor_restarts_total{cause=\"stopped\",source=\"tracepoint\"} 0\n",
	"\ndropwatchd_monitor_restarts_total{cause=\"reloaded\",source=\"netdm\"} 0\n",
	"\ndropwatchd_monitor_blind_seconds_total{source=\"netdm\"} 0\n",
	"\ndropwatchd_monitor_up{source=\"tracepoint\"} 0\n",
	"\ndropwatchd_ignored_packets_total{source=\"netdm\"} 0\n",
	"\ndropwatchd_counted_packets_total 0\n",
	"\ndropwatchd_canary_seen_total 0\n",
	"\ndropwatchd_canary_missed_total 0\n",
	"\ndropwatchd_ledger_readings_total 0\n",
	"\ndropwatchd_series_overflow_total 0\n",
	"\ndropwatchd_series_retired_total 0\n",
	"\ndropwatchd_series_retired_packets_total{origin=\"software\"} 0\n",
	"\ndropwatchd_series_retired_packets_total{origin=\"hardware\"} 0\n",
	"\ndropwatchd_series_retired_bytes_total{origin=\"software\"} 0\n",
	"\ndropwatchd_series_retired_bytes_total{origin=\"hardware\"} 0\n",
};

static void zero_from_the_start(void **state)
{
	cleanup(snapshot_unrefp) struct snapshot *s = snapshot_new(0, 0);
	cleanup(freep) char *text = NULL;

	(void)state;
	s->health.n_sources = 2;
	s->health.sources[0] = (struct source_stats){ .source = "tracepoint" };
	s->health.sources[1] = (struct source_stats){ "netdm", MODE_SUMMARY, OWNER_SELF };
	text = render(s, NULL);
	for (size_t i = 0; i < sizeof(from_the_start) / sizeof(from_the_start[0]); i++)
		if (!strstr(text, from_the_start[i]))
			fail_msg("missing: %s", from_the_start[i]);
	assert_null(strstr(text, "dropwatch_drops_total{"));
	assert_null(strstr(text, "HELP dropwatch_drops_total"));
	assert_null(strstr(text, "process_"));
	assert_null(strstr(text, "config_"));
	assert_null(strstr(text, "ledger_unexplained"));
	assert_null(strstr(text, "ledger_last_reading"));
	assert_null(strstr(text, "ledger_inputs_missing"));
}

static void without_anything(void **state)
{
	cleanup(snapshot_unrefp) struct snapshot *empty = snapshot_new(0, 0);
	cleanup(freep) char *text = render(empty, NULL);

	(void)state;
	assert_non_null(strstr(text, "dropwatchd_build_info{version=\"" DROPWATCH_VERSION
				     "\",revision=\"REVISION\"} 1\n"));
	assert_null(strstr(text, "monitor"));
}

/* The sum over the samples of a metric. */
static uint64_t sum(const char *text, const char *name)
{
	const size_t len = strlen(name);
	uint64_t total = 0;

	for (const char *line = text; line; line = strchr(line, '\n')) {
		const char *end, *value;

		line += *line == '\n';
		if (strncmp(line, name, len) != 0 || line[len] != '{')
			continue;
		end = strchr(line, '\n');
		for (value = end; value[-1] != ' '; value--)
			;
		total += strtoull(value, NULL, 10);
	}
	return total;
}

static void each_packet_is_in_one_family(void **state)
{
	cleanup(snapshot_unrefp) struct snapshot *s = world_small();
	cleanup(freep) char *text = NULL;
	char counted[64];

	(void)state;
	s->retired_packets[DROP_ORIGIN_SOFTWARE] = 1000;
	s->retired_packets[DROP_ORIGIN_HARDWARE] = 30;
	s->total += 1030;
	text = render(s, NULL);
	assert_int_equal(sum(text, "dropwatch_hardware_drops_total"), 17);
	assert_int_equal(sum(text, "dropwatchd_series_retired_packets_total"), 1030);
	assert_int_equal(sum(text, "dropwatch_drops_total") + 17 + 1030, s->total);
	snprintf(counted, sizeof(counted), "\ndropwatchd_counted_packets_total %lu\n", s->total);
	assert_non_null(strstr(text, counted));
}

static void hostile_labels(void **state)
{
	char device[64];
	const struct world_row rows[] = {
		{ { .text[LABEL_SYMBOL] = "a\"} 1\nb{c=\"",
		    .text[LABEL_REASON] = "\\",
		    .text[LABEL_DEVICE] = device,
		    .text[LABEL_PROTOCOL] = "</td><script>",
		    .text[LABEL_IN_DEVICE] = "",
		    .text[LABEL_TRANSPORT] = "" },
		  1,
		  1 },
	};
	cleanup(snapshot_unrefp) struct snapshot *s = NULL;
	cleanup(freep) char *text = NULL;

	(void)state;
	utf8_clean(device, sizeof(device), "\xff\n\"\\", 4);
	s = world_snapshot(rows, 1, 1);
	text = render(s, NULL);
	assert_non_null(strstr(text, "\ndropwatch_drops_total{origin=\"software\","
				     "symbol=\"a\\\"} 1\\nb{c=\\\"\",reason=\"\\\\\","
				     "device=\"\\\\xff\\\\x0a\\\"\\\\\",protocol=\"</td><script>\","
				     "class=\"suspect\"} 1\n"));
	assert_non_null(strstr(text, "\ndropwatch_window_drops{symbol=\"a\\\"} 1\\nb{c=\\\"\","
				     "window=\"10s\"} 0\n"));
}

/* A row without a balance has no remainder, not one of 0. */
static void remainders_that_are_known(void **state)
{
	cleanup(snapshot_unrefp) struct snapshot *empty = snapshot_new(0, 0);
	cleanup(ledger_unrefp) struct ledger *ledger = world_ledger();
	cleanup(freep) char *text =
		render_all(&(struct metrics_input){ .snapshot = empty, .ledger = ledger });
	const char *samples = strstr(text, "\ndropwatch_ledger_unexplained{");

	(void)state;
	assert_non_null(samples);
	*(char *)strstr(samples, "\n#") = '\0';
	assert_string_equal(
		samples,
		"\ndropwatch_ledger_unexplained{counter=\"Udp.NoPorts\"} 0"
		"\ndropwatch_ledger_unexplained{counter=\"Udp.InErrors\"} 89"
		"\ndropwatch_ledger_unexplained{counter=\"link.rx_dropped\",device=\"eth0\"} 3"
		"\ndropwatch_ledger_unexplained{counter=\"link.rx_dropped\",device=\"eth1\"} 0"
		"\ndropwatch_ledger_unexplained{counter=\"softnet.dropped\"} -2");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_golden_one),
		cmocka_unit_test(zero_from_the_start),
		cmocka_unit_test(without_anything),
		cmocka_unit_test(each_packet_is_in_one_family),
		cmocka_unit_test(remainders_that_are_known),
		cmocka_unit_test(hostile_labels),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
