/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Whether systemd gets a ping depends on every thread. The test holds the other end. */
#include "../unit/test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/thread.h"
#include "service/notify.h"

enum { THREADS = 3 };

struct world {
	int manager; /* its end of NOTIFY_SOCKET */
	struct watchdog watchdog;
	atomic_ulong beats[THREADS];
};

static int set_up(void **state)
{
	struct world *w = calloc(1, sizeof(*w));
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	socklen_t len = sizeof(address);

	w->manager = socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	/* No name at all: the kernel chooses one that nobody has. */
	if (w->manager < 0 ||
	    bind(w->manager, (struct sockaddr *)&address, sizeof(address.sun_family)) < 0 ||
	    getsockname(w->manager, (struct sockaddr *)&address, &len) < 0)
		return -1;
	address.sun_path[len - offsetof(struct sockaddr_un, sun_path)] = '\0';
	address.sun_path[0] = '@'; /* as sd_notify(3) writes an abstract name */
	*state = w;
	return setenv("NOTIFY_SOCKET", address.sun_path, 1);
}

static int tear_down(void **state)
{
	struct world *w = *state;

	unsetenv("NOTIFY_SOCKET");
	close(w->manager);
	free(w);
	return 0;
}

static void beat(struct world *w, int thread)
{
	thread_works(&w->beats[thread]);
}

static void beat_all(struct world *w)
{
	for (int i = 0; i < THREADS; i++)
		beat(w, i);
}

static int ping(struct world *w)
{
	return watchdog_ping(&w->watchdog, w->beats, THREADS);
}

/* Local datagrams are there when sending returns: no answer now is no answer. */
static void assert_heard(struct world *w, const char *wanted)
{
	char heard[256];
	ssize_t n = recv(w->manager, heard, sizeof(heard) - 1, 0);

	heard[n < 0 ? 0 : n] = '\0';
	assert_string_equal(heard, wanted);
}

static void all_go_on(void **state)
{
	struct world *w = *state;

	for (int i = 0; i < 5; i++) {
		beat_all(w);
		assert_int_equal(ping(w), -1);
		assert_heard(w, "WATCHDOG=1");
		assert_heard(w, ""); /* and but one */
	}
}

static void one_stands_still(void **state)
{
	struct world *w = *state;

	for (int stuck = 0; stuck < THREADS; stuck++) {
		beat_all(w);
		assert_int_equal(ping(w), -1);
		assert_heard(w, "WATCHDOG=1");
		for (int times = 0; times < 3; times++) {
			for (int i = 0; i < THREADS; i++)
				if (i != stuck)
					beat(w, i);
			assert_int_equal(ping(w), stuck);
			assert_heard(w, "");
		}
	}
	beat_all(w); /* it was only slow */
	assert_int_equal(ping(w), -1);
	assert_heard(w, "WATCHDOG=1");
}

static void never_began(void **state)
{
	struct world *w = *state;

	beat(w, 0);
	beat(w, 2);
	assert_int_equal(ping(w), 1);
	assert_heard(w, "");
}

static void several_stand_still(void **state)
{
	struct world *w = *state;

	beat_all(w);
	ping(w);
	assert_heard(w, "WATCHDOG=1");
	beat(w, 0);
	assert_int_equal(ping(w), 1); /* the first of them */
	assert_heard(w, "");
	/* The second came back, the third did not: what was seen is renewed even without a ping. */
	beat(w, 0);
	beat(w, 1);
	assert_int_equal(ping(w), 2);
	assert_heard(w, "");
}

/* A thread that has nothing to do is not stuck, however long it waits; the others still count. */
static void one_waits(void **state)
{
	struct world *w = *state;

	thread_waits(&w->beats[0]);
	for (int i = 0; i < 3; i++) {
		beat(w, 1);
		beat(w, 2);
		assert_int_equal(ping(w), -1);
		assert_heard(w, "WATCHDOG=1");
	}
	beat(w, 1);
	assert_int_equal(ping(w), 2);
	assert_heard(w, "");
	/* It got something to do, and is stuck in it. */
	beat_all(w);
	assert_int_equal(ping(w), -1);
	assert_heard(w, "WATCHDOG=1");
	beat(w, 1);
	beat(w, 2);
	assert_int_equal(ping(w), 0);
	assert_heard(w, "");
}

/* Between two pings it waited and went on, as often as it likes. */
static void all_come_and_go(void **state)
{
	struct world *w = *state;

	for (int i = 0; i < 5; i++) {
		for (int times = 0; times < i; times++)
			for (int thread = 0; thread < THREADS; thread++)
				thread_waits(&w->beats[thread]);
		beat_all(w);
		assert_int_equal(ping(w), -1);
		assert_heard(w, "WATCHDOG=1");
	}
}

static void interval(void **state)
{
	char pid[16];

	(void)state;
	unsetenv("WATCHDOG_USEC");
	assert_int_equal(watchdog_interval_ns(), 0);
	snprintf(pid, sizeof(pid), "%d", (int)getpid());
	setenv("WATCHDOG_PID", pid, 1);
	setenv("WATCHDOG_USEC", "10000000", 1);
	assert_int_equal(watchdog_interval_ns(), 5 * NSEC_PER_SEC);
	setenv("WATCHDOG_PID", "1", 1); /* meant for another process */
	assert_int_equal(watchdog_interval_ns(), 0);
	unsetenv("WATCHDOG_PID");
	unsetenv("WATCHDOG_USEC");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(all_go_on, set_up, tear_down),
		cmocka_unit_test_setup_teardown(one_stands_still, set_up, tear_down),
		cmocka_unit_test_setup_teardown(never_began, set_up, tear_down),
		cmocka_unit_test_setup_teardown(several_stand_still, set_up, tear_down),
		cmocka_unit_test_setup_teardown(one_waits, set_up, tear_down),
		cmocka_unit_test_setup_teardown(all_come_and_go, set_up, tear_down),
		cmocka_unit_test(interval),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
