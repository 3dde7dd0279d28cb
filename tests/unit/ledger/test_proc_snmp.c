/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "proc_files.h"

#include "ledger/proc_snmp.h"

/* Each with 100 datagrams to a closed port. */
static void real_snmp(void **state)
{
	static const char *const files[] = { "fuzz/corpus/proc_snmp/snmp-5.10",
					     "fuzz/corpus/proc_snmp/snmp-6.1",
					     "fuzz/corpus/proc_snmp/snmp-6.18" };

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		cleanup(reading_freep) struct reading *r = parsed_file(proc_snmp_parse, files[i]);

		assert_int_equal(found(r, "Udp.NoPorts"), 100);
	}
}

static void real_netstat(void **state)
{
	static const struct {
		const char *file;
		uint64_t overflows;
	} kernels[] = { { "fuzz/corpus/proc_snmp/netstat-5.10", 0 },
			{ "fuzz/corpus/proc_snmp/netstat-6.1", 0 },
			{ "fuzz/corpus/proc_snmp/netstat-6.18", 12 } };

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		cleanup(reading_freep) struct reading *r = parsed_file(proc_snmp_parse,
								       kernels[i].file);

		assert_int_equal(found(r, "TcpExt.ListenOverflows"), kernels[i].overflows);
	}
}

/* The position counts, not the width of the columns or the order of the groups. */
static void pairs_by_position(void **state)
{
	static const char text[] =
		"Tcp: MaxConn InSegs\nTcp: -1 5\n"
		"Udp: InDatagrams NoPorts InErrors\nUdp:  7  18446744073709551615 9\n"
		"IcmpMsg: InType3\nIcmpMsg: 1\nIcmpMsg: OutType3\nIcmpMsg: 2\n"
		"Empty:\nEmpty:\n";
	cleanup(reading_freep) struct reading *r = parsed(proc_snmp_parse, text, sizeof(text) - 1);

	(void)state;
	assert_true(found(r, "Udp.NoPorts") == UINT64_MAX);
	assert_int_equal(found(r, "Udp.InErrors"), 9);
}

static void ignores_negative_values(void **state)
{
	static const char text[] = "Udp: NoPorts InErrors\nUdp: -3 -9223372036854775808\n";
	cleanup(reading_freep) struct reading *r = parsed(proc_snmp_parse, text, sizeof(text) - 1);
	size_t n;

	(void)state;
	reading_values(r, &n);
	assert_int_equal(n, 0);
}

static void refuses_lines_that_do_not_match(void **state)
{
	(void)state;
	refused(proc_snmp_parse, "", "line 1: the file is empty");
	refused(proc_snmp_parse, "Udp: NoPorts\n", "line 1: the line of its values is missing");
	refused(proc_snmp_parse, "Udp: NoPorts\nUdp: 3", "line 2: the line has no end");
	refused(proc_snmp_parse, "Udp: NoPorts\nTcp: 3\n", "line 2: \"Tcp:\" instead of \"Udp:\"");
	refused(proc_snmp_parse, "Udp: NoPorts\n\n", "line 2: the line is empty");
	refused(proc_snmp_parse, "Udp: NoPorts\n \n", "line 2: \"\" instead of \"Udp:\"");
	refused(proc_snmp_parse, " \n \n", "line 2: its names do not begin with a group");
	refused(proc_snmp_parse, "Udp NoPorts\nUdp 3\n",
		"line 2: its names do not begin with a group");
	refused(proc_snmp_parse, "Udp:: NoPorts\nUdp:: 3\n",
		"line 2: its names do not begin with a group");
	refused(proc_snmp_parse, "Udp: NoPorts\nUdp: 3\nTcp: InSegs InErrs\nTcp: 3\n",
		"line 4: more names than values");
	refused(proc_snmp_parse, "Udp: NoPorts\nUdp: 3 4\n", "line 2: more values than names");
}

static void refuses_what_is_no_number(void **state)
{
	static const char *const words[] = { "x", "3x",	 "0x3", "+3",
					     "-", "--3", "3.0", "18446744073709551616" };
	char text[128], want[128];

	(void)state;
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		snprintf(text, sizeof(text), "Udp: NoPorts\nUdp: %s\n", words[i]);
		snprintf(want, sizeof(want), "line 2: \"%s\" is not a number", words[i]);
		refused(proc_snmp_parse, text, want);
		snprintf(text, sizeof(text), "Udp6NoPorts %s\n", words[i]);
		snprintf(want, sizeof(want), "line 1: \"%s\" is not a number", words[i]);
		refused(proc_snmp6_parse, text, want);
	}
}

