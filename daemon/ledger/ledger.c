/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "ledger/ledger.h"

#include <stdlib.h>

struct ledger *ledger_new(size_t n_rows)
{
	struct ledger *l = calloc(1, sizeof(*l) + n_rows * sizeof(l->rows[0]));

	if (!l)
		return NULL;
	slot_value_init(&l->value, NULL);
	l->n_rows = n_rows;
	return l;
}
