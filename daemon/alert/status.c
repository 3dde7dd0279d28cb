/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "alert/status.h"

struct status *status_new(size_t n_alerts)
{
	struct status *s = calloc(1, sizeof(*s) + n_alerts * sizeof(s->alerts[0]));

	if (!s)
		return NULL;
	slot_value_init(&s->value, NULL);
	s->n_alerts = n_alerts;
	return s;
}
