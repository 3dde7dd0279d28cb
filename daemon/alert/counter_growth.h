/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/*
 * How much the kernel's counters grew from one reading of the ledger to the next, for rules that
 * watch a counter.
 */

#include <stddef.h>
#include <stdint.h>

#include "ledger/ledger.h"

struct counter_row;

/* Zeros are one without a reading. */
struct counter_growth {
	struct counter_row *rows; /* of the latest reading */
	size_t n_rows;
	uint64_t time_ns; /* CLOCK_MONOTONIC of it; 0: none yet */
};

/**
 * counter_growth_add() - take the latest reading
 * @g: what grew up to the one before
 * @l: the reading; NULL: none
 *
 * What grew before the first reading does not count.
 *
 * Return: 1, or 0 if there is no new reading, or -ENOMEM; then nothing has changed.
 * Thread: the owner's; pure.
 */
int counter_growth_add(struct counter_growth *g, const struct ledger *l);

/**
 * counter_growth_of() - by how much a counter grew between the last two readings
 *
 * Return: the growth, added up over all devices. Thread: the owner's; pure.
 */
uint64_t counter_growth_of(const struct counter_growth *g, const struct counter *counter);

/**
 * counter_growth_device() - the device whose counter recently grew most
 *
 * Return: valid until the next counter_growth_add(); "" if there is none. Thread: the owner's;
 * pure.
 */
const char *counter_growth_device(const struct counter_growth *g, const struct counter *counter);

/** counter_growth_reset() - forget all readings. Thread: the owner's. */
void counter_growth_reset(struct counter_growth *g);
