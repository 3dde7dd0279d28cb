/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "ledger/ledger.h"

#include <stdlib.h>

static void ledger_destroy(struct slot_value *value)
{
	free(value); /* value is the first member */
}

struct ledger *ledger_new(size_t n_rows)
{
	struct ledger *l = calloc(1, sizeof(*l) + n_rows * sizeof(l->rows[0]));

	if (!l)
		return NULL;
	slot_value_init(&l->value, ledger_destroy);
	l->n_rows = n_rows;
	return l;
}

struct ledger *ledger_unref(struct ledger *l)
{
	slot_value_unref(l ? &l->value : NULL);
	return NULL;
}

struct ledger *ledger_get(struct slot *slot)
{
	return (struct ledger *)slot_get(slot);
}
