/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/*
 * The status page's table of the kernel's own counters.
 */

#include "base/text.h"
#include "ledger/ledger.h"

/* Maximum number of rows with numbers. */
#define PAGE_LEDGER_ROWS_MAX 50

/**
 * page_ledger_state() - write in a few words whether the counters agree with ours
 * @t: it is appended
 * @l: NULL: the counters were not read
 *
 * Thread: the one that owns @t; pure.
 */
void page_ledger_state(struct text *t, const struct ledger *l);

/**
 * page_ledger() - write the table
 * @t: it is appended
 * @l: NULL: the counters were not read
 * @now_ns: CLOCK_REALTIME
 *
 * Counters with an unexplained remainder come first, then those that grew most. Each number is
 * written for all spans; style.css shows those of the selected one.
 * Thread: the one that owns @t; pure.
 */
void page_ledger(struct text *t, const struct ledger *l, uint64_t now_ns);
