/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/*
 * The status page's table of drop points.
 */

#include "aggregate/snapshot.h"
#include "base/text.h"

/* Maximum number of rows in a table. All series are in /metrics. */
#define PAGE_ROWS_MAX 50

/**
 * page_rows() - write a table of the series of one class, most active first
 * @t: the table is appended
 * @none: HTML that is written instead if there are no series
 *
 * Thread: the one that owns @t; pure.
 */
void page_rows(struct text *t, const struct snapshot *s, enum drop_class drop_class,
	       const char *none);
