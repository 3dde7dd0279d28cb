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

struct parked {
	struct hash128 kind;
	struct drop_event ev; /* with the packets and bytes of all events of this kind */
};

/* Empty when all zero. */
struct parking {
	struct parked *all; /* in order of arrival; owned */
	size_t n, room;
};

/**
 * parking_add() - keep a drop
 * @p: the parking
 * @kind: of @ev
 * @ev: copied
 *
 * Return: false if PARKING_MAX other kinds wait already, or when out of memory. Thread: aggregator.
 */
bool parking_add(struct parking *p, struct hash128 kind, const struct drop_event *ev);
