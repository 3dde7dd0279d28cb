/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The inverse of config_apply.c and config_scalar.c: the same table defines the keys, their
 * order, and how each value is written.
 *
 * Thread: the caller's; no state.
 */
#include "config/config_print.h"

#include <string.h>

#include "config/config_option.h"
#include "config/config_value.h"

static void print_quoted(FILE *f, const char *text, size_t len)
{
	fputc('"', f);
	for (size_t i = 0; i < len; i++) {
		if (text[i] == '"' || text[i] == '\\')
			fputc('\\', f);
		fputc(text[i], f);
	}
	fputc('"', f);
}

/* Without any character that could be YAML syntax? */
static bool is_plain(const char *text, size_t len)
{
	return strspn(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
			    "0123456789_./-") >= len;
}

static void print_text(FILE *f, const char *text, size_t len)
{
	if (len > 0 && text[0] != '-' && is_plain(text, len))
		fwrite(text, 1, len, f);
	else
		print_quoted(f, text, len);
}

static const char *find_word(const struct config_word *words, int value)
{
	while (words && words->word && words->value != value)
		words++;
	return words ? words->word : NULL;
}

static void print_number(FILE *f, const struct config_key *key, uint32_t value)
{
	const char *word = find_word(key->words, (int)value);

	if (word)
		fputs(word, f);
	else
		config_number_print(config_number(key->type), value, f);
}

static void print_flags(FILE *f, const struct config_word *words, unsigned int flags)
{
	const char *comma = "";

	fputc('[', f);
	for (; words->word; words++) {
		if (!(flags & (unsigned int)words->value))
			continue;
		fprintf(f, "%s%s", comma, words->word);
		comma = ", ";
	}
	fputc(']', f);
}

static void print_source(FILE *f, const struct config_source *source)
{
	const char *file = source->replay.file;
	char text[sizeof(source->replay.file) + sizeof("replay:")];
	const int len = snprintf(text, sizeof(text), "%s%s", config_source_word(source->kind),
				 file);

	if (is_plain(file, strlen(file)))
		fputs(text, f);
	else
		print_quoted(f, text, (size_t)len);
}

static void print_windows(FILE *f, const struct config_series *s)
{
	fputc('[', f);
	for (size_t i = 0; i < s->n_windows; i++) {
		fputs(i ? ", " : "", f);
		config_number_print(config_number(CONFIG_WINDOWS), s->windows_s[i], f);
	}
	fputc(']', f);
}

static void print_listen(FILE *f, const struct config_web *w)
{
	fputc('[', f);
	for (size_t i = 0; i < w->n_listen; i++) {
		fputs(i ? ", " : "", f);
		print_text(f, w->listen[i], strlen(w->listen[i]));
	}
	fputc(']', f);
}

/* One glob a line; see struct config_match. */
static void print_globs(FILE *f, const char *globs)
{
	const bool list = strchr(globs, '\n');

	fputs(list ? "[" : "", f);
	for (;;) {
		const size_t len = strcspn(globs, "\n");

		print_text(f, globs, len);
		if (!globs[len])
			break;
		fputs(", ", f);
		globs += len + 1;
	}
	fputs(list ? "]" : "", f);
}

static void print_match(FILE *f, const struct config_match *match)
{
	const char *before = "{ ";

	for (size_t i = 0; i < config_match_table.n; i++) {
		const struct config_key *key = &config_match_table.keys[i];
		const char *globs;

		memcpy(&globs, (const char *)match + key->offset, sizeof(globs));
		if (!globs)
			continue;
		fprintf(f, "%s%s: ", before, key->path);
		print_globs(f, globs);
		before = ", ";
	}
	fputs(*before == '{' ? "{}" : " }", f);
}

