/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "../test.h"

#include <errno.h>
#include <string.h>

#include "../drop_points.h"
#include "config/config.h"
#include "config/config_diff.h"
#include "config/config_load.h"
#include "config/config_option.h"

static void sets_the_source(void **state)
{
	cleanup(config_unrefp) struct config *c = config_load_defaults();
	char path[PATH_MAX + 16] = "replay:";
	struct err err;

	(void)state;
	assert_int_equal(c->source.kind, SOURCE_AUTO);
	assert_int_equal(config_source_parse(&c->source, "replay:a:b", &err), 0);
	assert_int_equal(c->source.kind, SOURCE_REPLAY);
	assert_string_equal(c->source.replay.file, "a:b");
	assert_int_equal(config_source_parse(&c->source, "netdm", &err), 0);
	assert_int_equal(c->source.kind, SOURCE_NETDM);
	assert_string_equal(c->source.replay.file, "");
	assert_int_equal(config_source_parse(&c->source, "tracepoint", NULL), 0);
	assert_int_equal(config_source_parse(&c->source, "replay:", &err), -EINVAL);
	assert_int_equal(config_source_parse(&c->source, "", &err), -EINVAL);
	assert_int_equal(config_source_parse(&c->source, "netd", &err), -EINVAL);
	assert_string_equal(err.text,
			    "\"netd\" is not one of auto, netdm, tracepoint, replay:FILE");
	memset(path + 7, 'x', PATH_MAX);
	assert_int_equal(config_source_parse(&c->source, path, &err), -EINVAL);
	path[7 + PATH_MAX - 1] = '\0';
	assert_int_equal(config_source_parse(&c->source, path, &err), 0);
	assert_int_equal(c->source.kind, SOURCE_REPLAY);
}

static void sets_the_addresses(void **state)
{
	static const char *const bad[] = {
		"",
		"10059",
		":10059",
		"localhost:1",
		"127.0.0.1",
		"127.0.0.1:",
		"127.0.0.1:65536",
		"127.0.0.1:+1",
		"1.2.3:80",
		"[::1]",
		"[::1:80",
		"::1]:80",
		"[127.0.0.1]:80",
		"127.0.0.1:80,",
		"127.0.0.1:80,127.0.0.1:80",
		"127.0.0.1:000080",
		"[]:80",
		"[:80",
		"1:1,2",
		"[::1]x:80",
		"127.0.0.1:1,127.0.0.1:2,127.0.0.1:3,127.0.0.1:4,127.0.0.1:5,127.0.0.1:6,127.0.0.1:"
		"7,"
		"127.0.0.1:8,127.0.0.1:9",
		"[0000:0000:0000:0000:0000:0000:0000:0000:0000:0000:0000:0000:0000:0000:0000:1]:80",
	};
	cleanup(config_unrefp) struct config *c = config_load_defaults();
	struct err err;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		if (config_listen_set(&c->web, bad[i], &err) != -EINVAL)
			fail_msg("\"%s\" was taken", bad[i]);
		assert_int_equal(c->web.n_listen, 2); /* unchanged */
	}
	assert_int_equal(config_listen_set(&c->web, "::1:80", &err), -EINVAL);
	assert_string_equal(err.text, "\"::1:80\": put an IPv6 address in brackets: [::1]:80");
	assert_int_equal(config_listen_set(&c->web, "0.0.0.0:0,[2001:db8::1]:65535", &err), 0);
	assert_int_equal(c->web.n_listen, 2);
	assert_string_equal(c->web.listen[0], "0.0.0.0:0");
	assert_string_equal(c->web.listen[1], "[2001:db8::1]:65535");
	assert_int_equal(c->web.max_connections, 64);
}

static void collect(const char *key, void *arg)
{
	strcat(strcat(arg, key), " ");
}

static void reload_takes_back_what_needs_a_restart(void **state)
{
	static const char text[] =
		"source: replay:x\nring: { capacity: 64 }\nweb: { listen: \"[::]:1\" }\n"
		"series: { windows: [1s] }\nlog: { level: debug }\nclasses: { shipped: false }\n"
		"alerts: [ { name: a, raise: 1 } ]\nsymbols: { system_map: /x }\n";
	cleanup(config_unrefp) struct config *current = config_load_defaults(), *next = NULL;
	struct config_errors errors;
	char names[256] = "";

	(void)state;
	assert_int_equal(config_parse("t", text, sizeof(text) - 1, &next, &errors), 0);
	config_keep_unchangeable(next, current, collect, names);
	assert_string_equal(names,
			    "source ring.capacity series.windows symbols.system_map web.listen ");
	assert_int_equal(next->source.kind, SOURCE_AUTO);
	assert_string_equal(next->source.replay.file, "");
	assert_int_equal(next->ring_capacity, 65536);
	assert_int_equal(next->series.n_windows, 3);
	assert_int_equal(next->series.windows_s[0], 10);
	assert_int_equal(next->web.n_listen, 2);
	assert_string_equal(next->symbols.system_map, "");
	assert_int_equal(next->log_level, LOG_LEVEL_DEBUG); /* the live ones stay */
	assert_int_equal(next->n_classes, 0);
	assert_int_equal(next->n_alerts, 1);
	names[0] = '\0';
	config_keep_unchangeable(next, current, collect, names);
	assert_string_equal(names, "");
}

