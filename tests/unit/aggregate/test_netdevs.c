/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "../test.h"

#include <stdio.h>

#include "aggregate/netdevs.h"
#include "fake_netdevs.h"

struct world {
	struct fake_netdevs fake;
	struct netdevs *netdevs;
};

static int set_up(void **state)
{
	struct world *w = calloc(1, sizeof(*w));

	if (!w)
		return -1;
	w->fake = fake_netdevs();
	w->netdevs = netdevs_new(&w->fake.query);
	*state = w;
	return w->netdevs ? 0 : -1;
}

static int tear_down(void **state)
{
	struct world *w = *state;

	netdevs_free(w->netdevs);
	free(w);
	return 0;
}

static void names_follow_announcements(void **state)
{
	struct netdevs *n = ((struct world *)*state)->netdevs;

	assert_string_equal(netdevs_name(n, 1, 0), "lo");
	assert_false(netdevs_learn(n, 1, "lo")); /* something else about it changed */
	assert_true(netdevs_learn(n, 1, "odd\xff"));
	assert_string_equal(netdevs_name(n, 1, 0), "odd\xff");
	assert_false(netdevs_learn(n, 50, "veth0")); /* new: it had no other name */
	assert_string_equal(netdevs_name(n, 50, 0), "veth0");
	assert_true(netdevs_learn(n, 49, "veth1")); /* perhaps known before and displaced */
}

/* Its last drops are often reported when it is gone, however many are gone since. */
static void a_deleted_device_keeps_its_name(void **state)
{
	struct netdevs *n = ((struct world *)*state)->netdevs;
	char name[16];

	for (uint32_t i = 3; i < 100000; i++) {
		snprintf(name, sizeof(name), "veth%u", i);
		assert_false(netdevs_learn(n, i, name));
		netdevs_gone(n, i);
		if (i > 500)
			snprintf(name, sizeof(name), "veth%u", i - 400);
		assert_string_equal(netdevs_name(n, i > 500 ? i - 400 : i, 0), name);
	}
	assert_string_equal(netdevs_name(n, 1, 0), "lo"); /* displaced, and asked for again */
}

static void lost_announcements_are_made_up_for(void **state)
{
	struct world *w = *state;

	assert_false(netdevs_refresh(w->netdevs, NULL, NULL));
	strcpy(w->fake.all[0].name, "odd\xff");
	assert_string_equal(netdevs_name(w->netdevs, 1, 0), "lo");
	assert_true(netdevs_refresh(w->netdevs, NULL, NULL));
	assert_false(netdevs_refresh(w->netdevs, NULL, NULL));
	assert_string_equal(netdevs_name(w->netdevs, 1, 0), "odd\xff");
}

static void what_cannot_be_read_changes_nothing(void **state)
{
	struct world *w = *state;

	netdevs_gone(w->netdevs, 2);
	w->fake.unreadable = true;
	assert_false(netdevs_refresh(w->netdevs, NULL, NULL));
	assert_false(netdevs_is_gone(w->netdevs, 1));
	assert_true(netdevs_is_gone(w->netdevs, 2));
	assert_string_equal(netdevs_name(w->netdevs, 1, 0), "lo");
}

static void see(const char *name, void *arg)
{
	if (!strcmp(name, "lo"))
		*(bool *)arg = true;
}

static void a_name_is_gone_with_its_last_device(void **state)
{
	struct netdevs *n = ((struct world *)*state)->netdevs;
	bool seen = false;

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
	assert_true(netdevs_is_gone(n, 51)); /* it never existed */
	assert_false(netdevs_is_gone(n, 1));
}

static void no_such_device_has_no_name(void **state)
{
	struct netdevs *n = ((struct world *)*state)->netdevs;

	assert_string_equal(netdevs_name(n, 0, 0), "");
	assert_string_equal(netdevs_name(n, 12345, 0), "");
	assert_string_equal(netdevs_name(n, UINT32_MAX, 0), "");
	assert_string_equal(netdevs_name(n, 1, 0), "lo");
	assert_string_equal(netdevs_name(n, 1025, 0), ""); /* in the place of 1 */
	assert_string_equal(netdevs_name(n, 1, 0), "lo");
}

static void knows_its_own_namespace(void **state)
{
	struct world *w = *state;

	assert_string_equal(netdevs_name(w->netdevs, 1, FAKE_NETNS), "lo");
	assert_string_equal(netdevs_name(w->netdevs, 1, FAKE_NETNS + 1), "");
	assert_string_equal(netdevs_name(w->netdevs, 1, 0), "lo"); /* perhaps ours */
	w->fake.query.netns = 0;				   /* unknown */
	assert_string_equal(netdevs_name(w->netdevs, 1, FAKE_NETNS), "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(names_follow_announcements, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_deleted_device_keeps_its_name, set_up, tear_down),
		cmocka_unit_test_setup_teardown(lost_announcements_are_made_up_for, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(what_cannot_be_read_changes_nothing, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(a_name_is_gone_with_its_last_device, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(no_such_device_has_no_name, set_up, tear_down),
		cmocka_unit_test_setup_teardown(knows_its_own_namespace, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
