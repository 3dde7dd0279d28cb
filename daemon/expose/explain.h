/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/*
 * Explanations of drop reasons and drop points: what happened, and what to check
 * next. They are only shown; nothing depends on them.
 */

#include <stddef.h>

/* The tables of explanations. Names are in the order of strcmp(). */
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

/**
 * explain_drop() - explain drops in a function for a reason
 * @symbol: without offset and compiler suffixes; "" unknown
 * @reason: the kernel's name without SKB_DROP_REASON_; "" unknown, as in summary mode
 *
 * An explanation of both takes precedence over one of the reason, and that over one of the symbol.
 * For a symbol with several causes it lists them, and how to tell them apart.
 *
 * Return: one to three sentences without a newline; NULL if there is no explanation. Thread: any.
 * Source: net/ and include/net/dropreason*.h of Linux 6.1, 6.12, 6.18 and 7.2.
 */
const char *explain_drop(const char *symbol, const char *reason);
