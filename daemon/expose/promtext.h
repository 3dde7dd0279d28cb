/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/*
 * The Prometheus text format, version 0.0.4: HELP and TYPE lines, samples and
 * labels. It does not know which metrics there are.
 */

#include "base/label.h"
#include "base/text.h"

#define PROMTEXT_CONTENT_TYPE "text/plain; version=0.0.4; charset=utf-8"

enum promtext_type { PROMTEXT_COUNTER, PROMTEXT_GAUGE };

struct promtext {
	struct text *out;
	bool labelled; /* the current sample has a label */
};

/**
 * promtext_family() - write the HELP and TYPE lines, before the samples of a metric
 * @name: of the metric
 * @type: of the metric
 * @help: one line without a backslash
 *
 * Thread: the one that owns @t, here and below.
 * Source: prometheus.io/docs/instrumenting/exposition_formats, "Text-based format".
 */
void promtext_family(struct promtext *t, const char *name, enum promtext_type type,
		     const char *help);

/** promtext_sample() - start a sample; labels and one value follow. */
void promtext_sample(struct promtext *t, const char *name);

/**
 * promtext_label() - write a label of the sample
 * @name: of the label
 * @value: valid UTF-8; if it is "", the label is omitted, which is the same to Prometheus
 */
void promtext_label(struct promtext *t, const char *name, const char *value);

/**
 * promtext_series() - write a complete sample of a series
 * @name: of the metric
 * @name_len: bytes
 * @labels: of the series
 * @value: of the sample
 */
void promtext_series(struct promtext *t, const char *name, size_t name_len,
		     const struct label_text *labels, uint64_t value);

/** promtext_value() - write the value, which ends the sample. */
void promtext_value(struct promtext *t, uint64_t value);

/** promtext_signed() - write a value that may be negative, which ends the sample. */
void promtext_signed(struct promtext *t, int64_t value);

/**
 * promtext_decimal() - write a value without trailing zeros, which ends the sample
 * @value: in units of 10^-@decimals
 * @decimals: 1 to 9
 */
void promtext_decimal(struct promtext *t, uint64_t value, unsigned int decimals);
