/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config/distance.h"

#include <stdint.h>

#define WORD_MAX 48

size_t config_distance(const char *a, size_t a_len, const char *b, size_t b_len)
{
	size_t rows[3][WORD_MAX + 1];

	if (a_len > WORD_MAX || b_len > WORD_MAX)
		return SIZE_MAX;
	for (size_t j = 0; j <= b_len; j++)
		rows[0][j] = j;
	for (size_t i = 1; i <= a_len; i++) {
		size_t *row = rows[i % 3], *above = rows[(i - 1) % 3], *before = rows[(i + 1) % 3];

		row[0] = i;
		for (size_t j = 1; j <= b_len; j++) {
			size_t best = above[j - 1] + (a[i - 1] != b[j - 1]);

			if (above[j] + 1 < best)
				best = above[j] + 1;
			if (row[j - 1] + 1 < best)
				best = row[j - 1] + 1;
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] &&
			    before[j - 2] + 1 < best)
				best = before[j - 2] + 1;
			row[j] = best;
		}
	}
	return rows[a_len % 3][b_len];
}

struct config_nearest config_nearest(const char *word, size_t len)
{
	return (struct config_nearest){ word, len, len / 3 + 2 };
}

bool config_is_nearer(struct config_nearest *nearest, const char *known, size_t len)
{
	const size_t distance = config_distance(nearest->word, nearest->len, known, len);

	if (distance >= nearest->distance)
		return false;
	nearest->distance = distance;
	return true;
}
