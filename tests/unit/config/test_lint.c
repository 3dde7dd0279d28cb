/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "../test.h"

#include <stdio.h>
#include <string.h>

#include "config/config_load.h"
#include "config/glob.h"
#include "config/lint.h"

struct said {
	char text[1024];
	size_t n;
};

static void hear(const char *sentence, void *arg)
{
	struct said *said = arg;

	strcat(strcat(said->text, sentence), "\n");
	said->n++;
}

#define LEFT_OUT(alert, label)                                                                     \
	"alert " alert " matches the label " label ", which series.labels omits: "
#define FITS_NONE	"it matches no software drop\n"
#define ALL_ARE_SUSPECT "it treats every drop as suspect\n"

/* What is said of these labels and these rules,. */
static struct said ask(const char *labels, const char *rules)
{
	struct config_errors errors = { 0 };
	struct said said = { 0 };
	struct config *c = NULL;
	char yaml[2048];
	int n = snprintf(yaml, sizeof(yaml), "series: { labels: %s }\nalerts:\n%s", labels, rules);
	size_t sentences;

	if (config_parse("test", yaml, (size_t)n, &c, &errors) < 0)
		fail_msg("%s", errors.text);
	sentences = lint_alerts(c, hear, &said);
	assert_int_equal(sentences, said.n);
	config_unref(c);
	return said;
}

static void counters_need_the_ledger(void **state)
{
	static const char off[] = "  - { name: a, raise: 1 }\nledger: { enabled: false }\n";
	static const char one[] = "  - { name: a, raise: 1 }\n"
				  "  - { name: b, raise: 1, counter: Udp.NoPorts }\n"
				  "ledger: { enabled: false }\n";
	static const char three[] = "  - { name: c, raise: 1, counter: softnet.dropped }\n"
				    "  - { name: d, raise: 1, counter: Udp.NoPorts }\n"
				    "  - { name: e, raise: 1, counter: Udp.NoPorts }\n"
				    "ledger: { enabled: false }\n";

	(void)state;
	assert_string_equal(ask("[]", off).text, "");
	assert_string_equal(ask("[]", one).text, "alert b watches a counter, but ledger.enabled is "
						 "false: it never fires\n");
	assert_string_equal(ask("[]", three).text,
			    "alerts c and 2 more watch counters, but ledger.enabled is false: they "
			    "never fire\n");
	assert_string_equal(ask("[]", "  - { name: b, raise: 1, counter: Udp.NoPorts }\n").text,
			    "");
}

static void the_canary_needs_the_ledger(void **state)
{
	static const char rule[] = "  - { name: a, raise: 1 }\n";
	char off[128], on[128];

	(void)state;
	snprintf(off, sizeof(off), "%sledger: { enabled: false, canary: 1m }\n", rule);
	snprintf(on, sizeof(on), "%sledger: { canary: 1m }\n", rule);
	assert_string_equal(ask("[]", off).text, "ledger.canary is set, but ledger.enabled is "
						 "false: no canaries are sent\n");
	assert_string_equal(ask("[]", on).text, "");
}

static void a_label_that_is_left_out_is_reported(void **state)
{
	struct said said = ask(
		"[symbol]", "  - { name: a, raise: 1, match: { reason: NO_SOCKET } }\n"
			    "  - { name: b, raise: 1, match: { symbol: udp* } }\n"
			    "  - { name: c, raise: 1 }\n"
			    "  - { name: d, raise: 1, match: { device: '?*', protocol: arp } }\n");

	(void)state;
	assert_string_equal(said.text, LEFT_OUT("a", "reason") FITS_NONE LEFT_OUT("d", "device")
					       FITS_NONE LEFT_OUT("d", "protocol") FITS_NONE);
}

static void without_the_class_every_drop_is_suspect(void **state)
{
	struct said said = ask("[reason]",
			       "  - { name: a, raise: 1, match: { symbol: x, class: suspect } }\n");

	(void)state;
	assert_string_equal(said.text, LEFT_OUT("a", "symbol") FITS_NONE LEFT_OUT("a", "class")
					       ALL_ARE_SUSPECT);
}

