/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/* A value by the name of its counter. */
#include <string.h>

#include "base/counter.h"
#include "ledger/reading.h"

/* NULL: it was not found. */
static inline const struct reading_value *find_value(const struct reading *r, const char *name,
						     const char *device)
{
	size_t n;
	const struct reading_value *values = reading_values(r, &n);

	for (size_t i = 0; i < n; i++)
		if (!strcmp(counter_at(values[i].counter)->name, name) &&
		    !strcmp(values[i].device, device))
			return &values[i];
	return NULL;
}
