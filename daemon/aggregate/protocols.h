/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/*
 * Ethertypes and IP protocols as label texts. Any sender of packets chooses these numbers, and each
 * text makes series. So only the first few ethertypes without a name get a text of their own. There
 * are only 256 IP protocols.
 */

#include <stddef.h>
#include <stdint.h>

/* Room for the longest text of either kind, with the NUL. */
#define PROTOCOL_TEXT_MAX 16

/* Ethertypes without a name that get a text of their own. */
#define ETHERTYPES_MAX 32

/* All zero at first. */
struct protocols {
	uint16_t nameless[ETHERTYPES_MAX]; /* in order of appearance */
	size_t n;
};

/**
 * protocol_text() - the protocol label of an ethertype
 * @seen: ethertypes without a name that were seen so far; updated
 * @ethertype: host byte order; 0 unknown
 * @text: "ipv4"; "0x88b5" for an ethertype without a name; "other" after ETHERTYPES_MAX of those;
 *	"" for 0
 *
 * An ethertype keeps its text for as long as @seen exists. Thread: that of @seen.
 * Source: include/uapi/linux/if_ether.h, Linux 6.1.
 */
void protocol_text(struct protocols *seen, uint16_t ethertype, char text[PROTOCOL_TEXT_MAX]);

/**
 * transport_text() - the transport label of an IP protocol
 * @ip_protocol: IANA number; 0 unknown
 * @text: "tcp"; "253" for a number without a name; "" for 0
 *
 * Thread: any; pure. Source: IANA, Assigned Internet Protocol Numbers; /etc/protocols for the
 * names.
 */
void transport_text(uint8_t ip_protocol, char text[PROTOCOL_TEXT_MAX]);
