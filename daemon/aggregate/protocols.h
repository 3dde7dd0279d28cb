/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/*
 * Ethertypes as label texts.
 */

#include <stdint.h>

/* Room for the longest text, with the NUL. */
#define PROTOCOL_TEXT_MAX 16

/**
 * protocol_text() - the protocol label of an ethertype
 * @ethertype: host byte order; 0 unknown
 * @text: "ipv4"; "0x88b5" for one without a name here; "" for 0
 *
 * Thread: any; pure. Source: include/uapi/linux/if_ether.h, Linux 6.1.
 */
void protocol_text(uint16_t ethertype, char text[PROTOCOL_TEXT_MAX]);
