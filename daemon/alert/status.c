/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "alert/status.h"

static void status_destroy(struct slot_value *value)
{
	free(value); /* value is the first member */
}

struct status *status_new(size_t n_alerts)
{
	struct status *s = calloc(1, sizeof(*s) + n_alerts * sizeof(s->alerts[0]));

	if (!s)
		return NULL;
	slot_value_init(&s->value, status_destroy);
	s->n_alerts = n_alerts;
	return s;
}

struct status *status_unref(struct status *s)
{
	slot_value_unref(s ? &s->value : NULL);
	return NULL;
}

struct status *status_get(struct slot *slot)
{
	return (struct status *)slot_get(slot);
}
