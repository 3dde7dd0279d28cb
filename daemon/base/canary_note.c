/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/canary_note.h"

#include <stdlib.h>

static void canary_note_destroy(struct slot_value *value)
{
	free(value); /* value is the first member */
}

struct canary_note *canary_note_new(uint64_t number)
{
	struct canary_note *note = calloc(1, sizeof(*note));

	if (!note)
		return NULL;
	slot_value_init(&note->value, canary_note_destroy);
	note->number = number;
	return note;
}
