/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "../test.h"

#include <string.h>

#include "alert/entry.h"

static const struct alert example = {
	.rule = "receive-buffer-full",
	.priority = 4,
	.unit = ALERT_COUNT,
	.value = 1240,
	.limit = 100,
	.rate = 20.6667,
	.count = 1240,
	.window_s = 60,
	.active_s = 7260,
	.hint = "Give it CPU.",
	.labels[LABEL_ORIGIN] = "software",
	.labels[LABEL_SYMBOL] = "udp_queue_rcv_one_skb",
	.labels[LABEL_REASON] = "SOCKET_RCVBUFF",
	.labels[LABEL_DEVICE] = "eth0",
	.labels[LABEL_CLASS] = "suspect",
};

static void says(struct alert a, enum alert_state state, const char *want)
{
	char sentence[ALERT_SENTENCE_MAX];

	a.state = state;
	alert_sentence(&a, sentence);
	assert_string_equal(sentence, want);
}

static void sentences(void **state)
{
	struct alert a = example;

	(void)state;
	says(a, ALERT_RAISED,
	     "Raised receive-buffer-full: 1240 packets dropped within 60 s, the limit is 100; "
	     "mainly at udp_queue_rcv_one_skb, reason SOCKET_RCVBUFF, device eth0");
	says(a, ALERT_REPEATED,
	     "Still raised receive-buffer-full: 1240 packets dropped within 60 s, the limit is "
	     "100, "
	     "for 2 h; mainly at udp_queue_rcv_one_skb, reason SOCKET_RCVBUFF, device eth0");
	a.labels[LABEL_SYMBOL][0] = '\0'; /* series.labels leaves it out */
	says(a, ALERT_RAISED,
	     "Raised receive-buffer-full: 1240 packets dropped within 60 s, the limit is 100; "
	     "mainly with reason SOCKET_RCVBUFF, device eth0");
	a.labels[LABEL_REASON][0] = '\0';
	says(a, ALERT_RAISED,
	     "Raised receive-buffer-full: 1240 packets dropped within 60 s, the limit is 100; "
	     "mainly on device eth0");
	a = example;
	a.count = 1;
	a.labels[LABEL_SYMBOL][0] = a.labels[LABEL_REASON][0] = a.labels[LABEL_DEVICE][0] = '\0';
	says(a, ALERT_RAISED,
	     "Raised receive-buffer-full: 1 packet dropped within 60 s, the limit is 100");
	a = example;
	a.rule_gone = true;
	says(a, ALERT_CLEARED,
	     "Cleared receive-buffer-full after 2 h: a reload removed the rule or changed what it "
	     "matches");
	a.rule_gone = false;
	a.unit = ALERT_PER_SECOND;
	a.active_s = 600;
	a.window_s = 300;
	says(a, ALERT_CLEARED,
	     "Cleared receive-buffer-full after 10 min: 20.67 packets dropped per second over 5 "
	     "min, "
	     "below 100");
	a.labels[LABEL_SYMBOL][0] = a.labels[LABEL_REASON][0] = a.labels[LABEL_DEVICE][0] = '\0';
	says(a, ALERT_RAISED,
	     "Raised receive-buffer-full: 20.67 packets dropped per second over 5 min, the limit "
	     "is "
	     "100");
}

static const struct alert on_counter = {
	.rule = "receive-ring-full",
	.counter = "link.rx_missed",
	.priority = 4,
	.unit = ALERT_COUNT,
	.value = 12,
	.limit = 10,
	.rate = 0.2,
	.count = 12,
	.window_s = 60,
	.active_s = 90,
	.labels[LABEL_DEVICE] = "eth0",
};

static void sentences_on_a_counter(void **state)
{
	struct alert a = on_counter;

	(void)state;
	says(a, ALERT_RAISED,
	     "Raised receive-ring-full: link.rx_missed grew by 12 within 60 s, the limit is 10; "
	     "mainly on device eth0");
	a.labels[LABEL_DEVICE][0] = '\0';
	says(a, ALERT_REPEATED,
	     "Still raised receive-ring-full: link.rx_missed grew by 12 within 60 s, the limit is "
	     "10, for 90 s");
	a.unit = ALERT_PER_SECOND;
	says(a, ALERT_CLEARED,
	     "Cleared receive-ring-full after 90 s: link.rx_missed grew by 0.2 per second over "
	     "60 s, below 10");
	a.rule_gone = true;
	says(a, ALERT_CLEARED,
	     "Cleared receive-ring-full after 90 s: a reload removed the rule, changed what it "
	     "watches, or disabled the ledger");
}

static void fields_of_a_counter(void **state)
{
	char buf[ALERT_ENTRY_MAX];

	(void)state;
	alert_entry(&on_counter, buf);
	assert_non_null(strstr(buf, "\nDROPWATCH_STATE=raised\n"
				    "DROPWATCH_COUNTER=link.rx_missed\n"
				    "DROPWATCH_DEVICE=eth0\n"
				    "DROPWATCH_RATE=0.2\n"
				    "DROPWATCH_COUNT=12\n"));
	assert_null(strstr(buf, "DROPWATCH_SYMBOL"));
	alert_entry(&example, buf);
	assert_null(strstr(buf, "DROPWATCH_COUNTER"));
}

