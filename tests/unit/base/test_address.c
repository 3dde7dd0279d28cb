/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "../test.h"

#include <arpa/inet.h>
#include <errno.h>
#include <string.h>

#include "base/address.h"

static struct address parse(const char *text)
{
	struct address a;
	struct err err = { 0 };

	if (address_parse(text, &a, &err) < 0)
		fail_msg("%s", err.text);
	return a;
}

static void reads_ipv4(void **state)
{
	struct address a = parse("127.0.0.1:10059");

	(void)state;
	assert_int_equal(a.any.sa_family, AF_INET);
	assert_int_equal(a.len, sizeof(struct sockaddr_in));
	assert_int_equal(ntohl(a.in.sin_addr.s_addr), 0x7f000001);
	assert_int_equal(ntohs(a.in.sin_port), 10059);
	assert_int_equal(ntohs(parse("0.0.0.0:65535").in.sin_port), 65535);
	assert_int_equal(ntohs(parse("0.0.0.0:0").in.sin_port), 0);
}

static void reads_ipv6(void **state)
{
	struct address a = parse("[2001:db8::1]:80");

	(void)state;
	assert_int_equal(a.any.sa_family, AF_INET6);
	assert_int_equal(a.len, sizeof(struct sockaddr_in6));
	assert_int_equal(a.in6.sin6_addr.s6_addr[0], 0x20);
	assert_int_equal(a.in6.sin6_addr.s6_addr[15], 1);
	assert_int_equal(ntohs(a.in6.sin6_port), 80);
}

static void refuses(const char *text, const char *sentence)
{
	struct address a = { .len = 1 };
	struct err err = { 0 };

	if (address_parse(text, &a, &err) != -EINVAL)
		fail_msg("\"%s\" was taken", text);
	assert_int_equal(a.len, 1);
	if (!strstr(err.text, sentence))
		fail_msg("\"%s\": %s", text, err.text);
}

static void says_what_is_wrong(void **state)
{
	static const char *const no_port[] = { "",
					       "10059",
					       "127.0.0.1",
					       "127.0.0.1:",
					       "127.0.0.1:+1",
					       "127.0.0.1:1x",
					       "127.0.0.1:65536",
					       "127.0.0.1:000080",
					       "[::1]" };
	static const char *const no_address[] = {
		":80",
		"localhost:80",
		"1.2.3:80",
		"[::1:80",
		"[127.0.0.1]:80",
		"[]:80",
		"[:80",
		"[::1]x:80",
		"a::b::c:80",
		"[fe80::1%lo]:80",
		"1.2.3.4 :1",
		"0000:0000:0000:0000:0000:0000:0000:0000:0000:0000:0000:80",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(no_port) / sizeof(no_port[0]); i++)
		refuses(no_port[i], "must end in a port from 0 to 65535");
	for (size_t i = 0; i < sizeof(no_address) / sizeof(no_address[0]); i++)
		refuses(no_address[i], "does not begin with a numeric address");
	refuses("::1:80", "\"::1:80\": put an IPv6 address in brackets: [::1]:80");
	assert_int_equal(address_parse("x", &(struct address){ 0 }, NULL), -EINVAL);
}

static void compares(void **state)
{
	const struct address v4 = parse("0.0.0.0:80"), v6 = parse("[::]:80");
	const struct address one = parse("127.0.0.1:80"), other = parse("127.0.0.1:81");
	const struct address loopback = parse("[::1]:80"), spelled = parse("[0:0::0:1]:80");
	const struct address any_port = parse("0.0.0.0:0"), free_port = parse("127.0.0.1:0");

	(void)state;
	assert_true(address_same(&loopback, &spelled));
	assert_false(address_same(&one, &other));
	assert_false(address_same(&v4, &v6));
	assert_true(address_covers(&v4, &one));
	assert_true(address_covers(&v6, &loopback));
	assert_false(address_covers(&one, &v4));
	assert_false(address_covers(&v4, &other));
	assert_false(address_covers(&v4, &loopback));
	assert_false(address_covers(&any_port, &free_port));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_ipv4),
		cmocka_unit_test(reads_ipv6),
		cmocka_unit_test(says_what_is_wrong),
		cmocka_unit_test(compares),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
