/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/array.h"

#include <stdlib.h>
#include <string.h>

#define ROOM_MIN 64

void *array_grow(void *array, size_t *room, size_t needed, size_t size)
{
	size_t more = *room + *room / 2;
	void *grown;

	if (needed <= *room)
		return array;
	if (more < ROOM_MIN)
		more = ROOM_MIN;
	if (more < needed)
		more = needed;
	grown = reallocarray(array, more, size);
	if (grown)
		*room = more;
	return grown;
}

void *array_grow_zero(void *array, size_t *room, size_t needed, size_t size)
{
	const size_t before = *room;
	char *grown = array_grow(array, room, needed, size);

	if (grown)
		memset(grown + before * size, 0, (*room - before) * size);
	return grown;
}
