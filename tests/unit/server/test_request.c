/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "../test.h"

#include <string.h>

#include "server/request.h"

static unsigned int judge(struct request r, const char *const *headers)
{
	const char *why = NULL;
	unsigned int code;

	if (!r.target)
		r.target = "/metrics";
	for (; headers[0]; headers += 2)
		request_header(&r, headers[0], headers[1]);
	code = request_objection(&r, &why);
	assert_int_equal(code != 0, why != NULL);
	return code;
}

#define HEADERS(...) ((const char *const[]){ __VA_ARGS__, NULL })
#define NONE	     ((const char *const[]){ NULL })

static void methods(void **state)
{
	(void)state;
	assert_int_equal(judge((struct request){ "GET", "HTTP/1.0" }, NONE), 0);
	assert_int_equal(judge((struct request){ "HEAD", "HTTP/1.0" }, NONE), 0);
	assert_int_equal(judge((struct request){ "TRACE", "HTTP/1.0" }, NONE), 405);
	assert_int_equal(judge((struct request){ "get", "HTTP/1.0" }, NONE), 405);
	assert_int_equal(judge((struct request){ "", "HTTP/1.0" }, NONE), 405);
}

static void hosts(void **state)
{
	const struct request r = { "GET", "HTTP/1.1" };

	(void)state;
	assert_int_equal(judge(r, NONE), 400);
	assert_int_equal(judge(r, HEADERS("host", "a")), 0);
	assert_int_equal(judge(r, HEADERS("Host", "a", "HOST", "a")), 400);
}

static void bodies(void **state)
{
	const struct request r = { "GET", "HTTP/1.1" };

	(void)state;
	assert_int_equal(judge(r, HEADERS("Host", "a", "Content-Length", "0")), 0);
	assert_int_equal(judge(r, HEADERS("Host", "a", "Content-Length", "1")), 400);
	assert_int_equal(
		judge(r, HEADERS("Host", "a", "content-length", "0", "Content-Length", "0")), 400);
	assert_int_equal(judge(r, HEADERS("Host", "a", "Transfer-Encoding", "chunked")), 400);
}

static void rebinding(void **state)
{
	static const char *const good[] = { "localhost",       "LocalHost:10059", "127.0.0.1",
					    "127.0.0.1:10059", "[::1]:10059",	  "a.localhost",
					    "192.0.2.1" };
	static const char *const bad[] = { "evil.example",	     "localhost.evil.example:10059",
					   "notlocalhost",	     "127.0.0.1.evil.example",
					   "evil.example:1",	     "",
					   "localhost@evil.example", ":10059" };
	const struct request near = { "GET", "HTTP/1.1", .loopback = true };
	const struct request far = { "GET", "HTTP/1.1" };
	const struct request named = { "GET", "HTTP/1.1", .loopback = true, .own_name = "web1" };
	const struct request nameless = { "GET", "HTTP/1.1", .loopback = true, .own_name = "" };

	(void)state;
	assert_int_equal(judge(near, HEADERS("Host", "localhost.:10059")), 0);
	assert_int_equal(judge(named, HEADERS("Host", "WEB1:10059")), 0);
	assert_int_equal(judge(named, HEADERS("Host", "web1.")), 0);
	assert_int_equal(judge(named, HEADERS("Host", "web1.evil.example")), 421);
	assert_int_equal(judge(named, HEADERS("Host", "web")), 421);
	assert_int_equal(judge(nameless, HEADERS("Host", "")), 421);
	assert_int_equal(judge(nameless, HEADERS("Host", ".")), 421);
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++)
		assert_int_equal(judge(near, HEADERS("Host", good[i])), 0);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		assert_int_equal(judge(near, HEADERS("Host", bad[i])), 421);
		assert_int_equal(judge(far, HEADERS("Host", bad[i])), 0);
	}
}

static void long_host(void **state)
{
	const struct request near = { "GET", "HTTP/1.1", .loopback = true };
	char host[4096];

	(void)state;
	memset(host, 'a', sizeof(host));
	host[sizeof(host) - 1] = '\0';
	assert_int_equal(judge(near, HEADERS("Host", host)), 400);
	host[253] = '\0';
	assert_int_equal(judge(near, HEADERS("Host", host)), 421);
}

static void malformed_hosts(void **state)
{
	static const char *const bad[] = { "[",
					   "[]",
					   "[::1",
					   "[::1]x",
					   "[::1]:x",
					   "[::1]10059",
					   "[evil]",
					   "[127.0.0.1]",
					   "localhost:x",
					   "evil.example:1:2",
					   "evil:127.0.0.1",
					   "::1",
					   "[%eth0]" };
	static const char *const good[] = { "[::]",
					    "[::1]:",
					    "[fe80::1%eth0]:1",
					    "[::ffff:1.2.3.4]",
					    "localhost:10059 \t",
					    "localhost: " };
	const struct request near = { "GET", "HTTP/1.1", .loopback = true };
	const struct request far = { "GET", "HTTP/1.1" };

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		assert_int_equal(judge(near, HEADERS("Host", bad[i])), 400);
		assert_int_equal(judge(far, HEADERS("Host", bad[i])), 400);
	}
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++)
		assert_int_equal(judge(near, HEADERS("Host", good[i])), 0);
}

static void names_are_tokens(void **state)
{
	static const char *const bad[] = { "Host ", "Content-Length\t", " X", "X Y", "", "X(" };
	const struct request r = { "GET", "HTTP/1.0" };

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_int_equal(judge(r, HEADERS(bad[i], "localhost")), 400);
	assert_int_equal(judge(r, HEADERS("!#$%&'*+-.^_`|~09azAZ", "")), 0);
	assert_int_equal(judge((struct request){ "GET", "HTTP/1.0", .broken = true }, NONE), 400);
}

static void absolute_targets(void **state)
{
	const struct request near = { "GET", "HTTP/1.1", .loopback = true };
	struct request r = near;

	(void)state;
	r.target = "HTTP://LocalHost:10059/metrics";
	assert_int_equal(judge(r, HEADERS("Host", "localhost")), 0);
	assert_int_equal(judge(r, HEADERS("Host", "evil.example")), 421);
	assert_int_equal(judge(r, NONE), 400);
	r.target = "http://evil.example/metrics";
	assert_int_equal(judge(r, HEADERS("Host", "localhost")), 421);
	r.target = "http://[::1/metrics]";
	assert_int_equal(judge(r, HEADERS("Host", "localhost")), 400);
	r.target = "http://localhost:1x/";
	assert_int_equal(judge(r, HEADERS("Host", "localhost")), 400);
	r.target = "http://";
	assert_int_equal(judge(r, HEADERS("Host", "localhost")), 421);
	assert_string_equal(request_path("http://a:1/metrics"), "/metrics");
	assert_string_equal(request_path("http://[::1]"), "/");
	assert_string_equal(request_path("/metrics"), "/metrics");
	assert_string_equal(request_path("*"), "*");
	assert_string_equal(request_path("https://a/metrics"), "https://a/metrics");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(methods),	    cmocka_unit_test(hosts),
		cmocka_unit_test(bodies),	    cmocka_unit_test(rebinding),
		cmocka_unit_test(long_host),	    cmocka_unit_test(malformed_hosts),
		cmocka_unit_test(names_are_tokens), cmocka_unit_test(absolute_targets),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
