/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "../test.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "aggregate/symbols_file.h"

static const char table[] = "0000000000000000 A fixed_percpu_data\n"
			    "ffffffff81000000 T _stext\n"
			    "ffffffff81000000 T _text\n" /* another name of the same place */
			    "ffffffff81000040 t __pfx_udp_rcv\n"
			    "ffffffff81000050 T udp_rcv\n"
			    "ffffffff81000100 t ip_rcv_finish_core.constprop.0\n"
			    "ffffffff81000200 t skb_split.isra.0.cold\n"
			    "ffffffff81000280 t odd.slowpath\n"
			    "ffffffff81000300 W weak_one\n"
			    "ffffffff81000400 D some_data\n"
			    "ffffffff81000500 r some_more\n"
			    "ffffffffc0785000 t nft_do_chain\t[nf_tables]\n"
			    "ffffffffc0784000 t nft_first\t[nf_tables]\n" /* modules are unsorted */
			    "ffffffffc0786000 r __func__.0\t[nf_tables]\n"
			    "not a line\n"
			    "ffffffff81000600 T \n"
			    "12345678123456789 T too_many_digits\n"
			    "ffffffffc0786800 t $x\n";

/* Fed in pieces of @piece bytes. */
static int parse(const char *text, size_t len, size_t piece, struct symbols **ret)
{
	cleanup(symbols_parser_freep) struct symbols_parser *p = symbols_parser_new();
	int r = 0;

	for (size_t at = 0; r == 0 && at < len; at += piece)
		r = symbols_parser_feed(p, text + at, len - at < piece ? len - at : piece);
	return r ? r : symbols_parser_finish(p, ret);
}

static void expect(const struct symbols *s, uint64_t address, const char *want)
{
	const char *name = symbols_lookup(s, address, NULL);

	assert_int_equal(name != NULL, want != NULL);
	if (want)
		assert_string_equal(name, want);
}

static void finds_the_function_of_an_address(void **state)
{
	static const size_t pieces[] = { 1, 7, 4096 };

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		cleanup(symbols_freep) struct symbols *s = NULL;

		assert_int_equal(parse(table, sizeof(table) - 1, pieces[i], &s), 0);
		assert_int_equal(symbols_count(s), 8);
		expect(s, 0, NULL);
		expect(s, 0xffffffff80ffffff, NULL);
		expect(s, 0xffffffff81000000, "_stext");
		expect(s, 0xffffffff81000050, "udp_rcv");
		expect(s, 0xffffffff810000ff, "udp_rcv");
		expect(s, 0xffffffff81000100, "ip_rcv_finish_core");
		expect(s, 0xffffffff81000200, "skb_split");
		expect(s, 0xffffffff81000280, "odd.slowpath");
		expect(s, 0xffffffff810003ff, "weak_one");
		expect(s, 0xffffffff81000400, NULL); /* data */
		expect(s, 0xffffffffc0783fff, NULL);
		expect(s, 0xffffffffc0784fff, "nft_first");
		expect(s, 0xffffffffc0785000, "nft_do_chain");
		expect(s, 0xffffffffc0786000, NULL); /* data */
		expect(s, UINT64_MAX, NULL);
	}
}

/* Whatever is loaded behind a module is not part of its last function. */
static void a_module_ends_with_its_last_page(void **state)
{
	static const char modules[] = "ffffffff81000000 T core\n"
				      "ffffffffc0001f00 t last_of_a\t[mod_a]\n"
				      "ffffffffc0001000 t first_of_a\t[mod_a]\n"
				      "ffffffffc0004f00 t last_of_c\t[mod_c]\n";
	cleanup(symbols_freep) struct symbols *s = NULL;

	(void)state;
	assert_int_equal(parse(modules, sizeof(modules) - 1, 4096, &s), 0);
	expect(s, 0xffffffffc0001800, "first_of_a");
	expect(s, 0xffffffffc0001fff, "last_of_a");
	expect(s, 0xffffffffc0002000, NULL); /* mod_b was here */
	expect(s, 0xffffffffc0004fff, "last_of_c");
	expect(s, 0xffffffffc0005000, NULL);
	expect(s, 0xffffffff81008000, "core"); /* the kernel itself stays as it is */
}

