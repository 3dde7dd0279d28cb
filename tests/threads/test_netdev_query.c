/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the kernel answers, in a network namespace of the test's own. No thread here, but the
 * daemon's library, since it asks through a socket.
 */
#include "../unit/test.h"

#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include "aggregate/netdev_query.h"
#include "base/cleanup.h"

static void rename_device(const char *from, const char *to)
{
	cleanup(closep) int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	struct ifreq req = { 0 };

	strncpy(req.ifr_name, from, IFNAMSIZ - 1);
	strncpy(req.ifr_newname, to, IFNAMSIZ - 1);
	assert_int_equal(ioctl(fd, SIOCSIFNAME, &req), 0);
}

static int open_query(void **state)
{
	static struct netdev_query q;

	*state = &q;
	return netdev_query_open(&q, NULL);
}

static int close_query(void **state)
{
	netdev_query_close(*state);
	netdev_query_close(*state); /* is harmless */
	return 0;
}

static void a_name_is_that_of_now(void **state)
{
	const struct netdev_query *q = *state;
	char name[IFNAMSIZ];

	assert_true(q->name(q, 1, name));
	assert_string_equal(name, "lo");
	rename_device("lo", "odd\xff");
	assert_true(q->name(q, 1, name));
	assert_string_equal(name, "odd\xff");
	rename_device("odd\xff", "lo");
	assert_false(q->name(q, 0, name));
	assert_false(q->name(q, 12345, name));
	assert_false(q->name(q, UINT32_MAX, name));
}

static void note(uint32_t ifindex, const char *name, void *arg)
{
	*(bool *)arg |= ifindex == 1 && !strcmp(name, "lo");
}

static void the_list_has_all_devices(void **state)
{
	const struct netdev_query *q = *state;
	bool seen = false;

	assert_true(q->list(q, note, &seen));
	assert_true(seen);
}

static void the_namespace_is_ours(void **state)
{
	const struct netdev_query *q = *state;
	struct stat st;

	assert_int_equal(stat("/proc/self/ns/net", &st), 0);
	assert_int_equal(q->netns, (uint32_t)st.st_ino);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_name_is_that_of_now),
		cmocka_unit_test(the_list_has_all_devices),
		cmocka_unit_test(the_namespace_is_ours),
	};

	/* alone if root is not there to ask */
	if (unshare(CLONE_NEWNET) < 0 && unshare(CLONE_NEWUSER | CLONE_NEWNET) < 0) {
		puts("skipped: no network namespace (unshare --user --net)");
		return 77;
	}
	return cmocka_run_group_tests(tests, open_query, close_query);
}
