/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Prints the counters that the ledger compares, one per line: its name, scope and relation, the
 * counters that it includes, and then for each drop point the symbols, reasons, protocols and
 * transports. Fields are separated by tabs, what is in a field by commas; "*" is any.
 */
#include <stdio.h>

#include "base/counter.h"

static void print_globs(const char *globs)
{
	putchar('\t');
	for (const char *c = globs ? globs : "*"; *c; c++)
		putchar(*c == '\n' ? ',' : *c);
}

static void print_counter(const struct counter *c)
{
	static const char *const scopes[] = {
		[COUNTER_NETNS] = "namespace",
		[COUNTER_DEVICE] = "device",
		[COUNTER_HOST] = "host",
	};
	static const char *const relations[] = {
		[COUNTER_SAME] = "same",
		[COUNTER_PART] = "part",
		[COUNTER_NO_EVENT] = "no event",
	};

	printf("%s\t%s\t%s\t", c->name, scopes[c->scope], relations[c->relation]);
	for (size_t i = 0; c->elsewhere && c->elsewhere[i]; i++)
		printf("%s%s", i ? "," : "", c->elsewhere[i]);
	for (size_t i = 0; i < c->n_points; i++) {
		print_globs(c->points[i].symbol);
		print_globs(c->points[i].reason);
		print_globs(c->points[i].protocol);
		print_globs(c->points[i].transport);
	}
	putchar('\n');
}

int main(void)
{
	for (size_t i = 0; i < counter_count(); i++)
		print_counter(counter_at(i));
	return 0;
}
