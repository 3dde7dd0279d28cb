/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "../test.h"


#include "aggregate/transports.h"

static void names_what_has_a_name(void **state)
{
	static const struct {
		uint8_t number;
		const char *text;
	} cases[] = {
		{ 0, "" },	 { 1, "icmp" },	  { 6, "tcp" },	 { 17, "udp" },	  { 47, "gre" },
		{ 50, "esp" },	 { 58, "icmpv6" }, { 132, "sctp" }, { 253, "253" }, { 255, "255" },
	};
	char text[TRANSPORT_TEXT_MAX];

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		transport_text(cases[i].number, text);
		assert_string_equal(text, cases[i].text);
	}
}

static void each_number_has_a_text_of_its_own(void **state)
{
	char texts[256][TRANSPORT_TEXT_MAX];

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
		cmocka_unit_test(names_what_has_a_name),
		cmocka_unit_test(each_number_has_a_text_of_its_own),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
