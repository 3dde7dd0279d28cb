/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/*
 * Drop reasons and drop points in plain words: what happened, and where to look
 * next. For people; nothing in the program depends on them.
 */

/**
 * explain_drop() - what it means that packets are dropped in this function for this reason
 * @symbol: without offset and compiler suffixes; "" unknown
 * @reason: the kernel's name without SKB_DROP_REASON_; "" unknown, as in summary mode
 *
 * What is known of both together comes first, then the reason, then the symbol. The sentence on a
 * symbol that drops for several causes lists them and says how to tell them apart.
 *
 * Return: one to three sentences without a newline, NULL where nothing is known. Thread: any.
 * Source: net/ and include/net/dropreason*.h of Linux 6.1, 6.12, 6.18 and 7.2.
 */
const char *explain_drop(const char *symbol, const char *reason);
