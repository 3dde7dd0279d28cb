/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "../test.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

#include "base/cleanup.h"
#include "base/file.h"

static char dir[] = "/tmp/test_file.XXXXXX";

static int make(void **state)
{
	(void)state;
	return mkdtemp(dir) && chdir(dir) == 0 ? 0 : -1;
}

static int unmake(void **state)
{
	(void)state;
	unlink("fifo");
	unlink("file");
	return rmdir(dir);
}

static void refused(const char *path, int code, const char *want)
{
	struct err err = { 0 };

	assert_int_equal(file_open(path, &err), code);
	assert_int_equal(err.code, code);
	assert_string_equal(err.text, want);
	assert_int_equal(file_open(path, NULL), code);
}

static void opens_regular_files_only(void **state)
{
	(void)state;
	assert_int_equal(mkfifo("fifo", 0600), 0);
	refused("fifo", -EINVAL, "not a regular file"); /* and does not hang */
	refused(".", -EINVAL, "not a regular file");
	refused("/dev/zero", -EINVAL, "not a regular file");
	refused("none", -ENOENT, "No such file or directory");
}

static void reads_up_to_the_end_or_the_size(void **state)
{
	cleanup(fclosep) FILE *f = fopen("file", "we");
	cleanup(closep) int fd = file_open("file", NULL);
	char buf[16] = "";

	(void)state;
	assert_true(f && fd >= 0 && fcntl(fd, F_GETFD) == FD_CLOEXEC);
	fputs("0123456789", f);
	fflush(f);
	assert_int_equal(file_read(fd, buf, 4), 4);
	assert_memory_equal(buf, "0123", 5);
	assert_int_equal(file_read(fd, buf, sizeof(buf)), 6);
	assert_memory_equal(buf, "456789", 7);
	assert_int_equal(file_read(fd, buf, sizeof(buf)), 0);
	assert_int_equal(file_read(-1, buf, sizeof(buf)), -EBADF);
}

/* A read of /proc returns a page at most. */
static void reads_files_of_the_kernel(void **state)
{
	static char buf[1 << 20];
	cleanup(closep) int fd = file_open("/proc/self/smaps", NULL);
	ssize_t n = file_read(fd, buf, sizeof(buf));

	(void)state;
	assert_in_range(n, 4097, sizeof(buf) - 1);
	assert_int_equal(buf[n - 1], '\n');
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(opens_regular_files_only),
		cmocka_unit_test(reads_up_to_the_end_or_the_size),
		cmocka_unit_test(reads_files_of_the_kernel),
	};

	return cmocka_run_group_tests(tests, make, unmake);
}
