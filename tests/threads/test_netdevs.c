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

static void names_follow_announcements(void **state)
{
	cleanup(netdevs_freep) struct netdevs *n = NULL;

	(void)state;
	assert_int_equal(netdevs_new(&n, NULL), 0);
	assert_string_equal(netdevs_name(n, 1), "lo");
	assert_false(netdevs_learn(n, 1, "lo")); /* it is up now, or down */
	assert_true(netdevs_learn(n, 1, "odd\xff"));
	assert_string_equal(netdevs_name(n, 1), "odd\xff");
	assert_false(netdevs_learn(n, 50, "veth0")); /* new: it had no other name */
	assert_string_equal(netdevs_name(n, 50), "veth0");
	assert_true(netdevs_learn(n, 49, "veth1")); /* maybe known before, and displaced */
}

/* Its last drops are often reported when it is gone, however many are gone since. */
static void a_device_that_is_gone_keeps_its_name(void **state)
{
	cleanup(netdevs_freep) struct netdevs *n = NULL;
	char name[16];

	(void)state;
	assert_int_equal(netdevs_new(&n, NULL), 0);
	for (uint32_t i = 2; i < 100000; i++) {
		snprintf(name, sizeof(name), "veth%u", i);
		assert_false(netdevs_learn(n, i, name));
		netdevs_gone(n, i);
		if (i > 500)
			snprintf(name, sizeof(name), "veth%u", i - 400);
		assert_string_equal(netdevs_name(n, i > 500 ? i - 400 : i), name);
	}
	assert_string_equal(netdevs_name(n, 1), "lo"); /* displaced, and asked for again */
}

static void lost_announcements_are_made_up_for(void **state)
{
	cleanup(netdevs_freep) struct netdevs *n = NULL;

	(void)state;
	assert_int_equal(netdevs_new(&n, NULL), 0);
	assert_false(netdevs_refresh(n, NULL, NULL));
	rename_device("lo", "odd\xff");
	assert_string_equal(netdevs_name(n, 1), "lo");
	assert_true(netdevs_refresh(n, NULL, NULL));
	assert_false(netdevs_refresh(n, NULL, NULL));
	assert_string_equal(netdevs_name(n, 1), "odd\xff");
	rename_device("odd\xff", "lo");
}

static void see(const char *name, void *arg)
{
	if (!strcmp(name, "lo"))
		*(bool *)arg = true;
}

static void a_name_is_gone_with_its_last_device(void **state)
{
	cleanup(netdevs_freep) struct netdevs *n = NULL;
	bool seen = false;

	(void)state;
	assert_int_equal(netdevs_new(&n, NULL), 0);
	netdevs_learn(n, 50, "veth0");
	assert_false(netdevs_is_gone(n, 50));
	netdevs_gone(n, 50);
	assert_true(netdevs_is_gone(n, 50));
	netdevs_learn(n, 51, "veth0"); /* made again */
	assert_false(netdevs_is_gone(n, 50));
	assert_false(netdevs_is_gone(n, 7777)); /* nothing is known of it */
	assert_false(netdevs_is_gone(n, 0));
	assert_string_equal(netdevs_known(n, 50), "veth0");
	assert_string_equal(netdevs_known(n, 7777), "");
	netdevs_refresh(n, see, &seen);
	assert_true(seen);
	assert_true(netdevs_is_gone(n, 51)); /* it was never there */
	assert_false(netdevs_is_gone(n, 1));
}

static void no_such_device_has_no_name(void **state)
{
	cleanup(netdevs_freep) struct netdevs *n = NULL;

	(void)state;
	assert_int_equal(netdevs_new(&n, NULL), 0);
	assert_string_equal(netdevs_name(n, 0), "");
	assert_string_equal(netdevs_name(n, 12345), "");
	assert_string_equal(netdevs_name(n, UINT32_MAX), "");
	assert_string_equal(netdevs_name(n, 1), "lo");
	assert_string_equal(netdevs_name(n, 1025), ""); /* in the place of 1 */
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
		cmocka_unit_test(names_follow_announcements),
		cmocka_unit_test(a_device_that_is_gone_keeps_its_name),
		cmocka_unit_test(lost_announcements_are_made_up_for),
		cmocka_unit_test(a_name_is_gone_with_its_last_device),
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
