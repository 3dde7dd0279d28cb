/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/*
 * The one line that systemctl status shows. Pure.
 */

#include <stddef.h>

#include "aggregate/snapshot.h"
#include "alert/status.h"

#define STATUS_LINE_MAX 1024 /* with the NUL */

/**
 * status_line() - the state of the daemon in one line
 * @snapshot: the latest one, or NULL
 * @status: the latest one, or NULL
 * @line: the source, what was counted, what was lost, and what is wrong now
 *
 * Thread: any.
 */
void status_line(const struct snapshot *snapshot, const struct status *status,
		 char line[STATUS_LINE_MAX]);
