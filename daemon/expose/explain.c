/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Looks up the sentences in explain_reasons.c, explain_symbols.c and explain_pairs.c. A drop point
 * that is not listed there has no explanation, which is better than a wrong one.
 */
#include "expose/explain.h"

#include <stdlib.h>
#include <string.h>

static int compare_names(const void *name, const void *entry)
{
	return strcmp(name, ((const struct explanation *)entry)->name);
}

static const char *find_name(const char *name, const struct explanation *table, size_t n)
{
	const struct explanation *found = bsearch(name, table, n, sizeof(*table), compare_names);

	for (size_t i = 0; !found && i < explain_n_prefixes; i++)
		if (strncmp(name, explain_prefixes[i].name, strlen(explain_prefixes[i].name)) == 0)
			found = &explain_prefixes[i];
	return found ? found->sentence : NULL;
}

static const char *find_pair(const char *symbol, const char *reason)
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
	const char *both = find_pair(symbol, reason);
	const char *of_reason = find_name(reason, explain_reasons, explain_n_reasons);
	const char *of_symbol = find_name(symbol, explain_symbols, explain_n_symbols);

	if (both)
		return both;
	if (of_reason && strcmp(reason, "NOT_SPECIFIED") != 0)
		return of_reason;
	return of_symbol ? of_symbol : of_reason;
}