static void tells_the_kernel_from_its_modules(void **state)
{
	cleanup(symbols_freep) struct symbols *s = NULL;

	(void)state;
	assert_int_equal(parse(table, sizeof(table) - 1, 4096, &s), 0);
	assert_true(symbols_is_core(s, 0xffffffff81000000));
	assert_true(symbols_is_core(s, 0xffffffff81000300));
	assert_false(symbols_is_core(s, 0xffffffff80ffffff));
	assert_false(symbols_is_core(s, 0xffffffffc0784000));
	assert_false(symbols_is_core(s, 0xffffffffc0785000));
	assert_false(symbols_is_core(NULL, 0xffffffff81000000));
}

static void tells_the_start(void **state)
{
	cleanup(symbols_freep) struct symbols *s = NULL;
	uint64_t start = 0;

	(void)state;
	assert_int_equal(parse(table, sizeof(table) - 1, 100, &s), 0);
	assert_non_null(symbols_lookup(s, 0xffffffffc0784123, &start));
	assert_int_equal(start, 0xffffffffc0784000);
}

/* Past a table's last function lies what the table does not know. */
static void no_function_is_endless(void **state)
{
	cleanup(symbols_freep) struct symbols *s = NULL;
	static const char text[] = "1000 T first\n100000 T second"; /* and no newline */

	(void)state;
	assert_int_equal(parse(text, sizeof(text) - 1, 100, &s), 0);
	expect(s, 0x1000 + 65535, "first");
	expect(s, 0x1000 + 65536, NULL);
	expect(s, 0x100000, "second");
	expect(s, 0x100000 + 65536, NULL);
	expect(s, UINT64_MAX, NULL);
}

static void addresses_may_lie_far_apart(void **state)
{
	cleanup(symbols_freep) struct symbols *s = NULL;
	static const char text[] = "10 T a\n100000010 T b\n100000020 T c\n10000000000000 T d\n"
				   "ffffffffffffffff T e\n";

	(void)state;
	assert_int_equal(parse(text, sizeof(text) - 1, 100, &s), 0);
	expect(s, 0x0f, NULL);
	expect(s, 0x10, "a");
	expect(s, 0x10000000f, NULL);
	expect(s, 0x100000010, "b");
	expect(s, 0x100000021, "c");
	expect(s, 0x10000000000001, "d");
	expect(s, UINT64_MAX, "e");
}

static void many_names_are_distinguished(void **state)
{
	cleanup(symbols_parser_freep) struct symbols_parser *p = symbols_parser_new();
	cleanup(symbols_freep) struct symbols *s = NULL;
	char text[64];

	(void)state;
	for (unsigned int i = 0; i < 20000; i++) {
		/* backwards, so that sorting is needed */
		int n = snprintf(text, sizeof(text), "%x t f%u\n", 0x1000000 - i * 16, i);

		assert_int_equal(symbols_parser_feed(p, text, (size_t)n), 0);
	}
	assert_int_equal(symbols_parser_finish(p, &s), 0);
	for (unsigned int i = 0; i < 20000; i++) {
		snprintf(text, sizeof(text), "f%u", i);
		expect(s, 0x1000000 - i * 16 + 15, text);
	}
}

static void hidden_addresses_are_recognised(void **state)
{
	static const char zeros[] = "0000000000000000 T _text\n0000000000000000 t f\n";
	static const char data[] = "ffffffff81000000 D data\n";
	static const char stub[] = "ffffffffffffffff B The real System.map is elsewhere\n";
	struct symbols *s = NULL;

	(void)state;
	assert_int_equal(parse(zeros, sizeof(zeros) - 1, 100, &s), -EPERM);
	assert_int_equal(parse(data, sizeof(data) - 1, 100, &s), -ENODATA);
	assert_int_equal(parse(stub, sizeof(stub) - 1, 100, &s), -ENODATA);
	assert_int_equal(parse("", 0, 100, &s), -ENODATA);
	assert_null(s);
	expect(NULL, 1, NULL);
	assert_int_equal(symbols_count(NULL), 0);
}

