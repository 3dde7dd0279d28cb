/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/*
 * Explanations of drop reasons and drop points: what happened, and what to check
 * next. They are only shown; nothing depends on them.
 */

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
