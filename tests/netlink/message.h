/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/*
 * Builds netlink messages as the kernel's drop monitor does. It shares no code with the daemon that
 * it tests.
 */

#include <stddef.h>
#include <stdint.h>

#define MESSAGE_MAX 70000

struct message {
	size_t len; /* bytes so far; also kept in the nlmsghdr */
	char bytes[MESSAGE_MAX] __attribute__((aligned(8)));
};

/** message_begin() - nlmsghdr and genlmsghdr. */
void message_begin(struct message *m, uint16_t type, uint16_t flags, uint32_t seq, uint32_t port,
		   uint8_t cmd);

/** message_error() - an acknowledgement or refusal of a request. */
void message_error(struct message *m, const void *request, int error, uint32_t port);

/** message_put() - one attribute; NULL data is zeroes. Return: offset of its data. */
size_t message_put(struct message *m, uint16_t type, const void *data, size_t len);

/** message_put_number() - 1, 2, 4 or 8 bytes in host order. Return: offset of its data. */
size_t message_put_number(struct message *m, uint16_t type, uint64_t value, size_t len);

/** message_nest() - begin a nested attribute. Return: what message_nest_end() wants. */
size_t message_nest(struct message *m, uint16_t type);
void message_nest_end(struct message *m, size_t nest);

/**
 * message_packet() - a packet message of a software drop, in the kernel's order of attributes
 * @point: makes address, symbol and reason
 * @payload: bytes of the packet
 *
 * Return: offset of the timestamp's 8 bytes, which number the message.
 */
size_t message_packet(struct message *m, uint16_t family, unsigned int point, size_t payload);

/** message_summary() - a summary message of n points, each with this count. */
void message_summary(struct message *m, uint16_t family, unsigned int points, uint32_t count);

/** message_hardware_summary() - the same for hardware traps, with the longest names. */
void message_hardware_summary(struct message *m, uint16_t family, unsigned int traps,
			      uint32_t count);

#define MESSAGE_BAD_KINDS 7

/** message_bad() - malformed in one of several ways; each loses exactly one packet. */
void message_bad(struct message *m, uint16_t family, unsigned int kind);
