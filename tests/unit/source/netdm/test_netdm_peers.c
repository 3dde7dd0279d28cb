/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "../../test.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "source/netdm/netdm_peers.h"

#define HEAD "sk         Eth Pid        Groups   Rmem  Wmem  Dump  Locks  Drops  Inode\n"

static bool peers(const char *lines, uint32_t group, uint32_t own_port)
{
	char path[] = "/tmp/netdm-peers.XXXXXX";
	FILE *f = fdopen(mkstemp(path), "w");
	bool found;

	assert_non_null(f);
	fprintf(f, HEAD "%s", lines);
	fclose(f);
	found = netdm_peers(path, group, own_port);
	unlink(path);
	return found;
}

/* Of Linux 6.12, with kptr_restrict. */
#define OTHERS \
	"00000000 0   1234       00000001 0 0 0 2 0 15033\n" \
	"00000000 15  777        00000001 0 0 0 2 0 1033\n" \
	"00000000 16  0          00000000 0 0 0 2 0 3\n" \
	"00000000 16  4242       00000000 0 0 0 2 0 16033\n"
#define OURS \
	"00000000 16  2986345    00000001 0 0 0 2 7 15040\n"
#define DROPWATCH \
	"00000000 16  4294962851 00000001 320 0 0 2 0 15041\n"

static void test_we_alone(void **state)
{
	(void)state;
	assert_false(peers(OTHERS OURS, 1, 2986345));
	assert_false(peers("", 1, 2986345));
}

static void test_another_one(void **state)
{
	(void)state;
	assert_true(peers(OTHERS OURS DROPWATCH, 1, 2986345));
	assert_true(peers(DROPWATCH OTHERS OURS, 1, 2986345));
	assert_true(peers(OURS, 1, 1));
}

static void test_another_group(void **state)
{
	(void)state;
	assert_false(peers(DROPWATCH, 2, 1));
	assert_true(peers("0 16 5 80000000 0\n", 32, 1));
	assert_false(peers("0 16 5 ffffffff 0\n", 33, 1));
	assert_false(peers("0 16 5 ffffffff 0\n", 0, 1));
}

static void test_no_list(void **state)
{
	(void)state;
	assert_false(netdm_peers("/nonexistent", 1, 1));
	assert_false(peers("0 16 x 00000001\n16\n\n", 1, 1));
	assert_false(peers("0 16 abc1 00000001\n", 1, 1));
	assert_false(peers("0 16 99999999999999999999 00000001\n", 1, 1));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_we_alone),
		cmocka_unit_test(test_another_one),
		cmocka_unit_test(test_another_group),
		cmocka_unit_test(test_no_list),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
