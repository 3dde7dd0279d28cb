/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The rules that conf/dropwatchd.yaml ships: each is raised by the counter or the drops that it is
 * meant for, by reason (packet mode, tracepoint) and by symbol alone (summary mode), no other rule
 * joins in, and a healthy machine raises none. Symbols and reasons are those of Linux 6.1 to 7.2.
 */
#include "../test.h"

#include <stdlib.h>
#include <string.h>

#include "alert/ruleset.h"
#include "base/clock.h"
#include "base/counter.h"
#include "config/config_load.h"
#include "config/glob.h"

struct cause {
	const char *rule;
	const char *symbol;
	const char *reason; /* "" in summary mode */
	bool elsewhere;	    /* in another network namespace */
};

static const struct cause causes[] = {
	{ "receive-buffer-full", "udp_queue_rcv_one_skb", "SOCKET_RCVBUFF" },
	{ "receive-buffer-full", "udpv6_queue_rcv_one_skb", "SOCKET_RCVBUFF" },
	{ "receive-buffer-full", "udp_queue_rcv_one_skb", "PROTO_MEM" },
	{ "receive-buffer-full", "tcp_v4_rcv", "SOCKET_BACKLOG" },
	{ "receive-buffer-full", "tcp_v6_rcv", "SOCKET_BACKLOG" },
	{ "receive-buffer-full", "udp_queue_rcv_one_skb", "" },
	{ "receive-buffer-full", "udpv6_queue_rcv_one_skb", "" },
	{ "receive-buffer-full", "__udp_enqueue_schedule_skb", "" },
	{ "listen-overflow-container", "tcp_v4_rcv", "TCP_LISTEN_OVERFLOW", true },
	{ "listen-overflow-container", "tcp_v6_rcv", "TCP_LISTEN_OVERFLOW", true },
	{ "listen-overflow-container", "cookie_v4_check", "NO_SOCKET", true },
	{ "listen-overflow-container", "cookie_v6_check", "NO_SOCKET", true },
	{ "listen-overflow-container", "cookie_v4_check", "" },
	{ "listen-overflow-container", "cookie_v6_check", "" },
	{ "backlog-full", "enqueue_to_backlog", "CPU_BACKLOG" },
	{ "backlog-full", "enqueue_to_backlog", "" },
	{ "neighbour-unresolved", "arp_error_report", "NEIGH_FAILED" },
	{ "neighbour-unresolved", "ndisc_error_report", "NEIGH_FAILED" },
	{ "neighbour-unresolved", "__neigh_event_send", "NEIGH_QUEUEFULL" },
	{ "neighbour-unresolved", "__neigh_event_send", "NEIGH_DEAD" },
	{ "neighbour-unresolved", "neigh_invalidate", "NEIGH_FAILED" },
	{ "neighbour-unresolved", "neigh_invalidate", "" },
	{ "neighbour-unresolved", "__neigh_event_send", "" },
	{ "neighbour-unresolved", "arp_error_report", "" },
	{ "neighbour-unresolved", "ndisc_error_report", "" },
	{ "neighbour-unresolved", "neigh_invalidate", "NOT_SPECIFIED" }, /* IPv6 */
	{ "neighbour-unresolved", "ndisc_error_report", "NOT_SPECIFIED" },
	{ "neighbour-unresolved", "ip_finish_output2", "NEIGH_CREATEFAIL" },
	{ "neighbour-unresolved", "ip6_finish_output2", "NEIGH_CREATEFAIL" },
	{ "neighbour-unresolved", "ip_finish_output2", "" },
	{ "neighbour-unresolved", "ip6_finish_output2", "" },
	{ "netfilter-drops", "nf_hook_slow", "NETFILTER_DROP" },
	{ "netfilter-drops", "nft_do_chain", "NETFILTER_DROP" },
	{ "netfilter-drops", "nf_hook_slow", "" },
	{ "netfilter-drops", "nft_do_chain", "" },
};

/* The counters that rules watch. */
static const struct {
	const char *rule, *counter, *device;
} counted[] = {
	{ "listen-overflow", "TcpExt.ListenOverflows", "" },
	{ "half-open-queue-full", "TcpExt.TCPReqQFullDrop", "" },
	{ "receive-ring-full", "link.rx_missed", "eth0" },
	{ "driver-ring-full", "driver.rx_ring_full", "eth0" },
	{ "card-buffer-full", "driver.rx_no_buffer", "eth0" },
	{ "queue-overrun", "queue.rx_hw_drop_overruns", "eth0" },
	{ "cloud-receive-limit", "driver.rx_limit", "eth0" },
	{ "cloud-send-limit", "driver.tx_limit", "eth0" },
	{ "cloud-limit", "driver.limit", "eth0" },
	{ "damaged-frames", "link.rx_crc_errors", "eth0" },
	{ "conntrack-full", "nf_conntrack.early_drop", "" },
};

