/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/*
 * Spans of time as text, as in the configuration and in labels.
 */

#include <stdint.h>

/* Room for span_name(). */
#define SPAN_NAME_MAX 16

/**
 * span_name() - a span in the largest unit that divides it: "10s", "5m", "1h"
 * @dst: SPAN_NAME_MAX bytes
 * @span_s: seconds
 *
 * Return: @dst. Thread: any; pure.
 */
const char *span_name(char *dst, uint32_t span_s);
