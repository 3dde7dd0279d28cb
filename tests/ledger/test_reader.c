/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "../unit/test.h"
#include "../unit/ledger/find_value.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "ledger/net_inputs.h"
#include "ledger/reader.h"

#define LEFT_OUT "; these counters are left out"

static char dir[] = "/tmp/test_reader.XXXXXX";

/* ---- files ---- */

static void put(const char *name, const char *text)
{
	cleanup(fclosep) FILE *f = fopen(name, "we");

	assert_non_null(f);
	fputs(text, f);
}

static int make_files(void **state)
{
	(void)state;
	if (!mkdtemp(dir) || chdir(dir) < 0 || mkdir("stat", 0700) < 0)
		return -1;
	put("snmp", "Ip: InReceives\nIp: 9\nUdp: NoPorts InErrors\nUdp: 3 0\n");
	put("netstat", "TcpExt: ListenOverflows\nTcpExt: 5\n");
	put("softnet_stat", "1 7 0 0 0 0 0 0 0\n1 8 0 0 0 0 0 0 0\n");
	return 0;
}

static int remove_files(void **state)
{
	static const char *const names[] = { "snmp", "netstat", "snmp6", "softnet_stat",
					     "stat/nf_conntrack" };

	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		remove(names[i]);
	rmdir("stat");
	rmdir(dir);
	memcpy(dir + strlen(dir) - 6, "XXXXXX", 6);
	return 0;
}

/* ---- netlink ---- */

int __wrap_net_inputs_qdiscs(struct net_inputs *in, uint64_t deadline_ns, struct reading *r);

static int answer;     /* of the kernel about queueing disciplines */
static size_t devices; /* that have one */

int __wrap_net_inputs_qdiscs(struct net_inputs *in, uint64_t deadline_ns, struct reading *r)
{
	char name[24];

	(void)in;
	(void)deadline_ns;
	reading_add(r, "qdisc", "drops", "", 3);
	for (size_t i = 0; i < devices; i++) {
		snprintf(name, sizeof(name), "d%zu", i);
		reading_add(r, "qdisc", "drops", name, 1);
	}
	return answer;
}

/* ---- one reading ---- */

static struct reading *read_all(struct reader *r, uint64_t deadline_ns)
{
	struct reading *ret = NULL;

	assert_non_null(r);
	assert_int_equal(reader_read(r, deadline_ns, &ret), 0);
	assert_non_null(ret);
	return ret;
}

/* UINT64_MAX: it was not found. */
static uint64_t found(const struct reading *r, const char *name)
{
	const struct reading_value *v = find_value(r, name, "");

	return v ? v->value : UINT64_MAX;
}

/* The notes about files of @net; those about other inputs depend on the machine. */
static size_t count_notes(const struct reader *r, const char *net)
{
	size_t n, about = 0;
	const struct reader_note *notes = reader_notes(r, &n);

	for (size_t i = 0; i < n; i++)
		about += strstr(notes[i].text, net) != NULL;
	return about;
}

static void noted_line(const struct reader *r, enum log_level level, const char *want)
{
	size_t n;
	const struct reader_note *notes = reader_notes(r, &n);

	for (size_t i = 0; i < n; i++) {
		if (strcmp(notes[i].text, want) == 0) {
			assert_int_equal(notes[i].level, level);
			return;
		}
	}
	fail_msg("no note \"%s\"", want);
}

static void noted(const struct reader *r, enum log_level level, const char *file, const char *what)
{
	char want[READER_NOTE_MAX];

	snprintf(want, sizeof(want), "ledger: %s/%s: %s", dir, file, what);
	noted_line(r, level, want);
}

/* ---- tests ---- */

static void reads_this_kernel(void **state)
{
	cleanup(reader_freep) struct reader *r = reader_new(READER_NET);
	cleanup(reading_freep) struct reading *all = read_all(r, UINT64_MAX);
	const struct reader_note *notes;
	size_t n;

	(void)state;
	assert_true(found(all, "Udp.NoPorts") != UINT64_MAX);
	assert_true(found(all, "TcpExt.ListenOverflows") != UINT64_MAX);
	assert_true(found(all, "softnet.dropped") != UINT64_MAX);
	assert_true(found(all, "softnet.flow_limit") != UINT64_MAX);
	assert_non_null(find_value(all, "link.rx_dropped", "lo"));
	notes = reader_notes(r, &n);
	for (size_t i = 0; i < n; i++)
		if (strstr(notes[i].text, READER_NET) && notes[i].level < LOG_LEVEL_DEBUG)
			fail_msg("%s", notes[i].text);
}

