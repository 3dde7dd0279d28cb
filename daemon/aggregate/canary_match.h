/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/*
 * Which drop is that of the canary: a UDP datagram over IPv4, sent to a port of the loopback device
 * that no socket has.
 */

#include <stdbool.h>

#include "source/drop_event.h"

/**
 * canary_fits() - may one of these packets be the canary?
 * @ev: a drop, in our network namespace or in an unknown one
 *
 * What the source does not report fits. Whether it is the right drop point is not checked.
 * Return: false for almost all drops. Thread: any; pure.
 */
bool canary_fits(const struct drop_event *ev);

/**
 * canary_fits_symbol() - is this the drop point of the canary?
 * @ev: a drop for which canary_fits()
 * @symbol: of its drop point; "unknown" if it has no name, and then the reason must be known
 *
 * Thread: any; pure.
 */
bool canary_fits_symbol(const struct drop_event *ev, const char *symbol);

/**
 * canary_split() - take the canary out of the packets of a drop
 * @ev: at least one packet
 * @one: the canary, with the average length of the packets
 * @rest: the other packets, perhaps none
 *
 * The sums of packets and bytes stay the same. Thread: any; pure.
 */
void canary_split(const struct drop_event *ev, struct drop_event *one, struct drop_event *rest);
