/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/*
 * How similar two words are, to suggest the correct one for a mistyped one.
 */

#include <stddef.h>

/**
 * config_distance() - the Levenshtein distance, where two swapped letters count as one edit
 * @a: a word, need not be terminated
 * @b: the other one
 *
 * Return: the number of edits; SIZE_MAX if a word is longer than 48. Thread: any; pure.
 */
size_t config_distance(const char *a, size_t a_len, const char *b, size_t b_len);
