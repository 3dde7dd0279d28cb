/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The shipped files, and keys that somebody may have meant. */
#include "../test.h"

#include <string.h>

#include "config/config_diff.h"
#include "config/config_load.h"
#include "config/config_schema.h"

#define SHIPPED "../conf/dropwatchd.yaml"

static struct config_errors errors;

static void shipped_file_holds_the_alerts(void **state)
{
	static const char *const names[] = {
		"receive-buffer-full",	"listen-overflow",	"listen-overflow-container",
		"half-open-queue-full", "backlog-full",		"receive-ring-full",
		"driver-ring-full",	"card-buffer-full",	"queue-overrun",
		"cloud-receive-limit",	"cloud-send-limit",	"cloud-limit",
		"damaged-frames",	"neighbour-unresolved", "netfilter-drops",
		"conntrack-full",
	};
	cleanup(config_unrefp) struct config *c = NULL;

	(void)state;
	if (config_load_file(SHIPPED, &c, &errors) < 0)
		fail_msg("%s", errors.text);
	assert_int_equal(c->n_alerts, sizeof(names) / sizeof(names[0]));
	for (size_t i = 0; i < c->n_alerts; i++) {
		assert_string_equal(c->alerts[i].name, names[i]);
		assert_true(strlen(c->alerts[i].hint) > 20);
	}
}

static void shipped_classes_parse(void **state)
{
	cleanup(config_unrefp) struct config *c = NULL;
	cleanup(config_unrefp) struct config *defaults = config_load_defaults();

	(void)state;
	if (config_load_file("../conf/classes.yaml", &c, &errors) < 0)
		fail_msg("%s", errors.text);
	assert_false(c->shipped_classes);
	assert_true(c->n_classes >= 10);
	assert_int_equal(defaults->n_classes, c->n_classes); /* this is what is built in */
	for (size_t i = 0; i < c->n_classes; i++) {
		assert_int_equal(c->classes[i].drop_class, DROP_CLASS_EXPECTED);
		assert_true(strlen(c->classes[i].why) > 20);
	}
}

static void nearest_key(const char *section, const char *word, const char *want)
{
	char buf[64] = "";
	bool found = config_key_nearest(&config_root, section, word, buf, sizeof(buf));

	assert_int_equal(found, want != NULL);
	assert_string_equal(buf, want ? want : "");
}

static void finds_the_nearest_key(void **state)
{
	(void)state;
	nearest_key("", "sources", "source");
	nearest_key("", "alert", "alerts");
	nearest_key("", "netmd", "netdm");
	nearest_key("series", "widnows", "windows");
	nearest_key("series", "level", "log.level");
	nearest_key("web", "source", NULL);
	nearest_key("", "capacity", "ring.capacity");
	nearest_key("", "", NULL);
	nearest_key("", "xyzzyxyzzy", NULL);
	nearest_key("",
		    "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
		    NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(shipped_file_holds_the_alerts),
		cmocka_unit_test(shipped_classes_parse),
		cmocka_unit_test(finds_the_nearest_key),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
