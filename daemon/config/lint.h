/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/*
 * Rules that cannot do what they say: they match labels that drops do not have here, or values that
 * no drop on this machine has.
 */

#include <stdbool.h>
#include <stddef.h>

#include "config/config.h"

#define LINT_VALUE_MAX CONFIG_NAME_MAX

/* The values that a label can have on this machine. */
struct label_values {
	enum label label; /* LABEL_REASON, LABEL_PROTOCOL or LABEL_TRANSPORT */
	/* The value at a place, "" for a gap; NULL after the last. */
	const char *(*at)(const void *arg, size_t place, char buf[LINT_VALUE_MAX]);
	const void *arg;
	/* Does a value that only other kernels have fit the glob? NULL if these are not known. */
	bool (*elsewhere)(const char *glob, size_t len);
};

/**
 * lint_alerts() - report what needs something that this configuration does not provide
 * @report: called with a sentence for each rule and label, one for all counters, one for the canary
 *
 * Alert rules match a label which series.labels omits, or which the source does not know, and then
 * never fire or treat every drop as suspect. Or they watch a counter while the ledger is disabled.
 * The canary needs the ledger, too.
 *
 * A rule with another match for drops without the label (reason: "") is not reported.
 *
 * Return: the number of sentences. Thread: any; pure.
 */
size_t lint_alerts(const struct config *c, void (*report)(const char *sentence, void *arg),
		   void *arg);

/**
 * lint_values() - report rules that match values which do not occur
 * @c: the effective configuration; its shipped classes are not checked
 * @values: the labels to check
 * @n: how many
 * @report: called with a sentence for each value, or each rule
 *
 * A value that no kernel has is always reported, with the most similar one that exists. A reason of
 * another kernel is reported only if the rule cannot fire without it. Names in lower case may be
 * trap groups of a device, which are not known here.
 *
 * Return: the number of sentences. Thread: any; pure.
 */
size_t lint_values(const struct config *c, const struct label_values *values, size_t n,
		   void (*report)(const char *sentence, void *arg), void *arg);
