/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/*
 * What canary_report() says, as lines for the administrator.
 */

#include "base/log.h"
#include "ledger/canary.h"

/* All zero at first. */
struct canary_log {
	struct ledger_canary logged; /* up to here */
	bool missing;		     /* the last one was missed */
	bool troubled;		     /* the last one proved nothing */
	struct log_limit missed, trouble;
};

/**
 * canary_log_update() - log what happened since the last call
 * @log: the state of the log
 * @report: of the canary
 * @now_ns: CLOCK_MONOTONIC
 *
 * Thread: ledger.
 */
void canary_log_update(struct canary_log *log, const struct canary_report *report, uint64_t now_ns);
