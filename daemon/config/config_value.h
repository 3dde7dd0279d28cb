/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/*
 * Numbers, sizes and durations as text.
 */

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

/*
 * Each reads a whole text and sets *ret on success only. Return: whether the text is valid. A
 * number too large for 64 bits is read as UINT64_MAX, which the range check refuses. Thread: any;
 * pure.
 */

/** config_value_number() - "4096" */
bool config_value_number(const char *text, uint64_t *ret);

/** config_value_bytes() - "4096", "64KiB", "64MiB", "1GiB" */
bool config_value_bytes(const char *text, uint64_t *ret);

/** config_value_ms() - "250ms", "10s", "5m", "1h", "1d" or 0, in milliseconds */
bool config_value_ms(const char *text, uint64_t *ret);

/** config_value_real() - "10", "0.5": decimal digits with at most one point */
bool config_value_real(const char *text, double *ret);

/*
 * Each writes a number in the form that its counterpart above reads, as short as possible. Thread:
 * any.
 */

/** config_value_print_bytes() - for config_value_bytes() */
void config_value_print_bytes(uint64_t bytes, FILE *f);

/** config_value_print_ms() - for config_value_ms() */
void config_value_print_ms(uint64_t ms, FILE *f);

/** config_value_print_real() - for config_value_real() */
void config_value_print_real(double value, FILE *f);
