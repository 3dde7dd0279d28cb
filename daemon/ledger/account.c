/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "ledger/account.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "base/counter.h"

#define SWEPT_MIN 64 /* fewer are not worth it */

static uint32_t key_hash(const struct accounts *a, unsigned int counter, const char *device)
{
	return (uint32_t)hash128(a->key, device, strlen(device)).h[0] + counter;
}

struct account *accounts_find(const struct accounts *a, unsigned int counter, const char *device)
{
	struct index_probe probe = index_probe(&a->index, key_hash(a, counter, device));

	while (index_next(&a->index, &probe)) {
		struct account *account = &a->all[probe.id];

		if (account->counter == counter && strcmp(account->device, device) == 0)
			return account;
	}
	return NULL;
}

int accounts_open(struct accounts *a, unsigned int counter, const char *device)
{
	const struct account *known = accounts_find(a, counter, device);
	struct account *all;

	if (known)
		return (int)(known - a->all);
	if (a->n == ACCOUNTS_MAX)
		return -ENOSPC;
	all = array_grow(a->all, &a->room, a->n + 1, sizeof(*all));
	if (!all)
		return -ENOMEM;
	a->all = all;
	if (index_add(&a->index, key_hash(a, counter, device), (uint32_t)a->n) < 0)
		return -ENOMEM;
	all[a->n] = (struct account){ .counter = (uint16_t)counter };
	snprintf(all[a->n].device, sizeof(all[a->n].device), "%s", device);
	return (int)a->n++;
}

/* There is always a row for each counter that is not one of devices. */
static bool is_full_of_devices(const struct accounts *a)
{
	return a->n_devices + counter_count() >= LEDGER_ROWS_MAX;
}

int accounts_track(struct accounts *a, struct account *account)
{
	const bool of_device = account->device[0];

	if (account->growth)
		return 0;
	if (of_device && is_full_of_devices(a))
		return -ENOSPC;
	account->growth = calloc(1, sizeof(*account->growth));
	if (!account->growth)
		return -ENOMEM;
	a->n_devices += of_device;
	account_restart(account, (struct account_mark){ .kernel = account->kernel },
			account->since_ns, account->since_lost);
	return 0;
}

void account_restart(struct account *account, struct account_mark mark, uint64_t time_ns,
		     uint64_t lost)
{
	struct account_growth *g = account->growth;

	account->since_ns = time_ns;
	account->since_lost = lost;
	if (!g)
		return;
	g->base = g->last = mark;
	for (size_t i = 0; i < SPANS_ROLLING; i++)
		for (size_t k = 0; k < SPANS_PLACES; k++)
			g->marks[i][k] = mark;
}

/* Has it no more use? */
static bool is_idle(const struct account *account, uint64_t reading)
{
	const struct account_growth *g = account->growth;

	return account->device[0] && account->reading != reading && (!g || g->seen == g->last.seen);
}

static void close_account(struct accounts *a, struct account *account)
{
	if (account->growth)
		a->n_devices--;
	free(account->growth);
}

bool accounts_sweep(struct accounts *a, uint64_t reading)
{
	const bool full = a->n == ACCOUNTS_MAX || is_full_of_devices(a);
	size_t idle = 0, n = 0;

	for (size_t i = 0; i < a->n; i++)
		idle += is_idle(&a->all[i], reading);
	if (idle < SWEPT_MIN || (idle < a->n / 2 && !full))
		return false;
	index_clear(&a->index);
	for (size_t i = 0; i < a->n; i++) {
		if (is_idle(&a->all[i], reading)) {
			close_account(a, &a->all[i]);
			continue;
		}
		a->all[n] = a->all[i];
		index_add(&a->index, key_hash(a, a->all[n].counter, a->all[n].device), (uint32_t)n);
		n++;
	}
	a->n = n;
	return true;
}

void accounts_done(struct accounts *a)
{
	for (size_t i = 0; i < a->n; i++)
		free(a->all[i].growth);
	free(a->all);
	index_done(&a->index);
	*a = (struct accounts){ 0 };
}
