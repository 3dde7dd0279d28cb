/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/*
 * What changes in a source's stats, as lines for the administrator. Trouble that comes and goes is
 * told a few times a minute at most; the counters have all of it.
 */

#include <stdbool.h>
#include <stdint.h>

#include "base/log.h"
#include "source/source_stats.h"

struct source_log {
	struct source_stats shown;		/* as last looked at */
	bool told_up;				/* as last logged, or as it began */
	uint64_t told_restarts[RESTART_CAUSES]; /* as last logged */
	uint64_t told_blind_ns;			/* as last logged */
	const char *told_owner;			/* as last logged, or as it began */
	struct log_limit lost_limit;
	struct log_limit parse_limit;
	struct log_limit up_limit;
	struct log_limit restart_limit[RESTART_CAUSES];
	struct log_limit blind_limit;
	struct log_limit owner_limit;
};

/**
 * source_log_init() - begin with what is known now
 *
 * It is not logged, except blind time: at that moment it is that of the daemon before this one.
 * Thread: any, one.
 */
void source_log_init(struct source_log *log, const struct source_stats *now);

/**
 * source_log_changes() - log what has changed since the last call
 * @log: of this source
 * @now: its stats now
 * @now_ns: CLOCK_MONOTONIC
 *
 * Thread: source.
 */
void source_log_changes(struct source_log *log, const struct source_stats *now, uint64_t now_ns);
