/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "../test.h"

#include <stdio.h>
#include <string.h>

#include "config/lint_labels.h"
#include "config/config_load.h"

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
	sentences = lint_labels(c, hear, &said);
	assert_int_equal(sentences, said.n);
	config_unref(c);
	return said;
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

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_label_that_is_left_out_is_reported),
		cmocka_unit_test(without_the_class_every_drop_is_suspect),
		cmocka_unit_test(what_the_source_does_not_know_is_reported),
		cmocka_unit_test(all_labels_leave_nothing_to_say),
		cmocka_unit_test(a_match_for_the_unknown_is_enough),
		cmocka_unit_test(origin_and_hardware_are_known_in_any_case),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
