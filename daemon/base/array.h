/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/*
 * Arrays that grow. The owner keeps three fields: the array, how many elements are in use, and for
 * how many there is room.
 */

#include <stddef.h>

/**
 * array_grow() - make room in an array
 * @array: the array; NULL while @room is 0
 * @room: elements that fit; updated
 * @needed: elements that have to fit
 * @size: bytes of an element
 *
 * Room grows by at least half, so that appending costs constant time on average.
 *
 * Return: the array, perhaps at another address; NULL when out of memory, and then the old array
 * and @room are as before. Thread: the owner's.
 */
void *array_grow(void *array, size_t *room, size_t needed, size_t size);

/** array_grow_zero() - the same; elements for which there was no room before are zero */
void *array_grow_zero(void *array, size_t *room, size_t needed, size_t size);
