/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/*
 * IP protocols as label texts. There are only 256 numbers, so the label is bounded.
 */

#include <stdint.h>

/* Room for the longest text, with the NUL. */
#define TRANSPORT_TEXT_MAX 16

/**
 * transport_text() - the transport label of an IP protocol
 * @ip_protocol: IANA number; 0 unknown
 * @text: "tcp"; "253" for a number without a name; "" for 0
 *
 * Thread: any; pure. Source: IANA, Assigned Internet Protocol Numbers; /etc/protocols for the
 * names.
 */
void transport_text(uint8_t ip_protocol, char text[TRANSPORT_TEXT_MAX]);
