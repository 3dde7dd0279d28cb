/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/*
 * Drives source/netdm/netdm.c by hand, as the source thread would, against the test monitor and at
 * times that the test chooses: clock_monotonic_ns() returns what later() last set. The monitor
 * processes each request before it returns, as the kernel does, so no test has to wait.
 */

#include "../unit/test.h"

#include "base/clock.h"
#include "client.h"
#include "source/source.h"

#define S     NSEC_PER_SEC
#define BEGIN (1000 * S) /* the time at which each test starts */

struct test {
	struct client monitor;
	struct config_source cfg; /* packet mode */
	struct source *source;
	struct err err;
	char mark_dir[32]; /* of cfg */
	char deny[64];	   /* while this file exists no group can be joined */
	uint64_t last_time_ns;
	uint64_t packets, events, out_of_order;
};

/** setup(), teardown() - cmocka's: a monitor and a configuration; nothing is open yet. */
int setup(void **state);
int teardown(void **state);

void open_source(struct test *t);
void close_source(struct test *t);
struct source_stats stats(struct test *t);

/** assert_refused() - open() must fail, and the error must contain these words. */
void assert_refused(struct test *t, int error, const char *words);

/** deny_joining() - from now on no group can be joined. */
void deny_joining(struct test *t);

/** meddle() - set keys of the monitor, as another program or the kernel would change them. */
void meddle(struct test *t, const char *keys);

/** monitor() - one of the monitor's keys. Return: its value. */
int64_t monitor(struct test *t, const char *key);

/** read_some() - one read(). Return: what it returned. */
int read_some(struct test *t, size_t n);

/** read_all() - read until there is nothing. Return: 0, or the error of the last read(). */
int read_all(struct test *t);

/** pass() - let time pass. */
void pass(uint64_t span_ns);

/** later() - let time pass, then read all. Return: as read_all(). */
int later(struct test *t, uint64_t span_ns);

/** accounted() - packets counted or known to be lost. */
uint64_t accounted(struct test *t);

#define T(name) cmocka_unit_test_setup_teardown(test_##name, setup, teardown)
