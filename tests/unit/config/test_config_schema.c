/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The shipped files against the table of keys: each key stands in conf/dropwatchd.yaml as a comment
 * with exactly its default, in its section, and with the right mark of what a reload does.
 */
#include "../test.h"

#include <string.h>

#include "config/config_diff.h"
#include "config/config_load.h"
#include "config/config_schema.h"
#include "config/config_yaml.h"

#define SHIPPED "../conf/dropwatchd.yaml"

static struct config_errors errors;

static char *slurp(const char *path)
{
	FILE *f = fopen(path, "re");
	char *text = calloc(1, 65537);

	assert_non_null(f);
	assert_true(fread(text, 1, 65536, f) > 0);
	fclose(f);
	return text;
}

/* Is line n of the text exactly "INDENT#KEY: VALUE   # MARK"? */
static bool is_row(const char *line, const char *want, const char *mark)
{
	size_t n = strlen(want);

	if (strncmp(line, want, n) != 0 || line[n] != ' ')
		return false;
	line += n + strspn(line + n, " ");
	return strncmp(line, mark, strlen(mark)) == 0 && line[strlen(mark)] == '\n';
}

/* The text of a section: from "NAME:" to the next line that is neither indented nor a comment. */
static const char *find_row(const char *text, const char *section, const char *want,
			    const char *mark)
{
	bool inside = !*section;
	size_t n = strlen(section);

	for (const char *line = text; line && *line; line = strchr(line, '\n'), line += !!line) {
		if (*section && line[0] != ' ' && line[0] != '#' && line[0] != '\n')
			inside = strncmp(line, section, n) == 0 && strncmp(line + n, ":\n", 2) == 0;
		if (inside && is_row(line, want, mark))
			return line;
	}
	return NULL;
}

static void shipped_file_shows_every_key(void **state)
{
	cleanup(config_unrefp) struct config *defaults = config_load_defaults();
	cleanup(freep) char *text = slurp(SHIPPED);

	(void)state;
	for (size_t i = 0; i < config_root.n; i++) {
		const struct config_key *key = &config_root.keys[i];
		const char *dot = strchr(key->path, '.');
		char section[32] = "", value[4096], want[4200];

		if (dot)
			snprintf(section, sizeof(section), "%.*s", (int)(dot - key->path),
				 key->path);
		config_key_print(key, defaults, value, sizeof(value));
		snprintf(want, sizeof(want), "%s#%s: %s", dot ? "  " : "",
			 dot ? dot + 1 : key->path, value);
		if (!find_row(text, section, want, key->live ? "# live" : "# restart"))
			fail_msg("%s: the shipped file does not say, in section \"%s\": %s   # %s",
				 key->path, section, want, key->live ? "live" : "restart");
	}
}

/* With every "#key" made active it still parses to the defaults: the values are ones that it takes.
 */
static void shipped_rows_parse(void **state)
{
	cleanup(config_unrefp) struct config *defaults = config_load_defaults(), *c = NULL;
	cleanup(freep) char *text = slurp(SHIPPED);
	char *alerts = strstr(text, "\n#alerts: []");

	(void)state;
	assert_non_null(alerts);
	strcpy(alerts, "\nalerts: []\n");
	for (char *p = text; *p; p++)
		if (*p == '#' && (p == text || p[-1] == '\n' || p[-1] == ' ') && p[1] >= 'a' &&
		    p[1] <= 'z')
			*p = ' ';
	/* The only keys at the left edge. */
	memmove(strstr(text, " source: auto"), "source: auto ", 13);
	if (config_yaml_parse(SHIPPED, text, strlen(text), &c, &errors) < 0)
		fail_msg("%s", errors.text);
	assert_int_equal(config_keep_unchangeable(c, defaults, NULL, NULL), 0);
	assert_int_equal(c->log_level, defaults->log_level);
	assert_int_equal(c->n_classes, defaults->n_classes);
}

static void shipped_file_holds_the_alerts(void **state)
{
	static const char *const names[] = { "receive-buffer-full", "listen-overflow",
					     "backlog-full", "neighbour-unresolved",
					     "netfilter-drops" };
	cleanup(config_unrefp) struct config *c = NULL;

	(void)state;
	if (config_yaml_load(SHIPPED, &c, &errors) < 0)
		fail_msg("%s", errors.text);
	assert_int_equal(c->n_alerts, 5);
	for (size_t i = 0; i < 5; i++) {
		assert_string_equal(c->alerts[i].name, names[i]);
		assert_true(strlen(c->alerts[i].hint) > 20);
	}
}

static void shipped_classes_parse(void **state)
{
	cleanup(config_unrefp) struct config *c = NULL;
	cleanup(config_unrefp) struct config *defaults = config_load_defaults();

	(void)state;
	if (config_yaml_load("../conf/classes.yaml", &c, &errors) < 0)
		fail_msg("%s", errors.text);
	assert_false(c->shipped_classes);
	assert_true(c->n_classes >= 10);
	assert_int_equal(defaults->n_classes, c->n_classes); /* this is what is built in */
	for (size_t i = 0; i < c->n_classes; i++) {
		assert_true(c->classes[i].expected);
		assert_true(strlen(c->classes[i].why) > 20);
	}
}

/* Each key of each table has its place in dropwatchd.yaml(5). */
static void man_page_knows_every_key(void **state)
{
	static const struct config_table *const tables[] = { &config_root, &config_class_table,
							     &config_alert_table,
							     &config_match_table };
	cleanup(freep) char *page = slurp("../packaging/man/dropwatchd.yaml.5");

	(void)state;
	for (size_t t = 0; t < sizeof(tables) / sizeof(tables[0]); t++)
		for (size_t i = 0; i < tables[t]->n; i++) {
			const char *path = tables[t]->keys[i].path;
			char item[64];

			snprintf(item, sizeof(item), ".It Cm %s", path);
			if (!strstr(page, item))
				fail_msg("dropwatchd.yaml(5) does not know %s", path);
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
		cmocka_unit_test(shipped_file_shows_every_key),
		cmocka_unit_test(shipped_rows_parse),
		cmocka_unit_test(shipped_file_holds_the_alerts),
		cmocka_unit_test(shipped_classes_parse),
		cmocka_unit_test(man_page_knows_every_key),
		cmocka_unit_test(finds_the_nearest_key),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
