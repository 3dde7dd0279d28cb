/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Any bytes as a configuration: within all bounds, or refused with sentences fit to be logged. */
#include "fuzz.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/utf8.h"
#include "config/config_diff.h"
#include "config/config_print.h"
#include "config/config_schema.h"
#include "config/config_load.h"

/* Whole lines of clean text, each with a place. */
static void check_errors(const struct config_errors *e)
{
	const char *line = e->text;

	expect(e->count > 0 && *line);
	while (*line) {
		const char *end = strchr(line, '\n');
		char clean[1024];
		unsigned int row, column;

		expect(end && end - line < 1000);
		expect(sscanf(line, "f:%u:%u: ", &row, &column) == 2 && row > 0 && column > 0);
		expect(utf8_clean(clean, sizeof(clean), line, (size_t)(end - line)) ==
		       (size_t)(end - line));
		line = end + 1;
	}
}

/* Such as "auto", which stands for a number of its own. */
static bool is_word(const struct config_key *key, uint32_t value)
{
	for (const struct config_word *w = key->words; w && w->word; w++)
		if ((uint32_t)w->value == value)
			return true;
	return false;
}

static void check_numbers(const struct config *c)
{
	for (size_t i = 0; i < config_root.n; i++) {
		const struct config_key *key = &config_root.keys[i];
		uint32_t value;

		if (key->type < CONFIG_NUMBER || key->type > CONFIG_MS)
			continue;
		memcpy(&value, (const char *)c + key->offset, sizeof(value));
		expect((value >= key->min && value <= key->max) || is_word(key, value));
	}
	expect((c->ring_capacity & (c->ring_capacity - 1)) == 0);
	expect(c->series.n_windows >= 1 && c->series.n_windows <= CONFIG_WINDOWS_MAX);
	expect(c->web.n_listen >= 1 && c->web.n_listen <= CONFIG_LISTEN_MAX);
}

static void check_rules(const struct config *c)
{
	expect(c->n_alerts <= CONFIG_ALERTS_MAX);
	for (size_t i = 0; i < c->n_alerts; i++) {
		const struct config_alert *a = &c->alerts[i];

		expect(a->name[0] && a->n_matches <= CONFIG_MATCHES_MAX);
		expect(a->clear > 0 && a->raise >= a->clear);
		expect(a->window_s >= 1 && a->window_s <= 3600);
		for (size_t j = 0; j < i; j++)
			expect(strcmp(a->name, c->alerts[j].name) != 0);
	}
	for (size_t i = 0; i < c->n_classes; i++)
		expect(memchr(c->classes[i].why, '\0', sizeof(c->classes[i].why)));
}

static void unexpected(const char *sentence, void *arg)
{
	(void)arg;
	fprintf(stderr, "%s\n", sentence);
	expect(false);
}

/* What is printed loads again and is the same, unless it is too large for a file. */
static void check_printed(const struct config *c)
{
	static struct config_errors errors;
	cleanup(config_unrefp) struct config *again = NULL;
	cleanup(freep) char *text = NULL;
	size_t len;
	FILE *f = open_memstream(&text, &len);

	expect(f);
	config_print(c, f);
	fclose(f);
	if (len > 65536)
		return;
	if (config_parse("printed", text, len, &again, &errors) < 0)
		fputs(errors.text, stderr);
	expect(again);
	config_differences(c, again, unexpected, NULL);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct config_errors errors;
	cleanup(config_unrefp) struct config *c = NULL;
	int r = config_parse("f", (const char *)data, size, &c, &errors);

	if (r < 0) {
		expect(r == -EINVAL && !c);
		check_errors(&errors);
		return 0;
	}
	check_numbers(c);
	check_rules(c);
	check_printed(c);
	return 0;
}
