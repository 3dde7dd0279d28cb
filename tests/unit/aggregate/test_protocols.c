/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "../test.h"

#include "aggregate/protocols.h"

#include <stdio.h>

static void expect(struct protocols *seen, uint16_t ethertype, const char *want)
{
	char text[PROTOCOL_TEXT_MAX];

	protocol_text(seen, ethertype, text);
	assert_string_equal(text, want);
}

static void names_and_numbers(void **state)
{
	struct protocols seen = { 0 };

	(void)state;
	expect(&seen, 0, "");
	expect(&seen, 0x0800, "ipv4");
	expect(&seen, 0x86dd, "ipv6");
	expect(&seen, 0x0806, "arp");
	expect(&seen, 0x8100, "vlan");
	expect(&seen, 0x8863, "pppoe-discovery"); /* the longest */
	expect(&seen, 0x88b5, "0x88b5");
	expect(&seen, 0x0001, "0x0001");
}

static void strangers_get_so_many_and_no_more(void **state)
{
	struct protocols seen = { 0 };
	char number[PROTOCOL_TEXT_MAX];

	(void)state;
	for (int again = 0; again < 2; again++) {
		for (uint16_t i = 0; i < 100; i++) {
			snprintf(number, sizeof(number), "0x%04x", 0x9900 + i);
			expect(&seen, 0x9900 + i, i < ETHERTYPES_MAX ? number : "other");
		}
		expect(&seen, 0x0806, "arp");
		expect(&seen, 0, "");
	}
}

static void transports_have_names(void **state)
{
	static const struct {
		uint8_t number;
		const char *text;
	} cases[] = {
		{ 0, "" },	 { 1, "icmp" },	  { 6, "tcp" },	 { 17, "udp" },	  { 47, "gre" },
		{ 50, "esp" },	 { 58, "icmpv6" }, { 132, "sctp" }, { 253, "253" }, { 255, "255" },
	};
	char text[PROTOCOL_TEXT_MAX];

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		transport_text(cases[i].number, text);
		assert_string_equal(text, cases[i].text);
	}
}

static void each_transport_has_a_text_of_its_own(void **state)
{
	char texts[256][PROTOCOL_TEXT_MAX];

	(void)state;
	for (int i = 0; i < 256; i++) {
		transport_text((uint8_t)i, texts[i]);
		for (int k = 0; k < i; k++)
			assert_string_not_equal(texts[i], texts[k]);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_and_numbers),
		cmocka_unit_test(strangers_get_so_many_and_no_more),
		cmocka_unit_test(transports_have_names),
		cmocka_unit_test(each_transport_has_a_text_of_its_own),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
