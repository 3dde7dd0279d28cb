/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/*
 * Drops that wait for the symbols, added up by kind.
 */

#include <stdbool.h>
#include <stddef.h>

#include "base/hash.h"
#include "source/drop_event.h"

#define PARKING_MAX 256 /* kinds */

/* Empty when all zero. In order of arrival. */
struct parking {
	struct hash128 kinds[PARKING_MAX];
	struct drop_event
		sums[PARKING_MAX]; /* with the packets and bytes of all events of a kind */
	size_t n;
};

/**
 * parking_add() - keep a drop
 * @p: the parking
 * @kind: of @ev
 * @ev: copied
 *
 * Return: false if PARKING_MAX other kinds wait already. Thread: aggregator.
 */
bool parking_add(struct parking *p, struct hash128 kind, const struct drop_event *ev);
