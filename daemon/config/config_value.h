/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/*
 * Numbers, sizes and durations as text.
 */

#include <stdio.h>

#include "config/config_schema.h"

/* How the numbers of a type are written. */
struct config_number {
	const struct unit *units; /* "64KiB", "5m": what may follow the digits */
	uint64_t factor;	  /* of the last one, in the unit of the config */
	const char *wanted;	  /* what a value has to be, for a sentence */
	const char *unit;	  /* of the config, behind a number: " s" */
};

/** config_number() - how the numbers of a type are written. Thread: any; pure. */
const struct config_number *config_number(enum config_type type);

/**
 * config_number_read() - a whole text to a number
 * @n: how it is written
 * @text: digits and a unit; 0 needs none
 * @ret: in the unit of the config; set on success only. A number too large for 64 bits stays above
 *	 every bound
 *
 * Return: whether the text is valid. Thread: any; pure.
 */
bool config_number_read(const struct config_number *n, const char *text, uint64_t *ret);

/** config_number_print() - the inverse, as short as possible. Thread: any. */
void config_number_print(const struct config_number *n, uint64_t value, FILE *f);

/** config_real_read() - "10", "0.5": decimal digits with at most one point. Thread: any; pure. */
bool config_real_read(const char *text, double *ret);

/** config_real_print() - the inverse, as short as possible. Thread: any. */
void config_real_print(double value, FILE *f);
