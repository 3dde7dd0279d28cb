/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/*
 * The tables of explanations. Names are in the order of strcmp().
 */

#include <stddef.h>

struct explanation {
	const char *name;
	const char *sentence;
};

/* A reason that has another meaning in this function than elsewhere, or no meaning. */
struct explanation_pair {
	const char *symbol;
	const char *reason; /* NULL: any reason */
	const char *sentence;
};

extern const struct explanation explain_reasons[];
extern const size_t explain_n_reasons;

extern const struct explanation explain_symbols[];
extern const size_t explain_n_symbols;

/* Prefixes, for names that have no sentence of their own. */
extern const struct explanation explain_prefixes[];
extern const size_t explain_n_prefixes;

extern const struct explanation_pair explain_pairs[];
extern const size_t explain_n_pairs;
