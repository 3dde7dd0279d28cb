/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * ledger/canary.c in a network namespace of its own: datagrams are real, snapshots are not, and the
 * test says what time it is.
 */
#include "../unit/test.h"

#include <net/if.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/canary_note.h"
#include "base/clock.h"
#include "ledger/canary.h"

#define S      NSEC_PER_SEC
#define BEGIN  (1000 * S)
#define MINUTE 60

struct test {
	struct slot notes;
	struct canary *canary;
	struct snapshot *snapshot;
	uint64_t next_ns; /* returned by the last step */
};

static void set_loopback(bool up)
{
	struct ifreq r = { .ifr_name = "lo", .ifr_flags = up ? IFF_UP : 0 };
	const int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	assert_int_equal(ioctl(fd, SIOCSIFFLAGS, &r), 0);
	close(fd);
}

/* Before the loopback device is up for the first time it has no address. */
static int setup(void **state)
{
	struct test *t = calloc(1, sizeof(*t));

	if (!t)
		return -1;
	slot_init(&t->notes);
	t->canary = canary_new(&t->notes);
	t->snapshot = snapshot_new(0, 0);
	*state = t;
	return t->canary && t->snapshot ? 0 : -1;
}

static int setup_up(void **state)
{
	set_loopback(true);
	return setup(state);
}

static int teardown(void **state)
{
	struct test *t = *state;

	canary_free(t->canary);
	snapshot_unref(t->snapshot);
	slot_done(&t->notes);
	free(t);
	return 0;
}

/* The number of the canary that the aggregator is to expect. */
static uint64_t expected(struct test *t)
{
	cleanup(canary_note_unrefp) struct canary_note *note = canary_note_get(&t->notes);

	return note ? note->number : 0;
}

/* As the aggregator. */
static void count(struct test *t)
{
	assert_int_not_equal(expected(t), 0);
	t->snapshot->health.canary_seen = expected(t);
}

/* A step with a snapshot of the same time. */
static void step(struct test *t, uint32_t period_s, uint64_t at_ns)
{
	t->snapshot->monotonic_ns = BEGIN + at_ns;
	t->next_ns = canary_step(t->canary, period_s, t->snapshot, BEGIN + at_ns);
}

static void expect(struct test *t, uint64_t seen, uint64_t missed, const char *trouble)
{
	const struct canary_report r = canary_report(t->canary);

	assert_int_equal(r.counts.seen, seen);
	assert_int_equal(r.counts.missed, missed);
	if (!strstr(r.trouble, trouble) || (*r.trouble && !*trouble))
		fail_msg("trouble: %s", r.trouble);
}

/* How many datagrams the kernel has dropped since no socket was found. */
static unsigned long no_ports(void)
{
	unsigned long received, n = 0;
	char line[512];
	FILE *f = fopen("/proc/self/net/snmp", "re");

	assert_non_null(f);
	while (fgets(line, sizeof(line), f))
		sscanf(line, "Udp: %lu %lu", &received, &n);
	fclose(f);
	return n;
}

static void the_kernel_drops_one_datagram(void **state)
{
	const unsigned long before = no_ports();
	struct test *t = *state;

	step(t, MINUTE, 0);
	assert_int_equal(no_ports(), before + 1);
	assert_int_equal(expected(t), BEGIN);
	expect(t, 0, 0, "");
	assert_true(canary_report(t->canary).counts.on);
}

static void seen(void **state)
{
	struct test *t = *state;

	for (uint64_t i = 0; i < 3; i++) {
		step(t, MINUTE, 60 * i * S);
		assert_int_equal(t->next_ns, BEGIN + (60 * i + 30) * S);
		count(t);
		step(t, MINUTE, (60 * i + 2) * S);
		assert_int_equal(expected(t), 0);
		assert_int_equal(t->next_ns, BEGIN + 60 * (i + 1) * S);
		expect(t, i + 1, 0, "");
	}
}

