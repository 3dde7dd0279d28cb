/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "../test.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "expose/process.h"

static char dir[] = "/tmp/test_process.XXXXXX";

static const char *in_dir(const char *name)
{
	static char path[PATH_MAX];

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	return path;
}

static void put(const char *name, const char *text)
{
	FILE *f = fopen(in_dir(name), "w");

	assert_non_null(f);
	fputs(text, f);
	fclose(f);
}

static int make(void **state)
{
	(void)state;
	assert_non_null(mkdtemp(dir));
	assert_int_equal(mkdir(in_dir("self"), 0700), 0);
	assert_int_equal(mkdir(in_dir("self/fd"), 0700), 0);
	put("self/fd/0", "");
	put("self/fd/1", "");
	put("self/fd/17", "");
	return 0;
}

static int unmake(void **state)
{
	static const char *const names[] = { "self/fd/0", "self/fd/1", "self/fd/17", "self/stat",
					     "stat" };

	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		unlink(in_dir(names[i]));
	rmdir(in_dir("self/fd"));
	rmdir(in_dir("self"));
	return rmdir(dir);
}

static void reads_the_fields(void **state)
{
	const uint64_t tick_ns = NSEC_PER_SEC / (uint64_t)sysconf(_SC_CLK_TCK);
	struct process_stats p = { 0 };

	(void)state;
	/* A name that looks like the following fields. */
	put("self/stat", "4711 (a) S 1 2) S 1 4711 4711 0 -1 4194560 900 0 1 0 250 50 7 8 20 0 3 0 "
			 "500 86458368 1121 18446744073709551615 1 1 0 0 0 0 0\n");
	assert_int_equal(process_read(dir, 1000 * NSEC_PER_SEC, &p), 0);
	assert_int_equal(p.cpu_ns, 300 * tick_ns);
	assert_int_equal(p.threads, 3);
	assert_int_equal(p.start_time_ns, 1000 * NSEC_PER_SEC + 500 * tick_ns);
	assert_int_equal(p.virtual_bytes, 86458368);
	assert_int_equal(p.resident_bytes, 1121 * sysconf(_SC_PAGESIZE));
	assert_int_equal(p.open_fds, 2); /* three, without the one of the directory itself */
	assert_true(p.max_fds > 0);
}

static void refuses_nonsense(void **state)
{
	struct process_stats p = { .threads = 9 };

	(void)state;
	put("self/stat", "");
	assert_int_equal(process_read(dir, 0, &p), -EBADMSG);
	put("self/stat", "1 (x) S 1 2 3");
	assert_int_equal(process_read(dir, 0, &p), -EBADMSG);
	assert_int_equal(process_read("/nonexistent", 0, &p), -ENOENT);
	assert_int_equal(p.threads, 9);
}

static void finds_the_boot_time(void **state)
{
	uint64_t ns = 5;

	(void)state;
	put("stat", "cpu  1 2 3\nintr 5 6\nbtimes 3\nbtime 1700000000\nprocesses 9\n");
	assert_int_equal(process_boot_time(dir, &ns), 0);
	assert_int_equal(ns, 1700000000 * NSEC_PER_SEC);
	put("stat", "cpu  1 2 3\n");
	assert_int_equal(process_boot_time(dir, &ns), -EBADMSG);
	assert_int_equal(process_boot_time("/nonexistent", &ns), -ENOENT);
	assert_int_equal(ns, 1700000000 * NSEC_PER_SEC);
}

static void the_real_one(void **state)
{
	struct process_stats p = { 0 };
	uint64_t boot_ns = 0;

	(void)state;
	assert_int_equal(process_boot_time("/proc", &boot_ns), 0);
	assert_int_equal(process_read("/proc", boot_ns, &p), 0);
	assert_int_equal(p.threads, 1);
	assert_true(p.open_fds >= 3 && p.open_fds < p.max_fds);
	assert_true(p.resident_bytes > 0 && p.resident_bytes < p.virtual_bytes);
	assert_true(p.start_time_ns > boot_ns);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_the_fields),
		cmocka_unit_test(refuses_nonsense),
		cmocka_unit_test(finds_the_boot_time),
		cmocka_unit_test(the_real_one),
	};

	return cmocka_run_group_tests(tests, make, unmake);
}
