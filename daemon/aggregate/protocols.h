/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/*
 * Ethertypes as label texts. Whoever may send a packet chooses its ethertype, and each text is a
 * series for good: so only the first few that have no name here are told apart.
 */

#include <stddef.h>
#include <stdint.h>

/* Room for the longest text, with the NUL. */
#define PROTOCOL_TEXT_MAX 16

/* Ethertypes that have no name here, and are told apart all the same. */
#define ETHERTYPES_MAX 32

/* Begins as zeros. One thread at a time. */
struct protocols {
	uint16_t nameless[ETHERTYPES_MAX]; /* in the order in which they were met */
	size_t n;
};

/**
 * protocol_text() - the protocol label of an ethertype
 * @seen: those without a name that were met so far; this one joins them
 * @ethertype: host byte order; 0 unknown
 * @text: "ipv4"; "0x88b5" for one without a name here; "other" for one more of those than
 *        ETHERTYPES_MAX; "" for 0
 *
 * An ethertype keeps its text for as long as @seen lives. Thread: that of @seen.
 * Source: include/uapi/linux/if_ether.h, Linux 6.1.
 */
void protocol_text(struct protocols *seen, uint16_t ethertype, char text[PROTOCOL_TEXT_MAX]);
