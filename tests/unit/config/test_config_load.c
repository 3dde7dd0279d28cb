/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "../test.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "config/config_diff.h"
#include "config/config_load.h"

static struct config_errors errors;

static struct config *good(const char *text)
{
	struct config *c = NULL;
	int r = config_parse("t", text, strlen(text), &c, &errors);

	if (r != 0)
		print_error("%s", errors.text);
	assert_int_equal(r, 0);
	assert_int_equal(errors.count, 0);
	assert_non_null(c);
	return c;
}

static void bad_bytes(const char *text, size_t len, const char *want)
{
	struct config *c = NULL;

	assert_int_equal(config_parse("t", text, len, &c, &errors), -EINVAL);
	assert_null(c);
	assert_true(errors.count > 0);
	assert_string_equal(errors.text, want);
}

static void bad(const char *text, const char *want)
{
	bad_bytes(text, strlen(text), want);
}

static void unexpected(const char *key, void *arg)
{
	(void)arg;
	fail_msg("%s differs", key);
}

static void nothing_means_the_defaults(void **state)
{
	static const char *const empty[] = {
		"",	 "# only a comment\n",
		"---\n", "---\n...\n",
		"{}\n",	 "web:\nalerts:\nclasses:\n  #shipped: true\n"
	};
	cleanup(config_unrefp) struct config *defaults = config_load_defaults();

	(void)state;
	for (size_t i = 0; i < sizeof(empty) / sizeof(empty[0]); i++) {
		cleanup(config_unrefp) struct config *c = good(empty[i]);

		config_keep_unchangeable(c, defaults, unexpected, NULL);
		assert_int_equal(c->n_classes, defaults->n_classes);
		assert_int_equal(c->n_alerts, 0);
		assert_true(c->n_classes > 0);
	}
}

static void reads_every_kind_of_value(void **state)
{
	cleanup(config_unrefp) struct config *c = good(
		"source: replay:/tmp/a b.pcap\n"
		"netdm: { alert_mode: packet, hardware: true, truncate_bytes: 0,\n"
		"         receive_buffer_bytes: 8MiB }\n"
		"replay: { speed: recorded }\n"
		"ring: { capacity: 1024 }\n"
		"series:\n  labels: [symbol, class]\n  windows: [30s, 1h]\n  tick: 250ms\n"
		"symbols: { kallsyms: \"/a: b\" }\n"
		"web: { listen: \"[::]:0\" }\n"
		"log: { level: debug }\n");

	(void)state;
	assert_int_equal(c->source.kind, SOURCE_REPLAY);
	assert_string_equal(c->source.replay.file, "/tmp/a b.pcap");
	assert_int_equal(c->source.netdm.alert_mode, ALERT_MODE_PACKET);
	assert_int_equal(c->source.netdm.hardware, HARDWARE_ON);
	assert_int_equal(c->source.netdm.truncate_bytes, 0);
	assert_int_equal(c->source.netdm.receive_buffer_bytes, 8 << 20);
	assert_int_equal(c->source.replay.speed, REPLAY_RECORDED);
	assert_int_equal(c->ring_capacity, 1024);
	assert_int_equal(c->series.labels, LABEL_BIT(LABEL_SYMBOL) | LABEL_BIT(LABEL_CLASS));
	assert_int_equal(c->series.n_windows, 2);
	assert_int_equal(c->series.windows_s[0], 30);
	assert_int_equal(c->series.windows_s[1], 3600);
	assert_int_equal(c->series.tick_ms, 250);
	assert_string_equal(c->symbols.kallsyms, "/a: b");
	assert_int_equal(c->web.n_listen, 1);
	assert_string_equal(c->web.listen[0], "[::]:0");
	assert_int_equal(c->log_level, LOG_LEVEL_DEBUG);
}

