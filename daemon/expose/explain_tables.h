/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/*
 * The sentences behind explain.h, in tables that tests can walk. Names are in strcmp order.
 */

#include <stddef.h>

struct explanation {
	const char *name;
	const char *sentence;
};

/* A reason that means something else in this function than elsewhere, or nothing at all. */
struct explanation_pair {
	const char *symbol;
	const char *reason; /* NULL: whatever the reason */
	const char *sentence;
};

extern const struct explanation explain_reasons[];
extern const size_t explain_n_reasons;

extern const struct explanation explain_symbols[];
extern const size_t explain_n_symbols;

/* Names that begin so, where there is no sentence for the very name. */
extern const struct explanation explain_prefixes[];
extern const size_t explain_n_prefixes;

extern const struct explanation_pair explain_pairs[];
extern const size_t explain_n_pairs;
