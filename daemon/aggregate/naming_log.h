/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/*
 * What naming_report() says, as lines for the administrator.
 */

#include "aggregate/naming.h"
#include "base/log.h"

/* All zero at first. */
struct naming_log {
	struct naming_report logged; /* up to here */
	struct log_limit symbols, devices;
};

/**
 * naming_log_start() - log where the symbols are from
 * @n: new
 * @took_ns: how long that took
 *
 * Thread: main.
 */
void naming_log_start(const struct naming *n, uint64_t took_ns);

/**
 * naming_log_update() - log what happened since the last call
 * @log: the state of the log
 * @n: the naming
 * @now_ns: CLOCK_MONOTONIC
 *
 * Thread: aggregator.
 */
void naming_log_update(struct naming_log *log, const struct naming *n, uint64_t now_ns);
