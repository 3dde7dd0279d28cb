/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/*
 * How far apart two words are, to find what somebody meant to type.
 */

#include <stddef.h>

/**
 * config_distance() - Levenshtein's distance, where two letters swapped count as one slip, too
 * @a: a word, need not be terminated
 * @b: the other one
 *
 * Return: the number of slips; SIZE_MAX if a word is longer than 48. Thread: any; pure.
 */
size_t config_distance(const char *a, size_t a_len, const char *b, size_t b_len);
