/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "proc_files.h"

#include "ledger/proc_percpu.h"

static size_t count(const struct reading *r)
{
	size_t n;

	reading_values(r, &n);
	return n;
}

static void real_softnet_stat(void **state)
{
	static const char *const files[] = { "fuzz/corpus/proc_percpu/softnet_stat-5.10",
					     "fuzz/corpus/proc_percpu/softnet_stat-6.1",
					     "fuzz/corpus/proc_percpu/softnet_stat-6.18" };

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		cleanup(reading_freep) struct reading *r = parsed_file(proc_softnet_parse,
								       files[i]);

		assert_int_equal(found(r, "softnet.dropped"), 0);
	}
}

/* A file of two CPUs with that many columns; column N of the first one is N, of the second
 * 0xffffffff. */
static const char *softnet(size_t columns)
{
	static char text[1024];
	size_t len = 0;

	for (size_t cpu = 0; cpu < 2; cpu++)
		for (size_t i = 1; i <= columns; i++)
			len += (size_t)snprintf(text + len, sizeof(text) - len, "%08x%c",
						cpu ? UINT32_MAX : (unsigned int)i,
						i < columns ? ' ' : '\n');
	return text;
}

static void adds_up_the_cpus(void **state)
{
	static const size_t columns[] = { 9, 10, 11, 13, 15 };

	(void)state;
	for (size_t i = 0; i < sizeof(columns) / sizeof(columns[0]); i++) {
		const char *text = softnet(columns[i]);
		cleanup(reading_freep) struct reading *r = parsed(proc_softnet_parse, text,
								  strlen(text));

		assert_true(found(r, "softnet.dropped") == 2 + (uint64_t)UINT32_MAX);
		if (columns[i] >= 11)
			assert_true(found(r, "softnet.flow_limit") == 11 + (uint64_t)UINT32_MAX);
		assert_int_equal(count(r), columns[i] >= 11 ? 2 : 1);
	}
}

static void refuses_other_columns(void **state)
{
	char text[2048];

	(void)state;
	refused(proc_softnet_parse, softnet(8), "line 1: only 8 columns");
	refused(proc_softnet_parse, " \n", "line 1: only 0 columns");
	snprintf(text, sizeof(text), "%s", softnet(10));
	strcat(text, softnet(11));
	refused(proc_softnet_parse, text, "line 3: 11 columns instead of 10");
	snprintf(text, sizeof(text), "%s", softnet(9));
	text[10] = 'g';
	refused(proc_softnet_parse, text, "line 1: \"0g000002\" is not a number");
}

static void real_conntrack(void **state)
{
	static const char *const files[] = { "fuzz/corpus/proc_percpu/nf_conntrack-5.10",
					     "fuzz/corpus/proc_percpu/nf_conntrack-6.1",
					     "fuzz/corpus/proc_percpu/nf_conntrack-6.18" };

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		cleanup(reading_freep) struct reading *r = parsed_file(proc_conntrack_parse,
								       files[i]);

		assert_int_equal(found(r, "nf_conntrack.drop"), 0);
		assert_int_equal(found(r, "nf_conntrack.early_drop"), 0);
		assert_int_equal(found(r, "nf_conntrack.insert_failed"), 0);
	}
}

static void real_neighbours(void **state)
{
	static const char file[] = "fuzz/corpus/proc_percpu/arp_cache-6.18";
	cleanup(reading_freep) struct reading *arp = parsed_file(proc_arp_parse, file);
	cleanup(reading_freep) struct reading *ndisc = parsed_file(proc_ndisc_parse, file);

	(void)state;
	assert_int_equal(found(arp, "arp_cache.unresolved_discards"), 0x1b);
	assert_int_equal(found(arp, "arp_cache.table_fulls"), 0);
	assert_int_equal(count(arp), 2);
	assert_int_equal(found(ndisc, "ndisc_cache.unresolved_discards"), 0x1b);
}

/* "entries" is the same number in each line. */
static void adds_up_conntrack_by_name(void **state)
{
	static const char text[] = "entries  early_drop new  drop\n"
				   "000000ff  00000001 00000002  ffffffff\n"
				   "000000ff  00000003 00000004  0000000a\n";
	cleanup(reading_freep) struct reading *r = parsed(proc_conntrack_parse, text,
							  sizeof(text) - 1);

	(void)state;
	assert_int_equal(found(r, "nf_conntrack.early_drop"), 4);
	assert_true(found(r, "nf_conntrack.drop") == 0x100000009);
	assert_int_equal(counter_find("nf_conntrack", "entries"), -1);
	assert_int_equal(count(r), 2);
}

static void refuses_other_lines_in_conntrack(void **state)
{
	(void)state;
	refused(proc_conntrack_parse, "", "line 1: the file is empty");
	refused(proc_conntrack_parse, "\n\n", "line 1: the line is empty");
	refused(proc_conntrack_parse, "drop  early_drop\n1 2\n1\n",
		"line 3: more names than values");
	refused(proc_conntrack_parse, "drop  early_drop\n1 2\n1 2 3\n",
		"line 3: more values than names");
	refused(proc_conntrack_parse, "drop  early_drop\n1 2\n1  -2\n",
		"line 3: \"-2\" is not a number");
	refused(proc_conntrack_parse, "drop  early_drop\n1 2", "line 2: the line has no end");
}

static void refuses_cut_files(void **state)
{
	const char *text = softnet(15);

	(void)state;
	for (size_t len = 1; len < strlen(text); len++) {
		cleanup(reading_freep) struct reading *r = reading_new();
		const bool whole = text[len - 1] == '\n';

		assert_int_equal(proc_softnet_parse(text, len, r, NULL), whole ? 0 : -EBADMSG);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(real_softnet_stat),
		cmocka_unit_test(adds_up_the_cpus),
		cmocka_unit_test(refuses_other_columns),
		cmocka_unit_test(real_conntrack),
		cmocka_unit_test(real_neighbours),
		cmocka_unit_test(adds_up_conntrack_by_name),
		cmocka_unit_test(refuses_other_lines_in_conntrack),
		cmocka_unit_test(refuses_cut_files),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
