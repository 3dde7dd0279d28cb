/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/*
 * Messages to systemd: READY, RELOADING, STOPPING, STATUS, WATCHDOG. Without a service manager all
 * of these functions do nothing.
 */

#include <stdatomic.h>
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
 * @now_ns: CLOCK_MONOTONIC, for MONOTONIC_USEC, which Type=notify-reload requires
 *
 * Thread: main. Source: sd_notify(3).
 */
void notify_reloading(uint64_t now_ns);

/** notify_stopping() - the daemon is about to exit. Thread: main. */
void notify_stopping(void);

/** notify_status() - one useful line for systemctl status. Thread: main. */
void notify_status(const char *status);

/* Pings systemd unless a thread is stuck. Zero-initialize. */
struct watchdog {
	unsigned long seen[8]; /* main: each beat at the last ping */
};

/**
 * watchdog_interval_ns() - how often watchdog_ping() is due
 *
 * Return: half of the unit's WatchdogSec=, 0 when there is no watchdog.
 * Thread: main. Source: sd_watchdog_enabled(3).
 */
uint64_t watchdog_interval_ns(void);

/**
 * watchdog_ping() - ping systemd, unless a thread has been stuck since the last call
 * @beats: one per thread; see thread_is_stuck()
 * @n: how many, at most 8
 *
 * Return: -1, or the first thread that is stuck; then nothing was sent. Thread: main.
 */
int watchdog_ping(struct watchdog *w, const atomic_ulong *beats, size_t n);