static void missed(void **state)
{
	struct test *t = *state;
	uint64_t late;

	step(t, MINUTE, 0);
	step(t, MINUTE, 30 * S - 1);
	expect(t, 0, 0, "");
	step(t, MINUTE, 30 * S);
	expect(t, 0, 1, "");
	assert_int_equal(expected(t), 0);
	step(t, MINUTE, 60 * S);
	late = expected(t);
	step(t, MINUTE, 90 * S);
	expect(t, 0, 2, "");
	t->snapshot->health.canary_seen = late;
	step(t, MINUTE, 120 * S);
	expect(t, 0, 2, "");
	count(t);
	step(t, MINUTE, 130 * S);
	expect(t, 1, 2, "");
}

/* A snapshot from before the end of the time does not decide. */
static void waits_for_a_snapshot(void **state)
{
	struct test *t = *state;

	step(t, MINUTE, 0);
	t->next_ns = canary_step(t->canary, MINUTE, t->snapshot, BEGIN + 33 * S);
	expect(t, 0, 0, "");
	assert_int_equal(t->next_ns, BEGIN + 34 * S);
	count(t);
	step(t, MINUTE, 34 * S);
	expect(t, 1, 0, "");
}

static void a_short_period(void **state)
{
	struct test *t = *state;

	step(t, 1, 0);
	step(t, 1, 4 * S);
	expect(t, 0, 0, "");
	step(t, 1, 5 * S); /* and sends the next one */
	expect(t, 0, 1, "");
	assert_int_equal(expected(t), BEGIN + 5 * S);
	step(t, 10, 14 * S);
	expect(t, 0, 1, "");
	step(t, 10, 15 * S);
	expect(t, 0, 2, "");
}

/* A loopback device that was up keeps its address, but delivers nothing, like with a firewall. */
static void not_refused_is_no_miss(void **state)
{
	struct test *t = *state;

	set_loopback(false);
	step(t, MINUTE, 0);
	step(t, MINUTE, 30 * S);
	expect(t, 0, 0, "neither counted nor refused");
	set_loopback(true);
	step(t, MINUTE, 60 * S);
	count(t);
	step(t, MINUTE, 61 * S);
	expect(t, 1, 0, "");
	set_loopback(false); /* that the last one was refused proves nothing about this one */
	step(t, MINUTE, 120 * S);
	step(t, MINUTE, 150 * S);
	expect(t, 1, 0, "neither counted nor refused");
}

static void cannot_be_sent(void **state)
{
	struct test *t = *state;

	step(t, MINUTE, 0);
	expect(t, 0, 0, "cannot send a datagram");
	assert_int_equal(expected(t), 0);
	assert_int_equal(t->next_ns, BEGIN + 60 * S);
	set_loopback(true);
	step(t, MINUTE, 59 * S);
	assert_int_equal(expected(t), 0);
	step(t, MINUTE, 60 * S);
	count(t);
	step(t, MINUTE, 61 * S);
	expect(t, 1, 0, "");
}

static void off(void **state)
{
	const unsigned long before = no_ports();
	struct test *t = *state;

	step(t, 0, 0);
	assert_int_equal(t->next_ns, UINT64_MAX);
	assert_int_equal(no_ports(), before);
	assert_false(canary_report(t->canary).counts.on);
	step(t, MINUTE, S);
	step(t, 0, 2 * S);
	assert_int_equal(expected(t), BEGIN + S); /* it may still be counted */
	count(t);
	step(t, 0, 3 * S);
	assert_int_equal(expected(t), 0);
	step(t, 0, 100 * S);
	expect(t, 1, 0, "");
	step(t, MINUTE, 101 * S);
	assert_int_equal(expected(t), BEGIN + 101 * S);
	canary_off(t->canary);
	assert_int_equal(expected(t), 0);
}

#define T(f) cmocka_unit_test_setup_teardown(f, setup_up, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(cannot_be_sent, setup, teardown), /* first */
		T(the_kernel_drops_one_datagram),
		T(seen),
		T(missed),
		T(waits_for_a_snapshot),
		T(a_short_period),
		T(not_refused_is_no_miss),
		T(off),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
