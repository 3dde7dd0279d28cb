/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/span.h"

#include <inttypes.h>
#include <stdio.h>

const char *span_name(char *dst, uint32_t span_s)
{
	if (span_s && span_s % 3600 == 0)
		snprintf(dst, SPAN_NAME_MAX, "%" PRIu32 "h", span_s / 3600);
	else if (span_s && span_s % 60 == 0)
		snprintf(dst, SPAN_NAME_MAX, "%" PRIu32 "m", span_s / 60);
	else
		snprintf(dst, SPAN_NAME_MAX, "%" PRIu32 "s", span_s);
	return dst;
}
