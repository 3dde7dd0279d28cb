/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/hash.h"

#include <string.h>
#include <sys/auxv.h>
#include <sys/random.h>

#include "base/clock.h"

struct hash_key hash_key_random(void)
{
	struct hash_key key;

	/* Early in a boot there may be no random numbers; the kernel gives each process some. */
	if (getrandom(&key, sizeof(key), GRND_NONBLOCK) != sizeof(key)) {
		const void *random = (const void *)getauxval(AT_RANDOM);

		memset(&key, 0, sizeof(key));
		if (random)
			memcpy(&key, random, sizeof(key));
		key.k[1] ^= clock_monotonic_ns();
	}
	return key;
}

static inline uint64_t rotl(uint64_t x, int by)
{
	return x << by | x >> (64 - by);
}

static inline void sip_round(uint64_t v[4])
{
	v[0] += v[1];
	v[1] = rotl(v[1], 13) ^ v[0];
	v[0] = rotl(v[0], 32);
	v[2] += v[3];
	v[3] = rotl(v[3], 16) ^ v[2];
	v[0] += v[3];
	v[3] = rotl(v[3], 21) ^ v[0];
	v[2] += v[1];
	v[1] = rotl(v[1], 17) ^ v[2];
	v[2] = rotl(v[2], 32);
}

static inline void sip_word(uint64_t v[4], uint64_t word)
{
	v[3] ^= word;
	sip_round(v);
	v[0] ^= word;
}

static inline uint64_t sip_finish(uint64_t v[4])
{
	sip_round(v);
	sip_round(v);
	sip_round(v);
	return v[0] ^ v[1] ^ v[2] ^ v[3];
}

struct hash128 hash128(struct hash_key key, const void *data, size_t len)
{
	uint64_t v[4] = { key.k[0] ^ 0x736f6d6570736575u, key.k[1] ^ 0x646f72616e646f6du ^ 0xee,
			  key.k[0] ^ 0x6c7967656e657261u, key.k[1] ^ 0x7465646279746573u };
	const unsigned char *p = data;
	struct hash128 ret;
	uint64_t word;
	size_t left;

	/* Words are in the byte order of this machine: no hash leaves the process. */
	for (left = len; left >= sizeof(word); left -= sizeof(word), p += sizeof(word)) {
		memcpy(&word, p, sizeof(word));
		sip_word(v, word);
	}
	word = (uint64_t)len << 56;
	for (size_t i = 0; i < left; i++)
		word |= (uint64_t)p[i] << 8 * i;
	sip_word(v, word);
	v[2] ^= 0xee;
	ret.h[0] = sip_finish(v);
	v[1] ^= 0xdd;
	ret.h[1] = sip_finish(v);
	return ret;
}