static void what_the_source_does_not_know_is_reported(void **state)
{
	static const char rules[] =
		"  - { name: a, raise: 1, match: { reason: NO_SOCKET } }\n"
		"  - { name: b, raise: 1, match: [{ reason: X }, { symbol: y, reason: '' }] }\n"
		"  - { name: c, raise: 1, match: { device: eth0, class: suspect, symbol: z } }\n"
		"  - { name: d, raise: 1, match: { origin: hardware, device: eth0 } }\n"
		"  - { name: e, raise: 1, match: [{ device: lo, reason: X },"
		" { symbol: z, reason: '' }] }\n";
	static const char all[] =
		"[origin, symbol, reason, device, in_device, protocol, transport, class]";
	static const char *const sources[] = { "tracepoint", "auto" };
	char yaml[2048];
	struct said said;

	(void)state;
	snprintf(yaml, sizeof(yaml), "%ssource: netdm\n", rules);
	said = ask(all, yaml);
	assert_string_equal(said.text,
			    "alert a matches the label reason, which netdm does not know in "
			    "summary mode: " FITS_NONE
			    "alert c matches the label device, which netdm does not know in "
			    "summary mode: " FITS_NONE);
	snprintf(yaml, sizeof(yaml), "%ssource: netdm\nnetdm: { alert_mode: packet }\n", rules);
	said = ask(all, yaml);
	assert_string_equal(said.text, "alert c matches the label device, which netdm does not "
				       "know in packet mode: " FITS_NONE);
	for (size_t i = 0; i < 2; i++) {
		snprintf(yaml, sizeof(yaml), "%ssource: %s\n", rules, sources[i]);
		assert_int_equal(ask(all, yaml).n, 0);
	}
}

static void all_labels_leave_nothing_to_say(void **state)
{
	(void)state;
	assert_int_equal(ask("[origin, symbol, reason, device, protocol, class]",
			     "  - { name: a, raise: 1, match: { symbol: x, reason: x, device: x, "
			     "protocol: x, class: expected, origin: software } }\n")
				 .n,
			 0);
}

static void a_match_for_the_unknown_is_enough(void **state)
{
	(void)state;
	assert_int_equal(ask("[symbol]", "  - name: a\n    raise: 1\n    match:\n"
					 "      - { reason: NO_SOCKET }\n"
					 "      - { symbol: x, reason: '' }\n")
				 .n,
			 0);
	assert_int_equal(ask("[symbol]", "  - { name: a, raise: 1, match: { reason: ['', x], "
					 "device: '*', class: '*' } }\n")
				 .n,
			 0);
}

static void origin_and_hardware_are_known_in_any_case(void **state)
{
	(void)state;
	assert_int_equal(
		ask("[symbol]",
		    "  - name: a\n    raise: 1\n    match: { origin: hardware, reason: l3_* }\n"
		    "  - name: b\n    raise: 1\n    match: { origin: software }\n")
			.n,
		0);
}

/* A kernel before 6.15, which does not have TCP_LISTEN_OVERFLOW. */
static const char *const reasons[] = { "NOT_SPECIFIED", "NO_SOCKET", "SOCKET_RCVBUFF",
				       "NEIGH_FAILED", NULL };
static const char *const protocols[] = { "", "ipv4", "ipv6", "0x88b5", NULL };
static const char *const transports[] = { "", "tcp", "udp", "icmpv6", "253", NULL };

static const char *at(const void *arg, size_t place, char buf[LINT_VALUE_MAX])
{
	const char *const *list = arg;

	(void)buf;
	return list[place];
}

static bool elsewhere(const char *glob, size_t len)
{
	static const char *const others[] = { "TCP_LISTEN_OVERFLOW", "QDISC_DROP",
					      "OVS_DROP_METER" };

	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
		if (glob_match(glob, len, others[i]))
			return true;
	return false;
}

static const struct label_values values[] = {
	{ LABEL_REASON, at, reasons, elsewhere },
	{ LABEL_PROTOCOL, at, protocols, NULL },
	{ LABEL_TRANSPORT, at, transports, NULL },
};

static void note(const char *sentence, void *arg)
{
	strcat(strcat(arg, sentence), "\n");
}

static void says(const char *yaml, const char *wanted)
{
	static struct config_errors errors;
	cleanup(config_unrefp) struct config *c = NULL;
	char said[1024] = "";
	size_t n;

	if (config_parse("f", yaml, strlen(yaml), &c, &errors) < 0)
		fail_msg("%s", errors.text);
	strcpy(c->path, "f");
	n = lint_values(c, values, 3, note, said);
	assert_string_equal(said, wanted);
	for (const char *line = said; (line = strchr(line, '\n')); line++)
		n--;
	assert_int_equal(n, 0);
}

