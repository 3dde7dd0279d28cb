/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/counters.h"

#include <string.h>

static const struct counter_table *const tables[] = {
	&counters_ip,
	&counters_udp,
	&counters_tcp,
	&counters_devices,
};

size_t counter_count(void)
{
	size_t n = 0;

	for (size_t t = 0; t < sizeof(tables) / sizeof(tables[0]); t++)
		n += tables[t]->n;
	return n;
}

const struct counter *counter_at(size_t i)
{
	size_t t = 0;

	while (i >= tables[t]->n)
		i -= tables[t++]->n;
	return &tables[t]->all[i];
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
