/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/*
 * A keyed hash, for tables whose keys others can choose, such as device names: nobody who does not
 * know the key can make keys that collide.
 */

#include <stddef.h>
#include <stdint.h>

struct hash_key {
	uint64_t k[2];
};

struct hash128 {
	uint64_t h[2];
};

/** hash_key_random() - a key from the kernel's random numbers; never blocks. Thread: any. */
struct hash_key hash_key_random(void);

/**
 * hash128() - SipHash-1-3 with 128 bits of output
 * @key: secret
 * @data: any bytes
 * @len: how many
 *
 * Return: 128 bits, so equal hashes may be taken for equal keys: with a secret key the chance that
 * any two of 2^32 keys collide is below 2^-64. Thread: any; pure.
 * Source: Aumasson and Bernstein, "SipHash: a fast short-input PRF", 2012; 1 and 3 rounds as in
 * the Linux kernel's and Rust's hash tables.
 */
struct hash128 hash128(struct hash_key key, const void *data, size_t len);
