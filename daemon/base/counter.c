/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/counters.h"

#include <stdbool.h>
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

/* "Udp.NoPorts" is "NoPorts" of "Udp". */
static bool is_of_group(const char *known, const char *group, const char *name)
{
	for (; *group; group++)
		if (*known++ != *group)
			return false;
	return *known == '.' && strcmp(known + 1, name) == 0;
}

/* Called for each value of a reading: a thousand devices have many. */
int counter_find(const char *group, const char *name)
{
	size_t before = 0;

	for (size_t t = 0; t < sizeof(tables) / sizeof(tables[0]); before += tables[t++]->n)
		for (size_t i = 0; i < tables[t]->n; i++)
			if (is_of_group(tables[t]->all[i].name, group, name))
				return (int)(before + i);
	return -1;
}

int counter_find_name(const char *name)
{
	for (size_t i = 0; i < counter_count(); i++)
		if (strcmp(counter_at(i)->name, name) == 0)
			return (int)i;
	return -1;
}