static void reads_rules(void **state)
{
	cleanup(config_unrefp) struct config *c = good(
		"classes:\n  shipped: false\n  rules:\n"
		"    - match: { symbol: [foo, \"b*\"], reason: \"\" }\n"
		"      why: it is\n      class: expected\n"
		"alerts:\n"
		"  - name: one\n    raise: 0.5\n"
		"  - name: two\n    match:\n      - { symbol: a }\n"
		"      - reason: [B, SKB_DROP_REASON_C, \"SKB_DROP_REASON_D*\"]\n"
		"        class: suspect\n"
		"    unit: count\n    raise: 1234.5\n    clear: 3\n    window: 5m\n    for: 10s\n"
		"    repeat: 0\n    priority: crit\n    hint: >\n      look\n      there\n");

	(void)state;
	assert_int_equal(c->n_classes, 1);
	assert_string_equal(c->classes[0].match.globs[LABEL_SYMBOL], "foo\nb*");
	assert_string_equal(c->classes[0].match.globs[LABEL_REASON], "");
	assert_null(c->classes[0].match.globs[LABEL_DEVICE]);
	assert_int_equal(c->classes[0].drop_class, DROP_CLASS_EXPECTED);
	assert_string_equal(c->classes[0].why, "it is");
	assert_int_equal(c->n_alerts, 2);
	assert_int_equal(c->alerts[0].n_matches, 0);
	assert_true(c->alerts[0].raise == 0.5 && c->alerts[0].clear == 0.25);
	assert_int_equal(c->alerts[0].unit, ALERT_PER_SECOND);
	assert_int_equal(c->alerts[0].window_s, 60);
	assert_int_equal(c->alerts[0].repeat_s, 3600);
	assert_int_equal(c->alerts[0].priority, 4);
	assert_int_equal(c->alerts[1].n_matches, 2);
	assert_string_equal(c->alerts[1].matches[1].globs[LABEL_CLASS], "suspect");
	assert_string_equal(c->alerts[1].matches[1].globs[LABEL_REASON], "B\nC\nD*");
	assert_int_equal(c->alerts[1].unit, ALERT_COUNT);
	assert_true(c->alerts[1].raise == 1234.5 && c->alerts[1].clear == 3);
	assert_int_equal(c->alerts[1].window_s, 300);
	assert_int_equal(c->alerts[1].for_s, 10);
	assert_int_equal(c->alerts[1].repeat_s, 0);
	assert_int_equal(c->alerts[1].priority, 2);
	assert_string_equal(c->alerts[1].hint, "look there");
}

/* All problems of a file, in order of place, and nothing is handed out. */
static void reports_all_at_once(void **state)
{
	(void)state;
	bad("netdm:\n  alertmode: packet\n  hardware: maybe\nseries:\n  windows: [2h]\nlistn: x\n",
	    "t:2:3: unknown key \"alertmode\"; did you mean \"alert_mode\"?\n"
	    "t:3:13: netdm.hardware: \"maybe\" is not one of auto, true, false\n"
	    "t:5:13: series.windows: must be at most 3600 s\n"
	    "t:6:1: unknown key \"listn\"; did you mean \"web.listen\"?\n");
	bad("listen: x\n", "t:1:1: unknown key \"listen\"; did you mean \"web.listen\"?\n");
	bad("wbe: {}\n", "t:1:1: unknown key \"wbe\"; did you mean \"web\"?\n");
}

static void refuses_what_makes_yaml_large(void **state)
{
	char deep[64] = "", *big = calloc(1, 70000);

	(void)state;
	bad("log: &a { level: info }\n", "t:1:6: anchors (&) and tags (!) are not allowed\n");
	bad("web: *a\n", "t:1:6: aliases (*) are not allowed; quote a glob that begins with *\n");
	bad("log: { level: !!str info }\n", "t:1:15: anchors (&) and tags (!) are not allowed; "
					    "quote a text that begins with & or !\n");
	bad("---\n---\n", "t:2:1: only one YAML document is allowed\n");
	bad("log: {}\nlog: {}\n", "t:2:1: log: duplicate key, first used in line 1\n");
	bad("? [a]\n: b\n", "t:1:3: a key must be a single word\n");
	bad("- a\n", "t:1:1: the file must contain a mapping of keys\n");
	memset(deep, '[', 20);
	bad(deep, "t:1:17: nested too deeply\n");
	memset(big, '#', 65537);
	bad(big, "t:1:1: the file is larger than 65536 bytes\n");
	big[65536] = '\0';
	config_unref(good(big));
	for (int i = 0; i < 20000; i++)
		memcpy(big + 2 * i, i ? "a," : "[ ", 2);
	big[40000] = '\0';
	bad(big, "t:1:32765: too many keys and values in one file\n");
	free(big);
}

static void refuses_bad_bytes(void **state)
{
	static const char controls[] = "t:1:9: a text must be one line without control characters "
				       "or characters that reorder text\n";

	(void)state;
	bad("log:\n  level: \xff\n", "t:2:10: invalid text: invalid leading UTF-8 octet\n");
	bad_bytes("log: \0", 6, "t:1:6: invalid text: control characters are not allowed\n");
	bad("source: \"a\\0b\"\n", controls);
	bad("source: \"a\\nb\"\n", controls);
}

static void syntax_ends_the_parsing(void **state)
{
	(void)state;
	bad("log: [\n",
	    "t:2:1: invalid YAML: did not find expected node content (while parsing a flow "
	    "node from line 2)\n");
	bad("\tlog: 1\n", "t:1:1: invalid YAML: found character that cannot start any token (while "
			  "scanning for the next token from line 1)\n");
}

/* A file of errors only: the first ones are reported, all are counted. */
static void bounds_the_errors(void **state)
{
	char text[8192];
	struct config *c = NULL;
	size_t n = 0;

	(void)state;
	for (int i = 0; i < 500; i++)
		n += (size_t)sprintf(text + n, "zzzzzz%d: 1\n", i);
	assert_int_equal(config_parse("t", text, n, &c, &errors), -EINVAL);
	assert_int_equal(errors.count, 500);
	assert_non_null(strstr(errors.text, "t:100:1: "));
	assert_null(strstr(errors.text, "t:101:1: "));
}

