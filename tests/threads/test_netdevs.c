/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Device names in a network namespace of the test's own. No thread here, but the daemon's library,
 * since names are asked for through a socket.
 */
#include "../unit/test.h"

#include <net/if.h>
#include <sched.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include "aggregate/netdevs.h"

static void rename_device(const char *from, const char *to)
{
	cleanup(closep) int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	struct ifreq req = { 0 };

	strncpy(req.ifr_name, from, IFNAMSIZ - 1);
	strncpy(req.ifr_newname, to, IFNAMSIZ - 1);
	assert_int_equal(ioctl(fd, SIOCSIFNAME, &req), 0);
}

static void names_follow_at_a_refresh(void **state)
{
	cleanup(netdevs_freep) struct netdevs *n = NULL;

	(void)state;
	assert_int_equal(netdevs_new(&n, NULL), 0);
	assert_false(netdevs_refresh(n)); /* nothing was asked for */
	assert_string_equal(netdevs_name(n, 1), "lo");
	rename_device("lo", "odd\xff");
	assert_string_equal(netdevs_name(n, 1), "lo");
	assert_true(netdevs_refresh(n));
	assert_false(netdevs_refresh(n));
	assert_string_equal(netdevs_name(n, 1), "odd\xff");
	rename_device("odd\xff", "lo");
}

static void no_such_device_has_no_name(void **state)
{
	cleanup(netdevs_freep) struct netdevs *n = NULL;

	(void)state;
	assert_int_equal(netdevs_new(&n, NULL), 0);
	assert_string_equal(netdevs_name(n, 0), "");
	assert_string_equal(netdevs_name(n, 12345), "");
	assert_string_equal(netdevs_name(n, UINT32_MAX), "");
	/* 513 takes the place of 1, so a refresh would not see that 1 changed: it says so */
	assert_string_equal(netdevs_name(n, 1), "lo");
	assert_string_equal(netdevs_name(n, 513), "");
	assert_true(netdevs_refresh(n));
	assert_string_equal(netdevs_name(n, 1), "lo");
}

static void knows_its_own_namespace(void **state)
{
	cleanup(netdevs_freep) struct netdevs *n = NULL;
	struct stat st;

	(void)state;
	assert_int_equal(netdevs_new(&n, NULL), 0);
	assert_int_equal(stat("/proc/self/ns/net", &st), 0);
	assert_true(netdevs_is_ours(n, (uint32_t)st.st_ino));
	assert_false(netdevs_is_ours(n, (uint32_t)st.st_ino + 1));
	assert_false(netdevs_is_ours(n, 0));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_follow_at_a_refresh),
		cmocka_unit_test(no_such_device_has_no_name),
		cmocka_unit_test(knows_its_own_namespace),
	};

	/* alone if root is not there to ask */
	if (unshare(CLONE_NEWNET) < 0 && unshare(CLONE_NEWUSER | CLONE_NEWNET) < 0) {
		puts("skipped: no network namespace (unshare --user --net)");
		return 77;
	}
	return cmocka_run_group_tests(tests, NULL, NULL);
}
