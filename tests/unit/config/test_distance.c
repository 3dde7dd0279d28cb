/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "../test.h"

#include <string.h>

#include "config/distance.h"

static size_t between(const char *a, const char *b)
{
	const size_t there = config_distance(a, strlen(a), b, strlen(b));

	assert_int_equal(config_distance(b, strlen(b), a, strlen(a)), there);
	return there;
}

static void counts_slips(void **state)
{
	(void)state;
	assert_int_equal(between("", ""), 0);
	assert_int_equal(between("NO_SOCKET", "NO_SOCKET"), 0);
	assert_int_equal(between("NO_SOCKET", "NO_SOKET"), 1);
	assert_int_equal(between("NO_SOCKET", "NO_SOCKETS"), 1);
	assert_int_equal(between("NO_SOCKET", "NO_SACKET"), 1);
	assert_int_equal(between("NO_SOCKET", "NO_SOCKTE"), 1);
	assert_int_equal(between("tcp", "udp"), 2);
	assert_int_equal(between("", "udp"), 3);
}

static void long_words_are_near_to_none(void **state)
{
	char word[49];

	(void)state;
	memset(word, 'a', sizeof(word));
	assert_int_equal(config_distance(word, 48, word, 48), 0);
	assert_int_equal(config_distance(word, 49, word, 48), SIZE_MAX);
	assert_int_equal(config_distance("", 0, word, 49), SIZE_MAX);
}

static const char *meant(const char *word)
{
	static const char *const known[] = { "tcp_v4_rcv", "tcp_v6_rcv", "udp", "ip" };
	struct config_nearest nearest = config_nearest(word, strlen(word));
	const char *best = "";

	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (config_is_nearer(&nearest, known[i], strlen(known[i])))
			best = known[i];
	return best;
}

static void finds_the_nearest(void **state)
{
	(void)state;
	assert_string_equal(meant("tcp_v6_rvc"), "tcp_v6_rcv");
	assert_string_equal(meant("tcp_v_rcv"), "tcp_v4_rcv"); /* the first of two */
	assert_string_equal(meant("udq"), "udp");
	assert_string_equal(meant("arp_process"), "");
	assert_string_equal(meant("sctp"), "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(counts_slips),
		cmocka_unit_test(long_words_are_near_to_none),
		cmocka_unit_test(finds_the_nearest),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