#define ALERT(match) "alerts:\n  - name: a\n    raise: 1\n    match: " match "\n"

static void what_there_is_is_good(void **state)
{
	(void)state;
	says("", "");
	says(ALERT("[{ reason: NO_SOCKET }, { reason: SKB_DROP_REASON_NO_SOCKET }]"), "");
	says(ALERT("{ reason: [\"\", \"NEIGH_*\"], protocol: [ipv4, 0x88b5], transport: 253 }"),
	     "");
	says(ALERT("{ symbol: anything, device: nothing }"), "");
	says("alerts:\n  - name: a\n    raise: 1\n", "");
}

static void mistyped_values_are_reported(void **state)
{
	(void)state;
	says(ALERT("{ reason: NO_SOKET }"),
	     "f:2: alert a: no drop has the reason \"NO_SOKET\"; did you mean \"NO_SOCKET\"?\n");
	says(ALERT("{ reason: no_socket }"),
	     "f:2: alert a: no drop has the reason \"no_socket\"; did you mean \"NO_SOCKET\"?\n");
	says(ALERT("{ reason: [NO_SOCKET, \"SOKET_*\"] }"),
	     "f:2: alert a: no drop has the reason \"SOKET_*\"\n");
	says(ALERT("{ protocol: IPv4, transport: tpc }"),
	     "f:2: alert a: no drop has the protocol \"IPv4\"; did you mean \"ipv4\"?\n"
	     "f:2: alert a: no drop has the transport \"tpc\"; did you mean \"tcp\"?\n");
	says(ALERT("{ transport: something_else }"),
	     "f:2: alert a: no drop has the transport \"something_else\"\n");
	says("classes:\n  rules:\n    - match: { reason: NO_SOKET }\n      class: expected\n",
	     "f:3: classes.rules: no drop has the reason \"NO_SOKET\"; did you mean "
	     "\"NO_SOCKET\"?\n");
}

/* A file that serves many kernels is in order, unless a rule is of no use here. */
static void names_of_other_kernels_are_reported_if_needed(void **state)
{
	(void)state;
	says(ALERT("{ reason: [TCP_LISTEN_OVERFLOW, NO_SOCKET] }"), "");
	says(ALERT("[{ reason: TCP_LISTEN_OVERFLOW }, { symbol: cookie_v4_check, reason: \"\" }]"),
	     "");
	says(ALERT("{ reason: TCP_LISTEN_OVERFLOW }"),
	     "f:2: alert a: never fires on this kernel, which does not have the reason "
	     "\"TCP_LISTEN_OVERFLOW\"\n");
	says(ALERT("[{ reason: \"QDISC_*\" }, { reason: OVS_DROP_METER }]"),
	     "f:2: alert a: never fires on this kernel, which does not have the reason "
	     "\"OVS_DROP_METER\"\n");
}

/* There reason is the trap group, which the device's driver names. */
static void hardware_has_names_of_its_own(void **state)
{
	(void)state;
	says(ALERT("{ origin: hardware, reason: L2_Drops }"), "");
	says(ALERT("{ reason: l2_drops }"), "");
	says(ALERT("{ origin: software, reason: l2_drops }"),
	     "f:2: alert a: no drop has the reason \"l2_drops\"\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(counters_need_the_ledger),
		cmocka_unit_test(the_canary_needs_the_ledger),
		cmocka_unit_test(a_label_that_is_left_out_is_reported),
		cmocka_unit_test(without_the_class_every_drop_is_suspect),
		cmocka_unit_test(what_the_source_does_not_know_is_reported),
		cmocka_unit_test(all_labels_leave_nothing_to_say),
		cmocka_unit_test(a_match_for_the_unknown_is_enough),
		cmocka_unit_test(origin_and_hardware_are_known_in_any_case),
		cmocka_unit_test(what_there_is_is_good),
		cmocka_unit_test(mistyped_values_are_reported),
		cmocka_unit_test(names_of_other_kernels_are_reported_if_needed),
		cmocka_unit_test(hardware_has_names_of_its_own),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