static void loads_regular_files_only(void **state)
{
	char dir[] = "/tmp/test-config-XXXXXX", fifo[64], file[64];
	cleanup(config_unrefp) struct config *c = NULL;
	FILE *f;

	(void)state;
	assert_non_null(mkdtemp(dir));
	snprintf(fifo, sizeof(fifo), "%s/fifo", dir);
	snprintf(file, sizeof(file), "%s/file", dir);
	assert_int_equal(config_load_file(file, &c, &errors), -ENOENT);
	assert_non_null(strstr(errors.text, "/file: No such file or directory\n"));
	assert_int_equal(mkfifo(fifo, 0600), 0);
	assert_int_equal(config_load_file(fifo, &c, &errors), -EINVAL); /* and does not hang */
	assert_non_null(strstr(errors.text, "not a regular file"));
	assert_int_equal(config_load_file(dir, &c, &errors), -EINVAL);
	assert_int_equal(config_load_file("/dev/zero", &c, &errors), -EINVAL);
	assert_null(c);
	f = fopen(file, "w");
	fputs("log: { level: error }\n", f);
	fclose(f);
	assert_int_equal(config_load_file(file, &c, &errors), 0);
	assert_string_equal(c->path, file);
	assert_int_equal(c->log_level, LOG_LEVEL_ERROR);
	unlink(file);
	unlink(fifo);
	rmdir(dir);
}

static void the_command_line_overrides_the_file(void **state)
{
	struct config_options options = {
		.path = "../conf/dropwatchd.yaml",
		.source = "replay:x.pcap",
		.listen = "127.0.0.1:0,[::1]:1",
		.log_level = "debug",
	};
	cleanup(config_unrefp) struct config *c = NULL;

	(void)state;
	assert_int_equal(config_load(&options, &c, &errors), 0);
	assert_int_equal(c->source.kind, SOURCE_REPLAY);
	assert_string_equal(c->source.replay.file, "x.pcap");
	assert_int_equal(c->web.n_listen, 2);
	assert_string_equal(c->web.listen[1], "[::1]:1");
	assert_int_equal(c->log_level, LOG_LEVEL_DEBUG);
	assert_true(c->n_alerts > 0);
	assert_true(c->loaded_ns > 0);
}

static void refuse(struct config_options *options, const char *sentence)
{
	struct config *c = NULL;

	assert_true(config_load(options, &c, &errors) < 0);
	assert_null(c);
	assert_int_equal(errors.count, 1);
	assert_string_equal(errors.text, sentence);
}

static void a_bad_option_is_named(void **state)
{
	const char *file = "../conf/dropwatchd.yaml";

	(void)state;
	refuse(&(struct config_options){ .path = file, .log_level = "loud" },
	       "--log.level: \"loud\" is not one of error, warning, info, debug\n");
	refuse(&(struct config_options){ .path = file, .source = "netlink" },
	       "--source: \"netlink\" is not one of auto, netdm, tracepoint, replay:FILE\n");
	refuse(&(struct config_options){ .path = "no/such.yaml" },
	       "no/such.yaml: No such file or directory\n");
}

static void the_default_file_need_not_exist(void **state)
{
	struct config_options options = { .default_path = "no/such.yaml" };
	cleanup(config_unrefp) struct config *c = NULL;

	(void)state;
	assert_int_equal(config_load(&options, &c, &errors), 0);
	assert_string_equal(c->path, "");
	/* There, as far as we can see, but not to be read: said, not taken for absent. */
	refuse(&(struct config_options){ .default_path = "../conf/dropwatchd.yaml/x.yaml" },
	       "../conf/dropwatchd.yaml/x.yaml: Not a directory\n");
}

static void a_default_file_once_read_is_missed(void **state)
{
	char path[] = "/tmp/dropwatchd-test-XXXXXX";
	struct config_options options = { .default_path = path };
	cleanup(config_unrefp) struct config *c = NULL;
	int fd = mkstemp(path);

	(void)state;
	assert_true(fd >= 0);
	close(fd);
	assert_int_equal(config_load(&options, &c, &errors), 0);
	assert_string_equal(c->path, path);
	c = config_unref(c);
	unlink(path);
	assert_int_equal(config_load(&options, &c, &errors), -ENOENT);
	assert_null(c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_means_the_defaults),
		cmocka_unit_test(reads_every_kind_of_value),
		cmocka_unit_test(reads_rules),
		cmocka_unit_test(reports_all_at_once),
		cmocka_unit_test(refuses_what_makes_yaml_large),
		cmocka_unit_test(refuses_bad_bytes),
		cmocka_unit_test(syntax_ends_the_parsing),
		cmocka_unit_test(bounds_the_errors),
		cmocka_unit_test(loads_regular_files_only),
		cmocka_unit_test(the_command_line_overrides_the_file),
		cmocka_unit_test(a_bad_option_is_named),
		cmocka_unit_test(the_default_file_need_not_exist),
		cmocka_unit_test(a_default_file_once_read_is_missed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
