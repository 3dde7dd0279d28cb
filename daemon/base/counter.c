/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/counters.h"

#include <string.h>

size_t counter_count(void)
{
	return counters_protocols.n + counters_devices.n;
}

const struct counter *counter_at(size_t i)
{
	if (i < counters_protocols.n)
		return &counters_protocols.all[i];
	return &counters_devices.all[i - counters_protocols.n];
}

int counter_find(const char *group, const char *name)
{
	const size_t len = strlen(group);

	for (size_t i = 0; i < counter_count(); i++) {
		const char *known = counter_at(i)->name;

		if (strncmp(known, group, len) == 0 && known[len] == '.' &&
		    strcmp(&known[len + 1], name) == 0)
			return (int)i;
	}
	return -1;
}

int counter_find_name(const char *name)
{
	for (size_t i = 0; i < counter_count(); i++)
		if (strcmp(counter_at(i)->name, name) == 0)
			return (int)i;
	return -1;
}
