/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The canary on the running kernel, from the datagram to the series that it is counted in: it is
 * seen while the eBPF program is attached, and missed when it is not, although the source reports
 * that it is up.
 */
#include "../unit/test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "aggregate/naming.h"
#include "base/canary_note.h"
#include "base/clock.h"
#include "ledger/canary.h"
#include "source/source.h"
#include "traffic.h"

#define PERIOD_S 600
#define WAIT_S	 60

struct test {
	struct config *config;
	struct netdev_query query;
	struct source *source;
	struct series *series;
	struct naming *naming;
	struct slot notes;
	struct canary *canary;
	uint64_t begin_ns;
};

static int set_up(void **state)
{
	struct test *t = calloc(1, sizeof(*t));
	struct err err = { 0 };

	if (!t)
		return -1;
	*state = t;
	t->begin_ns = clock_monotonic_ns();
	t->config = config_new();
	t->config->source.kind = SOURCE_TRACEPOINT;
	t->config->series.labels = LABELS_ALL;
	slot_init(&t->notes);
	t->canary = canary_new(&t->notes);
	if (tracepoint_ops.open(&t->config->source, &t->source, &err) < 0 ||
	    netdev_query_open(&t->query, &err) < 0 ||
	    series_new(&t->config->series, &t->series, &err) < 0 ||
	    naming_new(t->config, &t->query, t->series, &t->naming, &err) < 0)
		fail_msg("%s", err.text);
	return 0;
}

static int tear_down(void **state)
{
	struct test *t = *state;

	canary_free(t->canary);
	naming_free(t->naming);
	series_free(t->series);
	netdev_query_close(&t->query);
	tracepoint_ops.close(t->source);
	slot_done(&t->notes);
	config_unref(t->config);
	free(t);
	return 0;
}

/* As the source thread and the aggregator. */
static void count_events(struct test *t)
{
	static struct drop_event events[SOURCE_READ_MIN];
	int n;

	while ((n = t->source->ops->read(t->source, events, SOURCE_READ_MIN)) > 0) {
		cleanup(canary_note_unrefp) struct canary_note *note = canary_note_get(&t->notes);

		naming_expect_canary(t->naming, note ? note->number : 0);
		for (int i = 0; i < n; i++)
			naming_take(t->naming, &events[i], clock_monotonic_ns());
	}
	assert_int_equal(n, 0);
	naming_settle(t->naming, clock_monotonic_ns());
}

/* What was counted, as seen after some time. */
static struct snapshot *look(struct test *t, uint64_t after_s)
{
	struct snapshot *s;

	count_events(t);
	s = series_snapshot(t->series, clock_monotonic_ns());
	assert_non_null(s);
	s->monotonic_ns = t->begin_ns + after_s * NSEC_PER_SEC;
	naming_health(t->naming, &s->health);
	return s;
}

static struct ledger_canary step(struct test *t, uint64_t after_s)
{
	cleanup(snapshot_unrefp) struct snapshot *s = look(t, after_s);

	canary_step(t->canary, PERIOD_S, s, s->monotonic_ns);
	assert_string_equal(canary_report(t->canary).trouble, "");
	return canary_report(t->canary).counts;
}

static void wait_until_seen(struct test *t, uint64_t after_s)
{
	const uint64_t end_ns = clock_monotonic_ns() + WAIT_S * NSEC_PER_SEC;

	while (!step(t, after_s).seen) {
		assert_true(clock_monotonic_ns() < end_ns);
		clock_sleep_ns(10 * NSEC_PER_MSEC);
	}
}

/* The packets of a class that were dropped here for lack of a socket. */
static uint64_t counted_as(struct test *t, enum drop_class drop_class)
{
	cleanup(snapshot_unrefp) struct snapshot *s = look(t, 0);
	uint64_t sum = 0;

	for (size_t i = 0; i < s->n_rows; i++) {
		const struct drop_labels *l = s->rows[i].labels;

		if (!strcmp(l->text[LABEL_REASON], "NO_SOCKET") && l->drop_class == drop_class)
			sum += s->rows[i].own;
	}
	return sum;
}

static void seen_among_others(void **state)
{
	struct test *t = *state;
	const uint64_t end_ns = clock_monotonic_ns() + WAIT_S * NSEC_PER_SEC;

	step(t, 0);
	traffic_closed_port(false, 100);
	wait_until_seen(t, 1);
	while (counted_as(t, DROP_CLASS_SUSPECT) < 100 && clock_monotonic_ns() < end_ns)
		clock_sleep_ns(10 * NSEC_PER_MSEC);
	assert_int_equal(counted_as(t, DROP_CLASS_EXPECTED), 1);
	assert_int_equal(counted_as(t, DROP_CLASS_SUSPECT), 100);
	assert_int_equal(step(t, 30).missed, 0);
}

/* Closes what attaches the program. Return: how many links there were. */
static int detach(void)
{
	char path[64], target[64];
	int links = 0;

	for (int fd = 3; fd < 1024; fd++) {
		ssize_t n;

		snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
		n = readlink(path, target, sizeof(target) - 1);
		target[n > 0 ? n : 0] = '\0';
		if (strcmp(target, "anon_inode:bpf_link") == 0 ||
		    strcmp(target, "anon_inode:bpf-raw-tracepoint") == 0) {
			close(fd);
			links++;
		}
	}
	return links;
}

static void missed_when_detached(void **state)
{
	struct source_stats stats = { 0 };
	struct test *t = *state;

	step(t, 0);
	wait_until_seen(t, 1);
	count_events(t);
	assert_int_equal(detach(), 1);
	assert_int_equal(step(t, PERIOD_S).missed, 0);
	assert_int_equal(step(t, PERIOD_S + 29).missed, 0);
	assert_int_equal(step(t, PERIOD_S + 30).missed, 1);
	t->source->ops->stats(t->source, &stats);
	assert_true(stats.up);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(seen_among_others, set_up, tear_down),
		cmocka_unit_test_setup_teardown(missed_when_detached, set_up, tear_down),
	};

	if (geteuid() != 0) {
		puts("skipped: needs root");
		return 77;
	}
	if (access("/sys/kernel/btf/vmlinux", R_OK) < 0) {
		puts("skipped: this kernel has no BTF");
		return 77;
	}
	traffic_namespace();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
