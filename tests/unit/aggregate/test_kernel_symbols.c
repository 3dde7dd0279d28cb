/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "../test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "aggregate/kernel_symbols.h"

static bool hidden_by(const char *setting)
{
	char path[] = "/tmp/test_kernel_symbols.XXXXXX";
	int fd = mkstemp(path);
	bool hidden;

	assert_true(fd >= 0);
	assert_int_equal(write(fd, setting, strlen(setting)), strlen(setting));
	close(fd);
	hidden = kernel_symbols_hidden(path);
	unlink(path);
	return hidden;
}

static void kptr_restrict_hides_addresses_from_all(void **state)
{
	(void)state;
	assert_true(hidden_by("2\n"));
	assert_false(hidden_by("1\n"));
	assert_false(hidden_by("0\n"));
	assert_false(hidden_by(""));
	assert_false(kernel_symbols_hidden("/nonexistent"));
}

static void the_map_is_of_the_running_kernel(void **state)
{
	char path[PATH_MAX], release[256] = "";
	FILE *f = fopen("/proc/sys/kernel/osrelease", "re");

	(void)state;
	assert_non_null(f);
	assert_non_null(fgets(release, sizeof(release), f));
	fclose(f);
	release[strcspn(release, "\n")] = '\0';
	kernel_symbols_map(path);
	assert_int_equal(strncmp(path, "/boot/System.map-", 17), 0);
	assert_string_equal(path + 17, release);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(kptr_restrict_hides_addresses_from_all),
		cmocka_unit_test(the_map_is_of_the_running_kernel),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
