/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/*
 * A canary is a datagram that the daemon sends so that the kernel drops it. The ledger thread
 * publishes this note in a slot before it sends one, and the aggregator counts the drop as
 * expected. While the slot is empty, there is none to expect.
 */

#include <stdint.h>

#include "base/cleanup.h"
#include "base/slot.h"

struct canary_note {
	struct slot_value value; /* refcount */
	uint64_t number;	 /* of the canary to expect, larger than all before */
};

/** canary_note_new() - a note. Return: with one reference; NULL: out of memory. Thread: any. */
struct canary_note *canary_note_new(uint64_t number);

DEFINE_SLOT_VALUE(canary_note);