/* What a rule on a counter watches: "" is a rule that does not exist. */
static const struct cause in_a_counter[] = {
	{ "", "tcp_v4_rcv", "TCP_LISTEN_OVERFLOW" },
	{ "", "tcp_v6_rcv", "TCP_LISTEN_OVERFLOW" },
	{ "", "cookie_v4_check", "NO_SOCKET" },
	{ "", "cookie_v6_check", "NO_SOCKET" },
};

/* What a machine drops all day without being in trouble. */
static const struct cause healthy[] = {
	{ "", "__udp4_lib_rcv", "NO_SOCKET" },
	{ "", "__udp6_lib_rcv", "NO_SOCKET" },
	{ "", "__udp4_lib_rcv", "" },
	{ "", "__udp6_lib_rcv", "" },
	{ "", "tcp_v4_rcv", "NO_SOCKET" },
	{ "", "tcp_v4_rcv", "NOT_SPECIFIED" }, /* a connection that we close first */
	{ "", "skb_release_data", "NOT_SPECIFIED" },
	{ "", "skb_release_data", "" },
	{ "", "icmp_rcv", "NO_SOCKET" },
	{ "", "icmp_rcv", "" },
	{ "", "udp_rcv", "" },
	{ "", "udpv6_rcv", "" },
	{ "", "ip_rcv_finish_core", "NOT_SPECIFIED" },
	{ "", "ip6_finish_output2", "NOT_SPECIFIED" },
	{ "", "tcp_v4_rcv", "TCP_OLD_DATA" },
	{ "", "tcp_v4_rcv", "" },
	{ "", "tcp_v6_rcv", "" },
	{ "", "tcp_rcv_state_process", "TCP_RESET" },
	{ "", "tcp_validate_incoming", "" },
	{ "", "unix_stream_connect", "" },
	{ "", "unix_dgram_sendmsg", "" },
	{ "", "unix_release_sock", "UNIX_DISCONNECT" },
	{ "", "nfnetlink_rcv_batch", "" },
	{ "", "netlink_unicast", "NOT_SPECIFIED" },
	{ "", "skb_queue_purge_reason", "QUEUE_PURGE" },
	{ "", "inet_sock_destruct", "" },
	{ "", "__rtnl_unlock", "" },
	{ "", "ip_rcv_core", "OTHERHOST" },
	{ "", "ip_rcv_core", "" },
	{ "", "ip_error", "IP_INADDRERRORS" },
	{ "", "ip_error", "" },
	{ "", "ip6_mc_input", "" },
	{ "", "icmpv6_rcv", "NOT_SPECIFIED" },
	{ "", "icmpv6_rcv", "" },
	{ "", "__netif_receive_skb_core", "UNHANDLED_PROTO" },
	{ "", "__netif_receive_skb_core", "" },
	{ "", "packet_rcv", "SOCKET_FILTER" },
	{ "", "kfree_skb_list_reason", "QDISC_DROP" }, /* how a queueing discipline shapes */
};

#define LENGTH(array) (sizeof(array) / sizeof((array)[0]))

static struct config *shipped(void)
{
	struct config_errors errors = { 0 };
	struct config *c = NULL;

	if (config_load_file("../conf/dropwatchd.yaml", &c, &errors) < 0)
		fail_msg("%s", errors.text);
	return c;
}

/* Whatever was raised at some time: the names, each once. */
struct raised {
	char names[256];
};

static void evaluate(struct ruleset *rules, const struct snapshot *s, const struct ledger *l,
		     struct raised *ret)
{
	const struct alert *out;
	const int n = ruleset_evaluate(rules, s, l, &out);

	assert_true(n >= 0);
	for (int i = 0; i < n; i++)
		if (out[i].state == ALERT_RAISED)
			strcat(strcat(ret->names, ret->names[0] ? " " : ""), out[i].rule);
}

static void look(struct ruleset *rules, const struct drop_labels *labels, uint64_t total,
		 unsigned int now_s, struct raised *ret)
{
	cleanup(snapshot_unrefp) struct snapshot *s = snapshot_new(1, 0);

	s->monotonic_ns = (1000 + now_s) * NSEC_PER_SEC;
	s->rows[0] = (struct snapshot_row){ .labels = labels, .total = total };
	evaluate(rules, s, NULL, ret);
}

/* Five minutes with a number of packets dropped at an interval. */
static struct raised drop(const struct cause *cause, uint64_t packets, unsigned int every_s)
{
	const bool named = cause->reason[0] && !cause->elsewhere;
	const struct drop_labels labels = { .text[LABEL_SYMBOL] = cause->symbol,
					    .text[LABEL_REASON] = cause->reason,
					    .text[LABEL_DEVICE] = named ? "eth0" : "",
					    .text[LABEL_PROTOCOL] = cause->reason[0] ? "ipv4" : "",
					    .text[LABEL_IN_DEVICE] = "",
					    .text[LABEL_TRANSPORT] = "" };
	cleanup(config_unrefp) struct config *c = shipped();
	cleanup(ruleset_freep) struct ruleset *rules = ruleset_new();
	struct raised raised = { 0 };
	uint64_t total = 0;