static void fields(void **state)
{
	static const char want[] = "MESSAGE_ID=" ALERT_RAISED_ID "\n"
				   "PRIORITY=4\n"
				   "SYSLOG_IDENTIFIER=dropwatchd\n"
				   "DROPWATCH_RULE=receive-buffer-full\n"
				   "DROPWATCH_STATE=raised\n"
				   "DROPWATCH_SYMBOL=udp_queue_rcv_one_skb\n"
				   "DROPWATCH_REASON=SOCKET_RCVBUFF\n"
				   "DROPWATCH_DEVICE=eth0\n"
				   "DROPWATCH_ORIGIN=software\n"
				   "DROPWATCH_CLASS=suspect\n" /* no protocol: it is unknown */
				   "DROPWATCH_RATE=20.6667\n"
				   "DROPWATCH_COUNT=1240\n"
				   "DROPWATCH_UNIT=count\n"
				   "DROPWATCH_LIMIT=100\n"
				   "DROPWATCH_WINDOW=60\n"
				   "DROPWATCH_ACTIVE=7260\n"
				   "DROPWATCH_HINT=Give it CPU.\n";
	struct alert a = example;
	char buf[ALERT_ENTRY_MAX], *second;
	size_t n = alert_entry(&a, buf);

	(void)state;
	assert_int_equal(n, strlen(buf));
	assert_int_equal(strncmp(buf, "MESSAGE=Raised receive", 22), 0);
	second = strchr(buf, '\n') + 1;
	assert_string_equal(second, want);
	a.state = ALERT_CLEARED;
	alert_entry(&a, buf);
	assert_non_null(strstr(buf, "\nMESSAGE_ID=" ALERT_CLEARED_ID "\nPRIORITY=5\n"));
	a.priority = 6; /* less than notice stays so */
	alert_entry(&a, buf);
	assert_non_null(strstr(buf, "\nPRIORITY=6\n"));
}

static void the_largest_fits(void **state)
{
	struct alert a = example;
	char buf[ALERT_ENTRY_MAX], sentence[ALERT_SENTENCE_MAX];

	(void)state;
	memset(a.rule, 'r', sizeof(a.rule) - 1);
	memset(a.counter, 'c', sizeof(a.counter) - 1);
	memset(a.hint, 'h', sizeof(a.hint) - 1);
	memset(a.labels[LABEL_SYMBOL], 's', sizeof(a.labels[LABEL_SYMBOL]) - 1);
	memset(a.labels[LABEL_REASON], 'x', sizeof(a.labels[LABEL_REASON]) - 1);
	memset(a.labels[LABEL_DEVICE], 'd', sizeof(a.labels[LABEL_DEVICE]) - 1);
	memset(a.labels[LABEL_PROTOCOL], 'p', sizeof(a.labels[LABEL_PROTOCOL]) - 1);
	a.count = UINT64_MAX;
	a.active_s = UINT64_MAX;
	a.window_s = UINT32_MAX;
	a.rate = a.value = a.limit = 1e300;
	a.state = ALERT_REPEATED;
	alert_sentence(&a, sentence);
	assert_true(strlen(sentence) < ALERT_SENTENCE_MAX - 1);
	assert_true(alert_entry(&a, buf) < ALERT_ENTRY_MAX - 1);
	assert_non_null(strstr(buf, "DROPWATCH_HINT=hhh"));
}

static void no_hint_is_a_hint_too(void **state)
{
	struct alert a = example;
	char buf[ALERT_ENTRY_MAX];

	(void)state;
	a.hint[0] = '\0';
	a.labels[LABEL_SYMBOL][0] = '\0';
	alert_entry(&a, buf);
	assert_non_null(strstr(buf, "\nDROPWATCH_HINT=the status page of dropwatchd, which "));
	assert_null(strstr(buf, "DROPWATCH_SYMBOL"));
}

/*
 * Each id has its entry in the catalog, and each @FIELD@ there is one that we always send: instead
 * of one that is missing, journalctl prints its name.
 */
static void catalog_explains_them(void **state)
{
	static const char *const ids[] = { ALERT_RAISED_ID, ALERT_CLEARED_ID };
	char catalog[16384] = "", entry[ALERT_ENTRY_MAX], field[64];
	FILE *f = fopen("../systemd/dropwatchd.catalog", "re");
	struct alert a = { .rule = "bare", .window_s = 60 }; /* no hint, no label known */

	(void)state;
	assert_non_null(f);
	assert_true(fread(catalog, 1, sizeof(catalog) - 1, f) > 0);
	fclose(f);
	for (size_t i = 0; i < 2; i++) {
		char head[64];

		snprintf(head, sizeof(head), "\n-- %s\nSubject: ", ids[i]);
		assert_non_null(strstr(catalog, head));
	}
	alert_entry(&a, entry);
	for (const char *p = catalog; (p = strchr(p, '@')); p = strchr(p + 1, '@') + 1) {
		snprintf(field, sizeof(field), "\n%.*s=", (int)strcspn(p + 1, "@"), p + 1);
		if (!strstr(entry, field))
			fail_msg("the catalog wants%s", field);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sentences),
		cmocka_unit_test(fields),
		cmocka_unit_test(sentences_on_a_counter),
		cmocka_unit_test(fields_of_a_counter),
		cmocka_unit_test(the_largest_fits),
		cmocka_unit_test(no_hint_is_a_hint_too),
		cmocka_unit_test(catalog_explains_them),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