static void reports_optional_files_for_debugging_only(void **state)
{
	cleanup(reader_freep) struct reader *r = reader_new(dir);
	cleanup(reading_freep) struct reading *all = read_all(r, UINT64_MAX);
	const size_t missing = reader_missing(r);

	(void)state;
	assert_int_equal(found(all, "Udp.NoPorts"), 3);
	assert_int_equal(found(all, "TcpExt.ListenOverflows"), 5);
	assert_int_equal(found(all, "softnet.dropped"), 15);
	assert_int_equal(count_notes(r, dir), 4);
	noted(r, LOG_LEVEL_DEBUG, "snmp6", "not in this kernel");
	noted(r, LOG_LEVEL_DEBUG, "stat/arp_cache", "not in this kernel");
	noted(r, LOG_LEVEL_DEBUG, "stat/ndisc_cache", "not in this kernel");
	noted(r, LOG_LEVEL_DEBUG, "stat/nf_conntrack", "not in this kernel");

	put("stat/nf_conntrack", "drop\n1\n");
	reading_free(all);
	all = read_all(r, UINT64_MAX);
	assert_int_equal(count_notes(r, dir), 1);
	noted(r, LOG_LEVEL_DEBUG, "stat/nf_conntrack", "can be read now");
	assert_int_equal(reader_missing(r), missing);
	assert_int_equal(found(all, "nf_conntrack.drop"), 1);
}

/* The part of a file before the line that cannot be read is left out as well. */
static void leaves_out_a_malformed_file(void **state)
{
	cleanup(reader_freep) struct reader *r = reader_new(dir);
	cleanup(reading_freep) struct reading *all = read_all(r, UINT64_MAX);
	const size_t missing = reader_missing(r);

	(void)state;
	put("snmp", "Udp: NoPorts InErrors\nUdp: 3 0\nTcp: InSegs InErrs\nTcp: 1\n");
	for (int i = 0; i < 3; i++) {
		reading_free(all);
		all = read_all(r, UINT64_MAX);
		assert_true(found(all, "Udp.NoPorts") == UINT64_MAX);
		assert_int_equal(found(all, "TcpExt.ListenOverflows"), 5);
		assert_int_equal(reader_missing(r), missing + 1);
		assert_int_equal(count_notes(r, dir), i == 0);
		if (i == 0)
			noted(r, LOG_LEVEL_WARNING, "snmp",
			      "line 4: more names than values" LEFT_OUT);
	}
	put("snmp", "Udp: NoPorts\nUdp: 4\n");
	reading_free(all);
	all = read_all(r, UINT64_MAX);
	assert_int_equal(found(all, "Udp.NoPorts"), 4);
	assert_int_equal(reader_missing(r), missing);
	assert_int_equal(count_notes(r, dir), 1);
	noted(r, LOG_LEVEL_INFO, "snmp", "can be read now");
}

static void leaves_out_what_is_no_such_file(void **state)
{
	cleanup(reader_freep) struct reader *r = reader_new(dir);
	cleanup(reading_freep) struct reading *all = NULL;

	(void)state;
	remove("snmp");
	remove("netstat");
	assert_int_equal(mkfifo("netstat", 0600), 0);
	assert_int_equal(truncate("softnet_stat", 3 << 20), 0);
	all = read_all(r, UINT64_MAX);
	noted(r, LOG_LEVEL_WARNING, "snmp", "No such file or directory" LEFT_OUT);
	noted(r, LOG_LEVEL_WARNING, "netstat", "not a regular file" LEFT_OUT);
	noted(r, LOG_LEVEL_WARNING, "softnet_stat", "larger than 2097152 bytes" LEFT_OUT);
	assert_true(found(all, "softnet.dropped") == UINT64_MAX);
}

