/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "../test.h"

#include <string.h>

#include "base/hash.h"

static void length_and_every_byte_count(void **state)
{
	struct hash_key key = { { 1, 2 } };
	unsigned char data[40] = { 0 };

	(void)state;
	for (size_t len = 0; len < sizeof(data); len++) {
		struct hash128 h = hash128(key, data, len);
		struct hash128 longer = hash128(key, data, len + 1);

		assert_memory_not_equal(&h, &longer, sizeof(h));
		for (size_t i = 0; i < len; i++) {
			struct hash128 other;

			data[i] ^= 0x80;
			other = hash128(key, data, len);
			data[i] ^= 0x80;
			assert_int_not_equal(h.h[0], other.h[0]);
			assert_int_not_equal(h.h[1], other.h[1]);
		}
	}
}

static void the_key_counts(void **state)
{
	struct hash_key a = hash_key_random(), b = hash_key_random();

	(void)state;
	assert_memory_not_equal(&a, &b, sizeof(a));
	assert_int_not_equal(hash128(a, "eth0", 4).h[0], hash128(b, "eth0", 4).h[0]);
	assert_int_equal(hash128(a, "eth0", 4).h[0], hash128(a, "eth0", 4).h[0]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(length_and_every_byte_count),
		cmocka_unit_test(the_key_counts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
