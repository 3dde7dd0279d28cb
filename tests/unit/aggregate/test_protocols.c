/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "../test.h"

#include "aggregate/protocols.h"

static void expect(uint16_t ethertype, const char *want)
{
	char text[PROTOCOL_TEXT_MAX];

	protocol_text(ethertype, text);
	assert_string_equal(text, want);
}

static void names_and_numbers(void **state)
{
	(void)state;
	expect(0, "");
	expect(0x0800, "ipv4");
	expect(0x86dd, "ipv6");
	expect(0x0806, "arp");
	expect(0x8100, "vlan");
	expect(0x8863, "pppoe-discovery"); /* the longest */
	expect(0x88b5, "0x88b5");
	expect(0x0001, "0x0001");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_and_numbers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
