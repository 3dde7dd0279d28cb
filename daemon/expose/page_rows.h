/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/*
 * The status page's table of drop points.
 */

#include "aggregate/snapshot.h"
#include "base/text.h"

/* Rows in a table; the rest is in /metrics. */
#define PAGE_ROWS_MAX 50

/**
 * page_rows() - a table of the rows of one class, the most active first
 * @t: it is appended
 * @s: whose rows
 * @drop_class: which of them
 * @none: HTML to be written instead if there are none
 *
 * Thread: the one that owns @t; pure.
 */
void page_rows(struct text *t, const struct snapshot *s, enum drop_class drop_class,
	       const char *none);
