/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/* Drives source/netdm/netdm.c by hand, as the source thread would, against the test monitor. */

#include "../unit/test.h"

#include <poll.h>

#include "base/clock.h"
#include "client.h"
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

/** setup(), teardown() - cmocka's: a monitor, and packet mode configured; nothing open yet. */
int setup(void **state);
int teardown(void **state);

void open_source(struct test *t);
void close_source(struct test *t);
struct source_stats stats(struct test *t);

/** assert_refused() - open() must fail, with words that help. */
void assert_refused(struct test *t, int error, const char *words);

/** deny_joining() - from now on no group can be joined. */
void deny_joining(struct test *t);

/** read_some() - one read(). Return: what it returned. */
int read_some(struct test *t, size_t n);
void read_all(struct test *t);

/** accounted() - packets counted or known to be lost. */
uint64_t accounted(struct test *t);

/** settle() - one undisturbed round of questions, so that nothing is under way any more. */
void settle(struct test *t);

/* Reads on, as the source thread would, until the condition holds. */
#define until(t, condition)                                                                        \
	do {                                                                                       \
		const uint64_t until_end = clock_monotonic_ns() + PATIENCE_NS;                     \
		while (read_all(t), !(condition)) {                                                \
			struct pollfd until_fd = { netdm_ops.fd((t)->source), POLLIN, 0 };         \
			if (clock_monotonic_ns() > until_end)                                      \
				fail_msg("never: " #condition);                                    \
			poll(&until_fd, 1, 100);                                                   \
		}                                                                                  \
	} while (0)

#define T(name) cmocka_unit_test_setup_teardown(test_##name, setup, teardown)
