/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/*
 * Drop reasons and drop points in plain words: what happened, and where to look
 * next. For people; nothing in the program depends on them.
 */

/**
 * explain_reason() - what a drop reason means
 * @reason: the kernel's name without SKB_DROP_REASON_
 *
 * Return: one or two sentences without a newline, NULL where nothing is known. Thread: any.
 * Source: include/net/dropreason-core.h, and the places that give each reason; Linux 6.1 to 6.18.
 */
const char *explain_reason(const char *reason);

/**
 * explain_symbol() - what it means that packets die in this function
 * @symbol: without offset and compiler suffixes
 *
 * Meant for where no reason is known, as in summary mode.
 *
 * Return: as above. Thread: any. Source: net/ of Linux 6.1 and 6.18.
 */
const char *explain_symbol(const char *symbol);
