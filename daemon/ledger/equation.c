/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "ledger/equation.h"

static uint64_t min(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

void equation_solve(const struct equation *e, struct ledger_cell *ret)
{
	uint64_t rest;

	ret->kernel = e->kernel;
	ret->elsewhere = min(e->elsewhere, e->kernel);
	rest = e->kernel - ret->elsewhere;
	ret->seen = min(rest, e->most);
	if (e->relation == COUNTER_SAME && rest < e->least)
		ret->seen = e->least;
	ret->no_event = e->relation == COUNTER_NO_EVENT ? rest - ret->seen : 0;
	ret->unexplained = (int64_t)(rest - ret->seen - ret->no_event);
}
