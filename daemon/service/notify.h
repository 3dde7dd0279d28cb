/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/*
 * What systemd is told: READY, RELOADING, STOPPING, STATUS, WATCHDOG. Without a
 * service manager all of these do nothing.
 */

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/**
 * notify_ready() - the source is joined, a snapshot published, HTTP answers; or a reload is done
 * @status: one useful line for systemctl status
 *
 * Thread: main.
 */
void notify_ready(const char *status);

/**
 * notify_reloading() - a reload began
 * @now_ns: CLOCK_MONOTONIC, for MONOTONIC_USEC, which Type=notify-reload insists on
 *
 * Thread: main. Source: sd_notify(3).
 */
void notify_reloading(uint64_t now_ns);

/** notify_stopping() - we are on our way out. Thread: main. */
void notify_stopping(void);

/** notify_status() - one useful line for systemctl status. Thread: main. */
void notify_status(const char *status);

/* A watchdog that barks unless every thread makes progress. Zero-initialize. */
struct watchdog {
	unsigned long seen[8]; /* main: each beat at the last ping */
};

/**
 * watchdog_interval_ns() - how often watchdog_ping() is due
 *
 * Return: half of what the unit's WatchdogSec= asks for, 0 when there is no watchdog.
 * Thread: main. Source: sd_watchdog_enabled(3).
 */
uint64_t watchdog_interval_ns(void);

/**
 * watchdog_ping() - tell systemd that we live, if every thread went on since the last ping
 * @w: its state
 * @beats: one counter per thread
 * @excused: threads that have nothing more to do (the end of a replay)
 * @n: how many, at most 8
 *
 * Return: -1, or the first thread that made no progress; then nothing was sent. Thread: main.
 */
int watchdog_ping(struct watchdog *w, const atomic_ulong *beats, const bool *excused, size_t n);
