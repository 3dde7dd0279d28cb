/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "../test.h"

#include <string.h>

#include "base/label.h"
#include "config/config_diff.h"
#include "config/config_load.h"
#include "config/config_print.h"

static struct config_errors errors;

static struct config *parse(const char *text)
{
	struct config *c = NULL;

	if (config_parse("t", text, strlen(text), &c, &errors) < 0)
		fail_msg("%s\n%s", text, errors.text);
	return c;
}

static struct config *load(const char *path)
{
	struct config *c = NULL;

	if (config_load_file(path, &c, &errors) < 0)
		fail_msg("%s", errors.text);
	return c;
}

static char *print(const struct config *c)
{
	char *text = NULL;
	size_t len;
	FILE *f = open_memstream(&text, &len);

	assert_non_null(f);
	config_print(c, f);
	fclose(f);
	return text;
}

static void differ(const char *sentence, void *arg)
{
	fail_msg("%s\n%s", sentence, (const char *)arg);
}

/* What is printed is the same configuration, and is printed in the same way. */
static void round_trip(struct config *config)
{
	cleanup(config_unrefp) struct config *c = config, *again = NULL;
	cleanup(freep) char *text = print(c), *second = NULL;

	again = parse(text);
	config_differences(c, again, differ, text);
	assert_int_equal(again->n_own_classes, c->n_own_classes);
	second = print(again);
	assert_string_equal(second, text);
}

static void files_survive(void **state)
{
	(void)state;
	round_trip(config_load_defaults());
	round_trip(load("../conf/dropwatchd.yaml"));
	round_trip(load("../conf/classes.yaml"));
	round_trip(load("golden/config/all-keys.yaml"));
	round_trip(load("golden/config/never-fires.yaml"));
}

static void odd_values_survive(void **state)
{
	(void)state;
	round_trip(parse("source: \"replay:/a b: #c\"\n"));
	round_trip(parse("source: replay:x.pcap\n"));
	round_trip(parse("symbols: { kallsyms: \"-\", system_map: \"a\\\"b\\\\c # d\" }\n"));
	round_trip(parse(
		"series: { labels: [], windows: [1h, 7s], retire_after: 90s, tick: 1100ms }\n"));
	round_trip(parse("netdm: { receive_buffer_bytes: 4097 }\n"));
	round_trip(parse(
		"alerts:\n"
		"  - { name: \"1\", raise: 0.1, clear: 0.000000000000001 }\n"
		"  - { name: \"-\", raise: 0.000000000000001 }\n"
		"  - { name: c, raise: 3.141592653589793, hint: \"a: b, #c \\\"d\\\" "
		"\xe2\x80\xa6\" }\n"
		"  - { name: d, raise: 1, match: [ {}, { device: [\"\", \"eth*\", \"[a]\"] } ] }\n"
		"  - { name: e, raise: 1, match: {} }\n"));
	round_trip(parse(
		"classes:\n  rules:\n"
		"    - { match: { cast: [\"\", multicast], symbol: \"!a\" }, class: suspect }\n"
		"    - { why: \"'\", class: expected, match: { reason: \"*\" } }\n"));
}

static void prints_the_shape(void **state)
{
	cleanup(config_unrefp) struct config *c = parse(
		"classes: { rules: [ { match: { symbol: [a, \"b*\"] }, class: expected } ] }\n"
		"alerts: [ { name: x, raise: 2.5, match: { reason: \"\" } } ]\n");
	cleanup(freep) char *text = print(c);

	(void)state;
	assert_non_null(
		strstr(text, "source: auto  # restart\n\nnetdm:\n  alert_mode: summary  #"));
	assert_non_null(strstr(text, "\nclasses:\n  shipped: true  # live\n  rules:  # live\n"
				     "    - match: { symbol: [a, \"b*\"] }\n"
				     "      class: expected\n"
				     "      why: \"\"\n"
				     "\nalerts:  # live\n"
				     "  - name: x\n"
				     "    match:\n"
				     "      - { reason: \"\" }\n"
				     "    unit: rate\n"
				     "    raise: 2.5\n"
				     "    clear: 1.25\n"));
}

/* The root's keys are always printed. tests/packaging compares the manual with this file. */
static void one_file_has_every_key_of_a_rule(void **state)
{
	static const struct config_table *const tables[] = { &config_class_table,
							     &config_alert_table,
							     &config_match_table };
	cleanup(config_unrefp) struct config *c = load("golden/config/all-keys.yaml");
	cleanup(freep) char *text = print(c);

	(void)state;
	for (size_t t = 0; t < sizeof(tables) / sizeof(tables[0]); t++)
		for (size_t i = 0; i < tables[t]->n; i++) {
			const char *path = tables[t]->keys[i].path;
			char key[64];

			snprintf(key, sizeof(key), " %s:", path);
			if (!strstr(text, key))
				fail_msg("%s is not in golden/config/all-keys.yaml", path);
		}
}

static const struct config_key *find_key(const struct config_table *table, const char *path)
{
	for (size_t i = 0; i < table->n; i++)
		if (strcmp(table->keys[i].path, path) == 0)
			return &table->keys[i];
	fail_msg("there is no key %s", path);
	return NULL;
}

static bool has_word(const struct config_key *key, const char *word, unsigned int value)
{
	for (const struct config_word *w = key->words; w->word; w++)
		if (strcmp(w->word, word) == 0)
			return (unsigned int)w->value == value;
	return false;
}

/* Every label can be configured and matched under its name, and so can its values. */
static void all_labels_are_keys(void **state)
{
	const struct config_key *labels = find_key(&config_root, "series.labels");
	const struct config_key *classes = find_key(&config_class_table, "class");
	const struct config_key *origins = find_key(&config_match_table, "origin");

	(void)state;
	for (enum label i = 0; i < LABELS; i++) {
		const struct config_key *match = find_key(&config_match_table, label_name(i));

		assert_int_equal(match->offset, offsetof(struct config_match, globs[i]));
		assert_true(has_word(labels, label_name(i), LABEL_BIT(i)));
	}
	for (enum drop_class i = DROP_CLASS_SUSPECT; i <= DROP_CLASS_EXPECTED; i++)
		assert_true(has_word(classes, label_class(i), i));
	for (enum drop_origin i = DROP_ORIGIN_SOFTWARE; i <= DROP_ORIGIN_HARDWARE; i++)
		assert_true(has_word(origins, label_origin(i), i));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(files_survive),
		cmocka_unit_test(odd_values_survive),
		cmocka_unit_test(prints_the_shape),
		cmocka_unit_test(one_file_has_every_key_of_a_rule),
		cmocka_unit_test(all_labels_are_keys),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
