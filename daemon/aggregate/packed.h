/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/*
 * Function names in two thirds of their size: a length byte, then five bits for
 * each lower-case letter or underscore and ten or fifteen for what is rarer.
 */

#include <stddef.h>
#include <stdint.h>

/* Bytes that a packed name takes at most, its length byte included. */
#define PACKED_MAX 256

/**
 * packed_put() - pack a name
 * @to: room for PACKED_MAX bytes
 * @name: any bytes; what does not fit into PACKED_MAX is cut off
 *
 * Return: bytes written, at least 1. Thread: any; pure.
 */
size_t packed_put(uint8_t *to, const char *name);

/**
 * packed_get() - unpack a name
 * @from: what packed_put() wrote
 * @name: the name
 * @size: room at @name with the NUL, at least 1; what does not fit is cut off
 *
 * Thread: any; pure.
 */
void packed_get(const uint8_t *from, char *name, size_t size);

/** packed_len() - bytes that a packed name takes: the next one follows. Thread: any; pure. */
static inline size_t packed_len(const uint8_t *from)
{
	return (size_t)*from + 1;
}