static void long_names_are_cut(void **state)
{
	cleanup(symbols_freep) struct symbols *s = NULL;
	char text[5000] = "ffffffff81000000 T ";
	const char *name;
	size_t len = strlen(text);

	(void)state;
	memset(text + len, 'x', sizeof(text) - len);
	memcpy(text + sizeof(text) - 24, "\nffffffff81000010 t next", 24);
	assert_int_equal(parse(text, sizeof(text), 17, &s), 0);
	name = symbols_lookup(s, 0xffffffff81000001, NULL);
	assert_non_null(name);
	assert_int_equal(strlen(name), SYMBOL_NAME_MAX - 1);
	expect(s, 0xffffffff81000010, "next");
}

static void a_file_that_is_not_there(void **state)
{
	struct err err = { 0 };

	(void)state;
	assert_int_equal(symbols_file_open("/nonexistent/kallsyms", &err), -ENOENT);
	assert_non_null(strstr(err.text, "/nonexistent/kallsyms"));
}

static void expect_text(const char *text, const char *want, uint64_t want_offset)
{
	char name[SYMBOL_NAME_MAX] = "";
	uint64_t offset = 12345;

	assert_int_equal(symbol_from_text(text, 40, name, &offset), want != NULL);
	if (!want)
		return;
	assert_string_equal(name, want);
	assert_int_equal(offset, want_offset);
}

static void printed_symbols_lose_their_offset(void **state)
{
	(void)state;
	expect_text("icmpv6_rcv+0x1ab/0x5e0", "icmpv6_rcv", 0x1ab);
	expect_text("nft_do_chain+0x2/0x40 [nf_tables]", "nft_do_chain", 2);
	expect_text("ip_rcv_finish_core.constprop.0+0x1ab/0x", "ip_rcv_finish_core", 0x1ab);
	expect_text("udp_rcv+0x1a", "udp_rcv", UINT64_MAX); /* perhaps 0x1ab */
	expect_text("udp_rcv+", "udp_rcv", UINT64_MAX);
	expect_text("udp_rcv", "udp_rcv", UINT64_MAX);
	expect_text("f.isra.0 [m]", "f", UINT64_MAX);
	expect_text("f.llvm.123456789", "f", UINT64_MAX);
	expect_text("f.const", "f", UINT64_MAX); /* cut within a suffix */
	expect_text("f.", "f", UINT64_MAX);
	expect_text("f.const+0x1/0x2", "f.const", 1); /* not cut: that is its name */
	expect_text("odd.slowpath+0x1/0x2", "odd.slowpath", 1);
	expect_text("0xffffffff81234567", NULL, 0);
	expect_text("", NULL, 0);
	expect_text("+0x1/0x2", NULL, 0);
	/* not terminated within its 40 bytes */
	expect_text("0123456789012345678901234567890123456789x", NULL, 0);
	expect_text("a123456789012345678901234567890123456789x",
		    "a123456789012345678901234567890123456789", UINT64_MAX);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(finds_the_function_of_an_address),
		cmocka_unit_test(a_module_ends_with_its_last_page),
		cmocka_unit_test(tells_the_kernel_from_its_modules),
		cmocka_unit_test(tells_the_start),
		cmocka_unit_test(no_function_is_endless),
		cmocka_unit_test(addresses_may_lie_far_apart),
		cmocka_unit_test(many_names_are_distinguished),
		cmocka_unit_test(hidden_addresses_are_recognised),
		cmocka_unit_test(long_names_are_cut),
		cmocka_unit_test(a_file_that_is_not_there),
		cmocka_unit_test(printed_symbols_lose_their_offset),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
