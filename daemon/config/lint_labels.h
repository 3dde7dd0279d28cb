/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/*
 * Alert rules that match a label which series.labels omits, or which the source does not know: they
 * never fire, or treat every drop as suspect.
 */

#include <stddef.h>

#include "config/config.h"

/**
 * lint_labels() - report such rules
 * @report: called with a sentence for each rule and label
 * @arg: for @report
 *
 * A rule with another match for drops without the label (reason: "") is not reported.
 *
 * Return: the number of sentences. Thread: any; pure.
 */
size_t lint_labels(const struct config *c, void (*report)(const char *sentence, void *arg),
		   void *arg);
