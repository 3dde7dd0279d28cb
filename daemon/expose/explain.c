/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What an administrator would ask somebody who knows the kernel. The sentences are in
 * explain_reasons.c and explain_symbols.c. What is not there is shown without a sentence: better
 * none than a wrong one.
 */
#include "expose/explain.h"

#include <stdlib.h>
#include <string.h>

#include "expose/explain_tables.h"

static int compare(const void *name, const void *entry)
{
	return strcmp(name, ((const struct explanation *)entry)->name);
}

static const char *look_up(const char *name, const struct explanation *table, size_t n)
{
	const struct explanation *found = bsearch(name, table, n, sizeof(*table), compare);

	for (size_t i = 0; !found && i < explain_n_prefixes; i++)
		if (strncmp(name, explain_prefixes[i].name, strlen(explain_prefixes[i].name)) == 0)
			found = &explain_prefixes[i];
	return found ? found->sentence : NULL;
}

static const char *of_both(const char *symbol, const char *reason)
{
	for (size_t i = 0; i < explain_n_pairs; i++) {
		const struct explanation_pair *p = &explain_pairs[i];

		if (strcmp(p->symbol, symbol) == 0 &&
		    (!p->reason || strcmp(p->reason, reason) == 0))
			return p->sentence;
	}
	return NULL;
}

const char *explain_drop(const char *symbol, const char *reason)
{
	const char *both = of_both(symbol, reason);
	const char *of_reason = look_up(reason, explain_reasons, explain_n_reasons);
	const char *of_symbol = look_up(symbol, explain_symbols, explain_n_symbols);

	if (both)
		return both;
	if (of_reason && strcmp(reason, "NOT_SPECIFIED") != 0)
		return of_reason;
	return of_symbol ? of_symbol : of_reason;
}
