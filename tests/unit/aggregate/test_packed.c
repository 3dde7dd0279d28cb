/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "../test.h"

#include <stdlib.h>
#include <string.h>

#include "aggregate/packed.h"

static size_t round_trip(const char *name)
{
	uint8_t packed[PACKED_MAX + 1];
	char back[512];
	size_t len;

	memset(packed, 0xa5, sizeof(packed));
	len = packed_put(packed, name);
	assert_in_range(len, 1, PACKED_MAX);
	assert_int_equal(packed[len], 0xa5);
	assert_int_equal(packed_len(packed), len);
	packed_get(packed, back, sizeof(back));
	assert_string_equal(back, name);
	return len;
}

static void names_come_back(void **state)
{
	(void)state;
	assert_int_equal(round_trip(""), 1);
	assert_int_equal(round_trip("a"), 2);
	assert_int_equal(round_trip("abcdefgh"), 6);
	round_trip("z_Z_A_0_9");
	round_trip("__udp4_lib_rcv");
	round_trip("_RNvXs_NtCs1234_4core3fmt.llvm.0123456789");
	round_trip("any \x01\x7f\x80\xff\" bytes");
	for (int c = 1; c < 256; c++)
		round_trip((char[]){ 'x', (char)c, 'y', (char)c, 0 });
}

static void random_names_come_back(void **state)
{
	unsigned int seed = 1;

	(void)state;
	for (int i = 0; i < 20000; i++) {
		char name[136] = "";
		size_t len = (size_t)rand_r(&seed) % sizeof(name);

		for (size_t k = 0; k < len; k++)
			name[k] = (char)(rand_r(&seed) % 255 + 1);
		name[len ? len - 1 : 0] = '\0';
		round_trip(name);
	}
}

static void what_does_not_fit_is_cut(void **state)
{
	uint8_t packed[PACKED_MAX];
	char name[1000], back[1000];

	(void)state;
	memset(name, 'A', sizeof(name) - 1);
	name[sizeof(name) - 1] = '\0';
	assert_int_equal(packed_put(packed, name), PACKED_MAX);
	packed_get(packed, back, sizeof(back));
	assert_int_equal(strlen(back), 255 * 8 / 10);
	assert_memory_equal(back, name, strlen(back));
	packed_get(packed, back, 10);
	assert_string_equal(back, "AAAAAAAAA");
	packed_get(packed, back, 1);
	assert_string_equal(back, "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_come_back),
		cmocka_unit_test(random_names_come_back),
		cmocka_unit_test(what_does_not_fit_is_cut),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
