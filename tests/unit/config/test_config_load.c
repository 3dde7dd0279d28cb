/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "../test.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "config/config_load.h"

static void the_command_line_overrides_the_file(void **state)
{
	struct config_options options = {
		.path = "../conf/dropwatchd.yaml",
		.source = "replay:x.pcap",
		.listen = "127.0.0.1:0,[::1]:1",
		.log_level = "debug",
	};
	cleanup(config_unrefp) struct config *c = NULL;
	static struct config_errors errors;

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
	static struct config_errors errors;
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
	static struct config_errors errors;

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
	static struct config_errors errors;
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
		cmocka_unit_test(the_command_line_overrides_the_file),
		cmocka_unit_test(a_bad_option_is_named),
		cmocka_unit_test(the_default_file_need_not_exist),
		cmocka_unit_test(a_default_file_once_read_is_missed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
