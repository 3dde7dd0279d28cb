/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/*
 * The status line of systemctl status.
 */

#include "aggregate/snapshot.h"
#include "alert/status.h"

#define STATUS_LINE_MAX 1024 /* with the NUL */

/**
 * status_line() - describe the state of the daemon in one line
 * @snapshot: the latest one
 * @status: the latest one, or NULL
 * @line: the source, the numbers of counted and lost packets, and current problems
 *
 * Thread: any; pure.
 */
void status_line(const struct snapshot *snapshot, const struct status *status,
		 char line[STATUS_LINE_MAX]);