void config_print_value(const struct config_key *key, const void *base, FILE *f)
{
	const void *at = (const char *)base + key->offset;

	switch (key->type) {
	case CONFIG_BOOL:
		fputs(*(const bool *)at ? "true" : "false", f);
		break;
	case CONFIG_NUMBER:
	case CONFIG_POWER_OF_2:
	case CONFIG_BYTES:
	case CONFIG_SECONDS:
	case CONFIG_MS:
		print_number(f, key, *(const uint32_t *)at);
		break;
	case CONFIG_REAL:
		config_real_print(*(const double *)at, f);
		break;
	case CONFIG_WORD:
		fputs(find_word(key->words, *(const int *)at), f);
		break;
	case CONFIG_FLAGS:
		print_flags(f, key->words, *(const unsigned int *)at);
		break;
	case CONFIG_TEXT:
	case CONFIG_NAME:
		print_text(f, at, strlen(at));
		break;
	case CONFIG_SOURCE:
		print_source(f, &((const struct config *)base)->source);
		break;
	case CONFIG_LISTEN:
		print_listen(f, &((const struct config *)base)->web);
		break;
	case CONFIG_WINDOWS:
		print_windows(f, &((const struct config *)base)->series);
		break;
	case CONFIG_MATCH:
		print_match(f, at);
		break;
	case CONFIG_GLOBS:   /* see print_match() */
	case CONFIG_MATCHES: /* see config_print_rule() */
	case CONFIG_COUNTER:
	case CONFIG_CLASSES:
	case CONFIG_ALERTS:
		break;
	}
}

/* An alert rule without a match fits every drop; an empty list would be refused. */
static void print_matches(FILE *f, const struct config_alert *alert, int indent)
{
	if (alert->n_matches)
		fprintf(f, "%*smatch:\n", indent, "");
	for (size_t i = 0; i < alert->n_matches; i++) {
		fprintf(f, "%*s- ", indent + 2, "");
		print_match(f, &alert->matches[i]);
		fputc('\n', f);
	}
}

static void print_counter(FILE *f, const struct config_alert *alert, int indent)
{
	if (alert->counter)
		fprintf(f, "%*scounter: %s\n", indent, "", alert->counter->name);
}

/* The first key of each table is required, so there is something to put the dash before. */
void config_print_rule(const struct config_table *table, const void *rule, int indent, FILE *f)
{
	for (size_t i = 0; i < table->n; i++) {
		const struct config_key *key = &table->keys[i];

		if (key->type == CONFIG_MATCHES) {
			print_matches(f, rule, indent + 2);
		} else if (key->type == CONFIG_COUNTER) {
			print_counter(f, rule, indent + 2);
		} else {
			fprintf(f, "%*s%s%s: ", indent, "", i ? "  " : "- ", key->path);
			config_print_value(key, rule, f);
			fputc('\n', f);
		}
	}
}

static size_t n_rules(const struct config_key *key, const struct config *c)
{
	return key->type == CONFIG_CLASSES  ? c->n_own_classes
	       : key->type == CONFIG_ALERTS ? c->n_alerts
					    : 0;
}

/* The rules below a key, if it is one that has rules. */
static void print_rules(FILE *f, const struct config_key *key, const struct config *c, int indent)
{
	for (size_t i = 0; i < n_rules(key, c); i++) {
		if (key->type == CONFIG_CLASSES)
			config_print_rule(&config_class_table, &c->classes[i], indent, f);
		else
			config_print_rule(&config_alert_table, &c->alerts[i], indent, f);
	}
}

static void print_key(FILE *f, const struct config_key *key, const struct config *c)
{
	const char *dot = strchr(key->path, '.');
	const bool rules = key->type == CONFIG_CLASSES || key->type == CONFIG_ALERTS;
	const int indent = dot ? 2 : 0;

	fprintf(f, "%*s%s:", indent, "", dot ? dot + 1 : key->path);
	if (!rules) {
		fputc(' ', f);
		config_print_value(key, c, f);
	} else if (n_rules(key, c) == 0) {
		fputs(" []", f);
	}
	fprintf(f, "  # %s\n", key->live ? "live" : "restart");
	print_rules(f, key, c, indent + 2);
}

void config_print(const struct config *c, FILE *f)
{
	const char *section = "";
	size_t len = 0;

	for (size_t i = 0; i < config_root.n; i++) {
		const struct config_key *key = &config_root.keys[i];
		const size_t n = strcspn(key->path, ".");

		if (key->path[n] && (n != len || strncmp(section, key->path, n) != 0)) {
			fprintf(f, "\n%.*s:\n", (int)n, key->path);
			section = key->path;
			len = n;
		} else if (!key->path[n] && i > 0) {
			fputc('\n', f);
		}
		print_key(f, key, c);
	}
}
