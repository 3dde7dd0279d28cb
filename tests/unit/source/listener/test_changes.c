/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "../../test.h"

#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "source/listener/changes.h"

/* One message about a device, as rtnetlink builds it. */
struct link_message {
	struct nlmsghdr header;
	struct ifinfomsg info;
	struct nlattr mtu_header;
	uint32_t mtu;
	struct nlattr name_header;
	char name[16];
};

static struct link_message message(uint16_t type, uint8_t family, int ifindex, const char *name)
{
	struct link_message m = {
		.header = { .nlmsg_len = sizeof(m), .nlmsg_type = type },
		.info = { .ifi_family = family, .ifi_index = ifindex },
		.mtu_header = { NLA_HDRLEN + sizeof(m.mtu), IFLA_MTU },
		.mtu = 1500,
		.name_header = { NLA_HDRLEN + sizeof(m.name), IFLA_IFNAME },
	};

	strcpy(m.name, name);
	return m;
}

static void devices_come_and_go(void **state)
{
	const struct link_message m[] = {
		message(RTM_NEWLINK, AF_UNSPEC, 7, "veth0"),
		message(RTM_DELLINK, AF_UNSPEC, 7, "veth0"),
	};
	struct bytes rest = { (const uint8_t *)m, sizeof(m) };
	struct drop_event ev;

	(void)state;
	assert_true(changes_next_link(&rest, &ev));
	assert_int_equal(ev.type, EVENT_DEVICE);
	assert_int_equal(ev.ifindex, 7);
	assert_int_equal(ev.packets, 0);
	assert_string_equal(ev.point, "veth0");
	assert_true(changes_next_link(&rest, &ev));
	assert_int_equal(ev.type, EVENT_DEVICE_GONE);
	assert_string_equal(ev.point, "veth0");
	assert_false(changes_next_link(&rest, &ev));
}

/* A port that leaves its bridge still exists. */
static void bridge_ports_are_no_devices(void **state)
{
	const struct link_message m[] = {
		message(RTM_DELLINK, AF_BRIDGE, 7, "veth0"),
		message(RTM_NEWADDR, AF_UNSPEC, 7, "veth0"),
		message(RTM_NEWLINK, AF_UNSPEC, 0, "none"),
		message(RTM_NEWLINK, AF_UNSPEC, 8, "veth1"),
	};
	struct bytes rest = { (const uint8_t *)m, sizeof(m) };
	struct drop_event ev;

	(void)state;
	assert_true(changes_next_link(&rest, &ev));
	assert_int_equal(ev.ifindex, 8);
	assert_false(changes_next_link(&rest, &ev));
}

/* In a buffer of exactly that size, so that a sanitizer detects any excess byte. */
static void a_cut_message_is_read_within_bounds(void **state)
{
	const struct link_message m = message(RTM_NEWLINK, AF_UNSPEC, 7, "veth0");
	struct drop_event ev;

	(void)state;
	for (size_t len = 0; len < sizeof(m); len++) {
		uint8_t *cut = malloc(len ? len : 1);
		struct bytes rest = { cut, len };

		memcpy(cut, &m, len);
		while (changes_next_link(&rest, &ev))
			assert_true(strlen(ev.point) < sizeof(ev.point));
		free(cut);
	}
}

/* It ends, whatever length the message claims. */
static void the_largest_length_is_the_last_message(void **state)
{
	const struct nlmsghdr header = { .nlmsg_len = UINT32_MAX, .nlmsg_type = RTM_GETLINK };
	struct bytes rest = { (const uint8_t *)&header, sizeof(header) };
	struct drop_event ev;

	(void)state;
	assert_false(changes_next_link(&rest, &ev));
	assert_int_equal(rest.len, 0);
}

static bool uevent(const char *text, size_t len)
{
	struct drop_event ev = { 0 };
	const bool is = changes_uevent((struct bytes){ (const uint8_t *)text, len }, &ev);

	assert_int_equal(ev.type, is ? EVENT_MODULES : EVENT_DROP);
	return is;
}

#define UEVENT(text) uevent(text, sizeof(text))

static void modules_come_and_go(void **state)
{
	(void)state;
	assert_true(UEVENT("add@/module/nf_tables\0ACTION=add\0SUBSYSTEM=module"));
	assert_true(UEVENT("remove@/module/nf_tables\0ACTION=remove"));
	assert_false(UEVENT("add@/devices/virtual/net/veth0\0ACTION=add"));
	assert_false(UEVENT("change@/module/nf_tables"));
	assert_false(uevent("add@/module/", 12));
	assert_false(uevent("", 0));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(devices_come_and_go),
		cmocka_unit_test(bridge_ports_are_no_devices),
		cmocka_unit_test(a_cut_message_is_read_within_bounds),
		cmocka_unit_test(the_largest_length_is_the_last_message),
		cmocka_unit_test(modules_come_and_go),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
