/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/*
 * How similar two words are, to suggest the correct one for a mistyped one.
 */

#include <stdbool.h>
#include <stddef.h>

/**
 * config_distance() - the Levenshtein distance, where two swapped letters count as one edit
 * @a: a word, need not be terminated
 * @b: the other one
 *
 * Return: the number of edits; SIZE_MAX if a word is longer than 48. Thread: any; pure.
 */
size_t config_distance(const char *a, size_t a_len, const char *b, size_t b_len);

/* A search for the known word that somebody may have meant. */
struct config_nearest {
	const char *word; /* need not be terminated */
	size_t len;
	size_t distance; /* of the nearest so far; before it, as far as this is another word */
};

/** config_nearest() - begin a search for what was meant by a word. Thread: any; pure. */
struct config_nearest config_nearest(const char *word, size_t len);

/**
 * config_is_nearer() - compare one more known word
 * @nearest: the search
 * @known: a known word, need not be terminated
 *
 * Return: whether it is similar, and more so than all before. Thread: any; pure.
 */
bool config_is_nearer(struct config_nearest *nearest, const char *known, size_t len);