static void matches_labels(void **state)
{
	const char *const labels[LABELS] = {
		[LABEL_SYMBOL] = "tcp_v4_rcv", [LABEL_REASON] = "NO_SOCKET",
		[LABEL_DEVICE] = "",	       [LABEL_IN_DEVICE] = "eth1",
		[LABEL_PROTOCOL] = "IPv4",     [LABEL_TRANSPORT] = "udp",
		[LABEL_ORIGIN] = "software",   [LABEL_CLASS] = "expected"
	};
	const struct {
		struct config_match match;
		bool fits;
	} cases[] = {
		{ { .cast = NULL }, true },
		{ { .globs[LABEL_SYMBOL] = "tcp_v4_rcv" }, true },
		{ { .globs[LABEL_SYMBOL] = "tcp_v4_rc" }, false },
		{ { .globs[LABEL_SYMBOL] = "tcp_v4_rcvx" }, false },
		{ { .globs[LABEL_SYMBOL] = "udp*\ntcp*" }, true },
		{ { .globs[LABEL_SYMBOL] = "udp*\nicmp*" }, false },
		{ { .globs[LABEL_SYMBOL] = "tcp*", .globs[LABEL_REASON] = "NO_*" }, true },
		{ { .globs[LABEL_SYMBOL] = "tcp*", .globs[LABEL_REASON] = "" },
		  false }, /* all fields must fit */
		{ { .globs[LABEL_DEVICE] = "" }, true },
		{ { .globs[LABEL_DEVICE] = "*" }, true },
		{ { .globs[LABEL_DEVICE] = "?*" }, false },
		{ { .globs[LABEL_DEVICE] = "eth0\n" }, true }, /* eth0, or unknown */
		{ { .globs[LABEL_ORIGIN] = "software" }, true },
		{ { .globs[LABEL_ORIGIN] = "hardware" }, false },
		{ { .globs[LABEL_CLASS] = "expected" }, true },
		{ { .globs[LABEL_CLASS] = "suspect" }, false },
		{ { .globs[LABEL_PROTOCOL] = "IPv[46]" }, true },
		{ { .globs[LABEL_IN_DEVICE] = "eth1" }, true },
		{ { .globs[LABEL_IN_DEVICE] = "eth0" }, false },
		{ { .globs[LABEL_TRANSPORT] = "udp" }, true },
		{ { .globs[LABEL_TRANSPORT] = "tcp" }, false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		if (config_match_fits(&cases[i].match, labels, "") != cases[i].fits)
			fail_msg("case %zu", i);
}

static bool is_expected(const struct config *c, const struct drop_point *p, const char *protocol,
			const char *transport)
{
	const char *const labels[LABELS] = {
		[LABEL_SYMBOL] = p->symbol,  [LABEL_REASON] = p->reason,
		[LABEL_DEVICE] = "",	     [LABEL_IN_DEVICE] = "",
		[LABEL_PROTOCOL] = protocol, [LABEL_TRANSPORT] = transport,
		[LABEL_ORIGIN] = "software", [LABEL_CLASS] = "suspect",
	};

	for (size_t i = 0; i < c->n_classes; i++)
		if (config_match_fits(&c->classes[i].match, labels, p->cast ? p->cast : ""))
			return c->classes[i].drop_class == DROP_CLASS_EXPECTED;
	return false;
}

/* A membership report is sent again; another packet that meets the same queue is lost. */
static void reports_of_a_new_device_are_expected(void **state)
{
	cleanup(config_unrefp) struct config *c = config_load_defaults();
	struct drop_point p = { "kfree_skb_list_reason", "QDISC_DROP" };

	(void)state;
	assert_true(is_expected(c, &p, "ipv4", "igmp"));
	assert_false(is_expected(c, &p, "ipv4", "udp"));
	assert_false(is_expected(c, &p, "ipv6", ""));
	p.cast = "multicast";
	assert_true(is_expected(c, &p, "ipv6", ""));
	assert_false(is_expected(c, &p, "ipv6", "udp"));
	assert_false(is_expected(c, &p, "", ""));
	p.symbol = "__tcf_kfree_skb_list"; /* Linux 7.2 */
	assert_true(is_expected(c, &p, "ipv6", ""));
	assert_true(is_expected(c, &p, "ipv4", "igmp"));
	p.reason = "QDISC_DROP_OVERLIMIT";
	assert_false(is_expected(c, &p, "ipv4", "igmp"));
	assert_false(is_expected(c, &p, "ipv6", ""));
}

static void shipped_classes(void **state)
{
	cleanup(config_unrefp) struct config *c = config_load_defaults();

	(void)state;
	for (size_t i = 0; i < sizeof(drop_points) / sizeof(drop_points[0]); i++)
		if (is_expected(c, &drop_points[i], "", "") != drop_points[i].expected)
			fail_msg("%s, reason \"%s\": is not %s", drop_points[i].symbol,
				 drop_points[i].reason,
				 drop_points[i].expected ? "expected" : "suspect");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sets_the_source),
		cmocka_unit_test(sets_the_addresses),
		cmocka_unit_test(reload_takes_back_what_needs_a_restart),
		cmocka_unit_test(matches_labels),
		cmocka_unit_test(reports_of_a_new_device_are_expected),
		cmocka_unit_test(shipped_classes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