	assert_int_equal(ruleset_apply_config(rules, c), 0);
	for (unsigned int second = 0; second < 300; second++) {
		look(rules, &labels, total, second, &raised);
		if (second % every_s == 0)
			total += packets;
	}
	return raised;
}

/* Five minutes in which a counter grows by so much between two readings. */
static struct raised grow(size_t i, uint64_t packets)
{
	const int number = counter_find_name(counted[i].counter);
	cleanup(config_unrefp) struct config *c = shipped();
	cleanup(ruleset_freep) struct ruleset *rules = ruleset_new();
	struct raised raised = { 0 };

	assert_true(number >= 0);
	assert_int_equal(ruleset_apply_config(rules, c), 0);
	for (uint64_t reading = 1; reading <= 20; reading++) {
		cleanup(snapshot_unrefp) struct snapshot *s = snapshot_new(0, 0);
		cleanup(ledger_unrefp) struct ledger *l = ledger_new(1);

		s->monotonic_ns = l->monotonic_ns = reading * 15 * NSEC_PER_SEC;
		l->rows[0].counter = counter_at((size_t)number);
		strcpy(l->rows[0].device, counted[i].device);
		l->rows[0].cells[LEDGER_SINCE_START].kernel = reading * packets;
		evaluate(rules, s, l, &raised);
	}
	return raised;
}

static void each_counter_raises_its_rule(void **state)
{
	(void)state;
	for (size_t i = 0; i < LENGTH(counted); i++) {
		assert_string_equal(grow(i, 300).names, counted[i].rule);
		assert_string_equal(grow(i, 2).names, ""); /* 8 within a minute */
	}
}

static void each_is_raised_and_none_beside_it(void **state)
{
	(void)state;
	for (size_t i = 0; i < LENGTH(causes); i++) {
		struct raised raised = drop(&causes[i], 200, 1);

		if (strcmp(raised.names, causes[i].rule) != 0)
			fail_msg("%s, reason \"%s\": raised \"%s\", not \"%s\"", causes[i].symbol,
				 causes[i].reason, raised.names, causes[i].rule);
	}
}

/* One now and then is nobody's trouble, whatever it is. */
static void a_few_raise_none(void **state)
{
	(void)state;
	for (size_t i = 0; i < LENGTH(causes); i++)
		assert_string_equal(drop(&causes[i], 1, 10).names, "");
}

static void assert_none_is_raised(const struct cause *drops, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct raised raised = drop(&drops[i], 1000, 1);

		if (raised.names[0])
			fail_msg("%s, reason \"%s\": raised %s", drops[i].symbol, drops[i].reason,
				 raised.names);
	}
}

static void a_healthy_machine_raises_none(void **state)
{
	(void)state;
	assert_none_is_raised(healthy, LENGTH(healthy));
}

static void drops_in_a_counter_raise_none(void **state)
{
	(void)state;
	assert_none_is_raised(in_a_counter, LENGTH(in_a_counter));
}

/* ---- and nothing in the file escapes this test ---- */

static bool some_cause_fits(const char *rule, const char *glob, size_t len, bool by_symbol)
{
	for (size_t i = 0; i < LENGTH(causes); i++) {
		const char *text = by_symbol ? causes[i].symbol : causes[i].reason;

		if (strcmp(causes[i].rule, rule) == 0 && glob_match(glob, len, text))
			return true;
	}
	return false;
}

static void assert_tried(const char *rule, const char *globs, bool by_symbol)
{
	for (const char *glob = globs; glob;) {
		size_t len = strcspn(glob, "\n");

		if (!some_cause_fits(rule, glob, len, by_symbol))
			fail_msg("%s: nothing here tries \"%.*s\"", rule, (int)len, glob);
		glob = glob[len] ? glob + len + 1 : NULL;
	}
}

static bool is_counted(const struct config_alert *rule)
{
	for (size_t i = 0; i < LENGTH(counted); i++)
		if (strcmp(counted[i].rule, rule->name) == 0)
			return strcmp(counted[i].counter, rule->counter->name) == 0;
	return false;
}

static void every_word_of_the_file_is_tried(void **state)
{
	cleanup(config_unrefp) struct config *c = shipped();

	(void)state;
	assert_true(c->n_alerts > 0);
	for (size_t i = 0; i < c->n_alerts; i++) {
		const struct config_alert *a = &c->alerts[i];

		assert_true(a->hint[0]);
		if (a->counter && !is_counted(a))
			fail_msg("%s: nothing here tries %s", a->name, a->counter->name);
		for (size_t m = 0; m < a->n_matches; m++) {
			assert_tried(a->name, a->matches[m].globs[LABEL_SYMBOL], true);
			assert_tried(a->name, a->matches[m].globs[LABEL_REASON], false);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_is_raised_and_none_beside_it),
		cmocka_unit_test(a_few_raise_none),
		cmocka_unit_test(each_counter_raises_its_rule),
		cmocka_unit_test(drops_in_a_counter_raise_none),
		cmocka_unit_test(a_healthy_machine_raises_none),
		cmocka_unit_test(every_word_of_the_file_is_tried),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