static void refuses_other_bytes_and_long_words(void **state)
{
	static const char nul[] = "Udp: NoPorts\nUdp: 3\0 \n";
	char name[PROC_WORD_MAX + 1], text[256];

	(void)state;
	refused_bytes(proc_snmp_parse, nul, sizeof(nul) - 1,
		      "line 2: a byte that is not printable");
	refused(proc_snmp_parse, "Udp: No\xff\nUdp: 3\n", "line 2: a byte that is not printable");
	refused(proc_snmp_parse, "Udp: NoPorts\r\nUdp: 3\r\n",
		"line 2: a byte that is not printable");
	refused(proc_snmp6_parse, "Udp6NoPorts \x7f\n", "line 1: a byte that is not printable");
	memset(name, 'N', sizeof(name) - 1);
	name[sizeof(name) - 1] = '\0';
	snprintf(text, sizeof(text), "Udp: %s\nUdp: 3\n", name);
	refused(proc_snmp_parse, text, "line 2: a word of 64 bytes");
	snprintf(text, sizeof(text), "Udp: %s\nUdp: 3\n", name + 1);
	reading_free(parsed(proc_snmp_parse, text, strlen(text)));
	snprintf(text, sizeof(text), "%s: NoPorts\n%s: 3\n", name, name);
	refused(proc_snmp_parse, text, "line 2: a word of 65 bytes");
}

static void real_snmp6(void **state)
{
	static const struct {
		const char *file;
		uint64_t no_ports;
	} kernels[] = { { "fuzz/corpus/proc_snmp/snmp6-5.10", 0 },
			{ "fuzz/corpus/proc_snmp/snmp6-6.1", 0 },
			{ "fuzz/corpus/proc_snmp/snmp6-6.18", 50 } };

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		cleanup(reading_freep) struct reading *r = parsed_file(proc_snmp6_parse,
								       kernels[i].file);

		assert_int_equal(found(r, "Udp6.NoPorts"), kernels[i].no_ports);
	}
}

static void splits_the_group_from_the_name(void **state)
{
	static const char text[] = "Ip6InHdrErrors \t3\nIcmp6InErrors 4\nUdp6NoPorts 5\n"
				   "UdpLite6NoPorts 18446744073709551615\nUdp6InErrors -7\n"
				   "Udp6 8\n6NoPorts 9\nNoPorts 10\nIcmp6InType136 11\n";
	cleanup(reading_freep) struct reading *r = parsed(proc_snmp6_parse, text, sizeof(text) - 1);
	size_t n;

	(void)state;
	assert_int_equal(found(r, "Ip6.InHdrErrors"), 3);
	assert_int_equal(found(r, "Icmp6.InErrors"), 4);
	assert_int_equal(found(r, "Udp6.NoPorts"), 5);
	assert_true(found(r, "UdpLite6.NoPorts") == UINT64_MAX);
	reading_values(r, &n);
	assert_int_equal(n, 4);
}

static void refuses_other_lines_in_snmp6(void **state)
{
	(void)state;
	refused(proc_snmp6_parse, "", "line 1: the file is empty");
	refused(proc_snmp6_parse, "Udp6NoPorts 3\n\n", "line 2: the line is empty");
	refused(proc_snmp6_parse, "Udp6NoPorts 3\nUdp6InErrors 4", "line 2: the line has no end");
	refused(proc_snmp6_parse, "Udp6NoPorts\n", "line 1: \"\" is not a number");
	refused(proc_snmp6_parse, " \n", "line 1: \"\" is not a number");
	refused(proc_snmp6_parse, "Udp6NoPorts 3 4\n", "line 1: more than a name and a value");
	refused(proc_snmp6_parse, "Udp6NoPorts -3 4\n", "line 1: more than a name and a value");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(real_snmp),
		cmocka_unit_test(real_netstat),
		cmocka_unit_test(real_snmp6),
		cmocka_unit_test(splits_the_group_from_the_name),
		cmocka_unit_test(pairs_by_position),
		cmocka_unit_test(ignores_negative_values),
		cmocka_unit_test(refuses_lines_that_do_not_match),
		cmocka_unit_test(refuses_what_is_no_number),
		cmocka_unit_test(refuses_other_bytes_and_long_words),
		cmocka_unit_test(refuses_other_lines_in_snmp6),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
