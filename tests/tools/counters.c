/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Prints the counters that the ledger compares, one per line: its name, and then for each drop
 * point the symbols and the reasons, with commas between them and "*" for any. Fields are
 * separated by tabs.
 */
#include <stdio.h>

#include "base/counter.h"

static void print_globs(const char *globs)
{
	putchar('\t');
	for (const char *c = globs ? globs : "*"; *c; c++)
		putchar(*c == '\n' ? ',' : *c);
}

int main(void)
{
	for (size_t i = 0; i < counter_count(); i++) {
		const struct counter *c = counter_at(i);

		fputs(c->name, stdout);
		for (size_t p = 0; p < c->n_points; p++) {
			print_globs(c->points[p].symbol);
			print_globs(c->points[p].reason);
		}
		putchar('\n');
	}
	return 0;
}
