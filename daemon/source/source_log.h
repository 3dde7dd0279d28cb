/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/*
 * What changes in the stats of a source, as lines for the administrator. Trouble that comes and
 * goes is logged a few times a minute; a later line includes what was left out.
 */

#include <stdint.h>

#include "base/log.h"
#include "source/source_stats.h"

struct source_log {
	struct source_stats losses;    /* as last logged */
	struct source_stats state;     /* as last logged, or as it was at first */
	struct log_limit losses_limit; /* losses go on, so one line a minute */
	struct log_limit state_limit;
};

/**
 * source_log_init() - begin with what is known now
 *
 * It is not logged, except for blind time, which began before this daemon did. Thread: main.
 */
void source_log_init(struct source_log *log, const struct source_stats *now);

/**
 * source_log_changes() - log what has changed since the last call
 * @log: of this source
 * @now: its stats now
 * @now_ns: CLOCK_MONOTONIC
 *
 * Thread: main.
 */
void source_log_changes(struct source_log *log, const struct source_stats *now, uint64_t now_ns);
