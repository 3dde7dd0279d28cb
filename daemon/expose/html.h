/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/*
 * What the status page is written with: escaped text, numbers and spans of time
 * for people.
 */

#include <stdint.h>

#include "base/text.h"

/** html_text() - a string as text or as the value of a quoted attribute. Thread: owner of @t. */
void html_text(struct text *t, const char *s);

/** html_number() - 1234567 as "1 234 567", with narrow spaces that do not break. Thread: as above.
 */
void html_number(struct text *t, uint64_t v);

/** html_span() - seconds as "12 s", "3 min", "5 h 7 min" or "2 d 4 h". Thread: as above. */
void html_span(struct text *t, uint64_t seconds);

/** html_time() - nanoseconds since 1970 as "2026-07-28 12:00:00 UTC". Thread: as above. */
void html_time(struct text *t, uint64_t time_ns);
