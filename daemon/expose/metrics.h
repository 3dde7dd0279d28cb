/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/*
 * All metrics of a scrape.
 */

#include "base/text.h"
#include "expose/metrics_table.h"

/**
 * metrics_render() - write all metrics, in the order of the table
 * @t: they are appended; t->failed is set when out of memory
 * @in: where the values come from
 *
 * Thread: the one that owns @t; pure.
 */
void metrics_render(struct text *t, const struct metrics_input *in);