static void leaves_out_what_there_is_no_time_for(void **state)
{
	cleanup(reader_freep) struct reader *r = reader_new(dir);
	cleanup(reading_freep) struct reading *all = read_all(r, 0);
	const size_t missing = reader_missing(r);
	size_t n;

	(void)state;
	reading_values(all, &n);
	assert_int_equal(n, 0);
	assert_int_equal(count_notes(r, dir), 7);
	noted(r, LOG_LEVEL_WARNING, "snmp", "other counters took too long to read" LEFT_OUT);
	reading_free(all);
	all = read_all(r, UINT64_MAX);
	assert_int_equal(found(all, "Udp.NoPorts"), 3);
	assert_in_range(reader_missing(r), 0, missing - 5);
}

/* Including what was found before it failed. */
static void leaves_out_what_the_kernel_does_not_answer(void **state)
{
	static const struct {
		int code;
		const char *why;
	} answers[] = {
		{ -ENODEV, "the network devices could not be read" LEFT_OUT },
		{ -EAGAIN, "the kernel's list changed while it was read" LEFT_OUT },
		{ -ETIMEDOUT, "took too long to read" LEFT_OUT },
		{ -EPERM, "Operation not permitted" LEFT_OUT },
	};
	char want[READER_NOTE_MAX];

	(void)state;
	for (size_t i = 0; i < sizeof(answers) / sizeof(answers[0]); i++) {
		cleanup(reader_freep) struct reader *r = reader_new(dir);
		cleanup(reading_freep) struct reading *all = NULL;

		answer = answers[i].code;
		all = read_all(r, UINT64_MAX);
		assert_true(found(all, "qdisc.drops") == UINT64_MAX);
		assert_in_range(reader_missing(r), 1, 5);
		snprintf(want, sizeof(want), "ledger: queueing disciplines: %s", answers[i].why);
		noted_line(r, LOG_LEVEL_WARNING, want);

		answer = 0;
		reading_free(all);
		all = read_all(r, UINT64_MAX);
		assert_int_equal(found(all, "qdisc.drops"), 3);
		noted_line(r, LOG_LEVEL_INFO, "ledger: queueing disciplines: can be read now");
	}
}

static void knows_what_the_kernel_does_not_have(void **state)
{
	cleanup(reader_freep) struct reader *r = reader_new(dir);
	cleanup(reading_freep) struct reading *all = read_all(r, UINT64_MAX);
	const size_t missing = reader_missing(r);

	(void)state;
	answer = -EOPNOTSUPP;
	reading_free(all);
	all = read_all(r, UINT64_MAX);
	answer = 0;
	assert_true(found(all, "qdisc.drops") == UINT64_MAX);
	assert_int_equal(reader_missing(r), missing);
	noted_line(r, LOG_LEVEL_DEBUG, "ledger: queueing disciplines: not in this kernel");
}

static void shows_that_there_are_too_many_counters(void **state)
{
	cleanup(reader_freep) struct reader *r = reader_new(dir);
	cleanup(reading_freep) struct reading *all = read_all(r, UINT64_MAX);
	const size_t missing = reader_missing(r);

	(void)state;
	devices = READING_VALUES_MAX;
	reading_free(all);
	all = read_all(r, UINT64_MAX);
	devices = 0;
	assert_int_equal(reader_missing(r), missing + 1);
	noted_line(
		r, LOG_LEVEL_WARNING,
		"ledger: network devices: they have more counters than the ledger can hold; some "
		"are left out");
	reading_free(all);
	all = read_all(r, UINT64_MAX);
	assert_int_equal(reader_missing(r), missing);
}

#define WITH_FILES(test) cmocka_unit_test_setup_teardown(test, make_files, remove_files)

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_this_kernel),
		WITH_FILES(reports_optional_files_for_debugging_only),
		WITH_FILES(leaves_out_a_malformed_file),
		WITH_FILES(leaves_out_what_is_no_such_file),
		WITH_FILES(leaves_out_what_there_is_no_time_for),
		WITH_FILES(leaves_out_what_the_kernel_does_not_answer),
		WITH_FILES(knows_what_the_kernel_does_not_have),
		WITH_FILES(shows_that_there_are_too_many_counters),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
