/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "../test.h"

#include <linux/genetlink.h>
#include <string.h>

#include "base/message.h"

/* The answer of nlctrl about one family. */
struct family_message {
	struct nlmsghdr header;
	struct genlmsghdr genl;
	struct nlattr name_header;
	char name[8];
	struct nlattr id_header;
	uint16_t id, padding;
};

static struct family_message family_message(uint16_t id, const char *name)
{
	struct family_message m = {
		.header = { .nlmsg_len = sizeof(m), .nlmsg_type = GENL_ID_CTRL },
		.genl = { .cmd = CTRL_CMD_NEWFAMILY, .version = 2 },
		.name_header = { (uint16_t)(NLA_HDRLEN + strlen(name) + 1), CTRL_ATTR_FAMILY_NAME },
		.id_header = { NLA_HDRLEN + sizeof(m.id), CTRL_ATTR_FAMILY_ID },
		.id = id,
	};

	strcpy(m.name, name);
	return m;
}

static uint16_t family_of(struct family_message m, const char *name)
{
	struct bytes rest = { (const uint8_t *)&m, sizeof(m) };
	struct message message;

	assert_true(message_next(&rest, &message));
	return message_family(&message, name);
}

static void messages_follow_each_other(void **state)
{
	const struct {
		struct nlmsghdr first;
		uint8_t data[4]; /* one byte and padding */
		struct nlmsghdr second;
	} d = { { .nlmsg_len = 17, .nlmsg_type = 20, .nlmsg_flags = NLM_F_MULTI },
		{ 9 },
		{ .nlmsg_len = 16, .nlmsg_type = NLMSG_DONE } };
	struct bytes rest = { (const uint8_t *)&d, sizeof(d) };
	struct message m;

	(void)state;
	assert_true(message_next(&rest, &m));
	assert_int_equal(m.type, 20);
	assert_int_equal(m.flags, NLM_F_MULTI);
	assert_int_equal(m.data.len, 1);
	assert_int_equal(m.data.at[0], 9);
	assert_true(message_next(&rest, &m));
	assert_int_equal(m.type, NLMSG_DONE);
	assert_int_equal(m.data.len, 0);
	assert_false(message_next(&rest, &m));
}

/* It ends, whatever length a message claims. */
static void lengths_are_not_believed(void **state)
{
	struct nlmsghdr h = { .nlmsg_len = UINT32_MAX };
	struct bytes rest = { (const uint8_t *)&h, sizeof(h) };
	struct message m;

	(void)state;
	assert_true(message_next(&rest, &m));
	assert_int_equal(m.data.len, 0);
	assert_int_equal(rest.len, 0);
	h.nlmsg_len = NLMSG_HDRLEN - 1;
	rest = (struct bytes){ (const uint8_t *)&h, sizeof(h) };
	assert_false(message_next(&rest, &m));
}

static void a_family_by_name(void **state)
{
	struct family_message request = family_message(21, "netdev");

	(void)state;
	assert_int_equal(family_of(request, "netdev"), 21);
	assert_int_equal(family_of(request, "netde"), 0);
	assert_int_equal(family_of(request, "netdev2"), 0);
	assert_int_equal(family_of(family_message(15, "netdev"), "netdev"), 0);
	request.header.nlmsg_flags = NLM_F_REQUEST;
	assert_int_equal(family_of(request, "netdev"), 0);
	request.header.nlmsg_flags = 0;
	request.header.nlmsg_len = NLMSG_HDRLEN + 3;
	assert_int_equal(family_of(request, "netdev"), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(messages_follow_each_other),
		cmocka_unit_test(lengths_are_not_believed),
		cmocka_unit_test(a_family_by_name),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
