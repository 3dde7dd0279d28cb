/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/*
 * Netlink attributes in bounded reads: any bytes, any alignment, no allocation. An attribute that
 * is cut off is returned as far as it is there, so that the others in a cut message can still be
 * read.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <linux/netlink.h>

/* As NLA_HDRLEN and NLA_TYPE_MASK, which are negative numbers on the way to an int. */
#define ATTR_HEADER_LEN sizeof(struct nlattr)
#define ATTR_TYPE_MASK	((uint16_t) ~(NLA_F_NESTED | NLA_F_NET_BYTEORDER))
_Static_assert(ATTR_HEADER_LEN % NLA_ALIGNTO == 0, "data follows without padding");

/* NLA_ALIGN(): where the next attribute begins. */
static inline size_t attr_align(size_t len)
{
	return (len + NLA_ALIGNTO - 1) & ~(size_t)(NLA_ALIGNTO - 1);
}

/* Untrusted bytes. */
struct bytes {
	const uint8_t *at;
	size_t len;
};

struct attr {
	uint16_t type;	   /* without the NLA_F_* bits */
	struct bytes data; /* inside the message, whatever nla_len is */
	size_t claimed;	   /* bytes according to nla_len; more than data.len if cut off */
};

static inline uint16_t attr_u16(const uint8_t *at)
{
	uint16_t v;

	memcpy(&v, at, sizeof(v));
	return v;
}

static inline uint32_t attr_u32(const uint8_t *at)
{
	uint32_t v;

	memcpy(&v, at, sizeof(v));
	return v;
}

static inline uint64_t attr_u64(const uint8_t *at)
{
	uint64_t v;

	memcpy(&v, at, sizeof(v));
	return v;
}

/* As a number in host byte order; 0 if there are not enough bytes. */
static inline uint16_t bytes_u16(struct bytes b)
{
	return b.len >= sizeof(uint16_t) ? attr_u16(b.at) : 0;
}

static inline uint32_t bytes_u32(struct bytes b)
{
	return b.len >= sizeof(uint32_t) ? attr_u32(b.at) : 0;
}

static inline uint64_t bytes_u64(struct bytes b)
{
	return b.len >= sizeof(uint64_t) ? attr_u64(b.at) : 0;
}

/* Drop the first n bytes, at most all of them. */
static inline struct bytes bytes_skip(struct bytes b, size_t n)
{
	if (n > b.len)
		n = b.len;
	return (struct bytes){ b.at + n, b.len - n };
}

/* Copies a text up to its NUL, as far as it fits; size is at least 1. */
static inline void bytes_text(struct bytes b, char *ret, size_t size)
{
	size_t len = 0;

	if (b.len) {
		len = strnlen((const char *)b.at, b.len < size ? b.len : size - 1);
		memcpy(ret, b.at, len);
	}
	ret[len] = '\0';
}

/**
 * attr_next() - the next attribute
 * @rest: the rest of the message or of the nest; moved on
 * @ret: set on true only
 *
 * Return: false at the end, or if no attribute header follows.
 * Thread: any; pure. Source: include/net/netlink.h nla_ok(), nla_next().
 */
static inline bool attr_next(struct bytes *rest, struct attr *ret)
{
	size_t len, step;

	if (rest->len < ATTR_HEADER_LEN)
		return false;
	len = attr_u16(rest->at);
	if (len < ATTR_HEADER_LEN)
		return false;
	ret->type = attr_u16(rest->at + 2) & ATTR_TYPE_MASK;
	ret->claimed = len - ATTR_HEADER_LEN;
	step = attr_align(len);
	if (step > rest->len) {
		step = rest->len;
		len = len < rest->len ? len : rest->len;
	}
	ret->data = (struct bytes){ rest->at + ATTR_HEADER_LEN, len - ATTR_HEADER_LEN };
	*rest = (struct bytes){ rest->at + step, rest->len - step };
	return true;
}
