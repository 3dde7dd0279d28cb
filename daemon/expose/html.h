/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/*
 * HTML for the status page: escaped text, numbers and spans of time.
 */

#include <stdint.h>

#include "base/text.h"

/**
 * html_text() - append a string as text, or as the value of a quoted attribute
 *
 * Thread: the one that owns @t, here and below.
 */
void html_text(struct text *t, const char *s);

/** html_number() - append 1234567 as "1 234 567", with narrow no-break spaces */
void html_number(struct text *t, uint64_t v);

/** html_count() - the same, with 0 less visible */
void html_count(struct text *t, uint64_t v);

/** html_chip() - append a label; nothing if its value is "" */
void html_chip(struct text *t, const char *kind, const char *value);

/** html_span() - append seconds as "12 s", "3 min", "5 h 7 min" or "2 d 4 h" */
void html_span(struct text *t, uint64_t seconds);

/** html_time() - append nanoseconds since 1970 as "2026-07-28 12:00:00 UTC" */
void html_time(struct text *t, uint64_t time_ns);
