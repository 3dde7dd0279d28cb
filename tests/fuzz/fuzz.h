/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/*
 * What every fuzz_X.c defines, and what they all need. Each input comes in a
 * buffer of exactly its size, so that a sanitizer sees any byte too many.
 */

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* As assert(), also where NDEBUG is set. */
#define expect(condition)                                                                          \
	do {                                                                                       \
		if (!(condition)) {                                                                \
			fprintf(stderr, "%s:%d: not so: %s\n", __FILE__, __LINE__, #condition);    \
			abort();                                                                   \
		}                                                                                  \
	} while (0)
