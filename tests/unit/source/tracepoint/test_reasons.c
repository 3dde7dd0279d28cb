/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "../../test.h"

#include <stdio.h>
#include <string.h>

#include "source/tracepoint/reasons.h"

static const char *name_of(const struct reasons *r, uint32_t value, bool known)
{
	static char name[DROP_REASON_MAX];

	assert_int_equal(reasons_name(r, value, name), known);
	return name;
}

static void prefixes(void **state)
{
	cleanup(reasons_freep) struct reasons *r = reasons_new();

	(void)state;
	assert_int_equal(reasons_add(r, 3, "SKB_DROP_REASON_NO_SOCKET"), 0);
	assert_int_equal(reasons_add(r, 2, "NOT_SPECIFIED"), 0);
	assert_int_equal(reasons_add(r, 0x10001, "___RX_DROP_UNUSABLE"), 0);
	assert_int_equal(reasons_add(r, 3, "SECOND_NAME"), 0);
	assert_string_equal(name_of(r, 2, true), "NOT_SPECIFIED");
	assert_string_equal(name_of(r, 3, true), "NO_SOCKET");
	assert_string_equal(name_of(r, 0x10001, true), "RX_DROP_UNUSABLE");
}

static void unknown(void **state)
{
	cleanup(reasons_freep) struct reasons *r = reasons_new();

	(void)state;
	assert_int_equal(reasons_add_subsystem(r, 2, "SKB_DROP_REASON_SUBSYS_OPENVSWITCH"), 0);
	assert_string_equal(name_of(r, 7, false), "UNKNOWN_7");
	assert_string_equal(name_of(r, 0x20007, false), "OPENVSWITCH_7");
	assert_string_equal(name_of(r, 0x30007, false), "UNKNOWN_3_7");
	assert_string_equal(name_of(r, UINT32_MAX, false), "UNKNOWN_65535_65535");
}

/* From files: nothing but identifiers gets in, and not without end. */
static void bad_names(void **state)
{
	cleanup(reasons_freep) struct reasons *r = reasons_new();
	char longest[200];

	(void)state;
	memset(longest, 'A', sizeof(longest) - 1);
	longest[sizeof(longest) - 1] = '\0';
	assert_int_equal(reasons_add(r, 1, ""), 0);
	assert_int_equal(reasons_add(r, 1, "___"), 0);
	assert_int_equal(reasons_add(r, 1, "NO SOCKET"), 0);
	assert_int_equal(reasons_add(r, 1, "\xff"), 0);
	assert_string_equal(name_of(r, 1, false), "UNKNOWN_1");
	assert_int_equal(reasons_add(r, 1, longest), 0);
	assert_int_equal(strlen(name_of(r, 1, true)), DROP_REASON_MAX - 1);
	assert_int_equal(reasons_add_subsystem(r, 9, longest), 0);
	assert_true(strlen(name_of(r, 0x9ffff, false)) < DROP_REASON_MAX);
	for (uint32_t i = 100000; i > 2; i--)
		assert_int_equal(reasons_add(r, i, "NAME"), 0);
	assert_string_equal(name_of(r, 100000, true), "NAME");
	assert_string_equal(name_of(r, 90000, false), "UNKNOWN_1_24464");
}

static void tracefs(void **state)
{
	/* Of a 6.1 kernel, cut; the numbers are decimal there, may be hexadecimal. */
	static const char format[] =
		"name: kfree_skb\nID: 1447\nformat:\n"
		"\tfield:enum skb_drop_reason reason;\toffset:28;\tsize:4;\tsigned:0;\n\n"
		"print fmt: \"skbaddr=%p protocol=%u location=%p reason: %s\", REC->skbaddr, "
		"REC->protocol, "
		"REC->location, __print_symbolic(REC->reason, { 1, \"NOT_SPECIFIED\" }, { 2, "
		"\"NO_SOCKET\" }, "
		"{ 0x3, \"PKT_TOO_SMALL\" })\n";
	cleanup(reasons_freep) struct reasons *r = reasons_new();

	(void)state;
	assert_int_equal(reasons_parse_format(r, format, strlen(format)), 3);
	assert_string_equal(name_of(r, 1, true), "NOT_SPECIFIED");
	assert_string_equal(name_of(r, 2, true), "NO_SOCKET");
	assert_string_equal(name_of(r, 3, true), "PKT_TOO_SMALL");
	assert_string_equal(name_of(r, 4, false), "UNKNOWN_4");
	for (size_t len = 0; len < strlen(format); len++) { /* cut anywhere */
		cleanup(reasons_freep) struct reasons *cut = reasons_new();

		assert_in_range(reasons_parse_format(cut, format, len), 0, 3);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(prefixes),
		cmocka_unit_test(unknown),
		cmocka_unit_test(bad_names),
		cmocka_unit_test(tracefs),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
