/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Place in the path: config_apply.c hands over each value that is no rule. One function per type of
 * config_schema.h: read the text, check the bounds, and store the value or report the problem.
 *
 * Thread: the caller's; no state.
 */
#include "config/config_scalar.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/line.h"
#include "config/config_option.h"
#include "config/config_value.h"
#include "config/distance.h"
#include "config/glob.h"

void config_complain(struct config_apply *a, const struct config_key *key,
		     const struct config_node *n, const char *fmt, ...)
{
	char sentence[512];
	va_list ap;

	if (n->kind == NODE_BAD)
		return;
	va_start(ap, fmt);
	vsnprintf(sentence, sizeof(sentence), fmt, ap);
	va_end(ap);
	config_problem(a->problems, n->line, n->column, "%s: %s", key->path, sentence);
}

static const char *single_text(struct config_apply *a, const struct config_key *key,
			       const struct config_node *n)
{
	if (n->kind == NODE_TEXT && !config_is_null(n))
		return n->text;
	config_complain(a, key, n,
			n->kind == NODE_TEXT ? "must have a value"
					     : "must be a single value, not a %s",
			n->kind == NODE_LIST ? "list" : "mapping");
	return NULL;
}

static void apply_bool(struct config_apply *a, const struct config_key *key,
		       const struct config_node *n, bool *ret)
{
	const char *text = single_text(a, key, n);

	if (!text)
		return;
	if (n->plain && strcmp(text, "true") == 0)
		*ret = true;
	else if (n->plain && strcmp(text, "false") == 0)
		*ret = false;
	else
		config_complain(a, key, n, "must be true or false");
}

static bool in_range(struct config_apply *a, const struct config_key *key,
		     const struct config_node *n, uint64_t value, const char *unit)
{
	if (value < key->min)
		config_complain(a, key, n, "must be at least %u%s", key->min, unit);
	else if (value > key->max)
		config_complain(a, key, n, "must be at most %u%s", key->max, unit);
	else
		return true;
	return false;
}

static bool read_word(const struct config_word *words, const char *text, int *ret)
{
	for (; words && words->word; words++)
		if (strcmp(words->word, text) == 0) {
			*ret = words->value;
			return true;
		}
	return false;
}

static bool apply_number(struct config_apply *a, const struct config_key *key,
			 const struct config_node *n, uint32_t *ret)
{
	const struct config_number *number = config_number(key->type);
	const char *text = single_text(a, key, n);
	uint64_t value;
	int word;

	if (!text)
		return false;
	if (read_word(key->words, text, &word)) {
		*ret = (uint32_t)word;
		return true;
	}
	if (!n->plain || !config_number_read(number, text, &value)) {
		config_complain(a, key, n, "%s%s%s", number->wanted, key->words ? ", or " : "",
				key->words ? key->words[0].word : "");
		return false;
	}
	if (!in_range(a, key, n, value, number->unit))
		return false;
	if (key->type == CONFIG_POWER_OF_2 && (value & (value - 1)) != 0) {
		config_complain(a, key, n, "must be a power of two");
		return false;
	}
	*ret = (uint32_t)value;
	return true;
}

static void apply_real(struct config_apply *a, const struct config_key *key,
		       const struct config_node *n, double *ret)
{
	const char *text = single_text(a, key, n);
	double value;

	if (!text)
		return;
	if (!n->plain || !config_real_read(text, &value))
		config_complain(a, key, n, "must be a number, such as 10 or 0.5");
	else if (value < CONFIG_REAL_MIN)
		config_complain(a, key, n, "must be greater than 0");
	else if (value > CONFIG_REAL_MAX)
		config_complain(a, key, n, "must be at most %.0f", CONFIG_REAL_MAX);
	else
		*ret = value;
}

static void complain_words(struct config_apply *a, const struct config_key *key,
			   const struct config_node *n)
{
	char known[256];
	struct line line;

	line_init(&line, known, sizeof(known));
	for (const struct config_word *w = key->words; w->word; w++)
		line_add(&line, "%s%s", line.len ? ", " : "", *w->word ? w->word : "\"\"");
	config_complain(a, key, n, "\"%s\" is not one of %s", config_quote(n->text).text, known);
}

static bool apply_word(struct config_apply *a, const struct config_key *key,
		       const struct config_node *n, int *ret)
{
	const char *text = single_text(a, key, n);

	if (!text)
		return false;
	if (read_word(key->words, text, ret))
		return true;
	complain_words(a, key, n);
	return false;
}

static const struct config_node *first_item(struct config_apply *a, const struct config_key *key,
					    const struct config_node *n)
{
	if (n->kind == NODE_LIST && !n->first)
		config_complain(a, key, n, "must have at least one value");
	if (n->kind == NODE_LIST)
		return n->first;
	return single_text(a, key, n) ? n : NULL;
}

static const struct config_node *next_item(const struct config_node *list,
					   const struct config_node *item)
{
	return list == item ? NULL : item->next;
}

static void apply_flags(struct config_apply *a, const struct config_key *key,
			const struct config_node *n, unsigned int *ret)
{
	unsigned int flags = 0;

	if (n->kind == NODE_LIST && !n->first) { /* none at all is a choice, too */
		*ret = 0;
		return;
	}
	for (const struct config_node *i = first_item(a, key, n); i; i = next_item(n, i)) {
		int flag;

		if (!apply_word(a, key, i, &flag))
			continue;
		if (flags & (unsigned int)flag)
			config_complain(a, key, i, "%s is listed twice", i->text);
		flags |= (unsigned int)flag;
	}
	*ret = flags;
}

static void apply_windows(struct config_apply *a, const struct config_key *key,
			  const struct config_node *n, struct config_series *s)
{
	s->n_windows = 0;
	for (const struct config_node *i = first_item(a, key, n); i; i = next_item(n, i)) {
		uint32_t span;
		bool twice = false;

		if (!apply_number(a, key, i, &span))
			continue;
		if (s->n_windows == CONFIG_WINDOWS_MAX) {
			config_complain(a, key, i, "at most %d windows", CONFIG_WINDOWS_MAX);
			return;
		}
		for (size_t w = 0; w < s->n_windows; w++)
			twice |= s->windows_s[w] == span;
		if (twice)
			config_complain(a, key, i, "%s is listed twice", i->text);
		else
			s->windows_s[s->n_windows++] = span;
	}
	memset(s->windows_s + s->n_windows, 0,
	       (CONFIG_WINDOWS_MAX - s->n_windows) * sizeof(s->windows_s[0]));
}

static void apply_listen(struct config_apply *a, const struct config_key *key,
			 const struct config_node *n, struct config_web *web)
{
	memset(web->listen, 0, sizeof(web->listen));
	web->n_listen = 0;
	for (const struct config_node *i = first_item(a, key, n); i; i = next_item(n, i)) {
		const char *text = single_text(a, key, i);
		struct err err;

		if (text && config_listen_add(web, text, strlen(text), &err) < 0)
			config_complain(a, key, i, "%s", err.text);
	}
}

static void apply_source(struct config_apply *a, const struct config_key *key,
			 const struct config_node *n)
{
	const char *text = single_text(a, key, n);
	struct err err;

	if (text && config_source_parse(&a->c->source, text, &err) < 0)
		config_complain(a, key, n, "%s", err.text);
}

/* A glob for a label that has few values, but fits none of them. */
static bool fits_no_word(const struct config_key *key, const struct config_node *n)
{
	for (const struct config_word *w = key->words; w && w->word; w++)
		if (glob_match(n->text, n->len, w->word))
			return false;
	return key->words;
}

static size_t prefix_len(const struct config_key *key, const char *text)
{
	const size_t len = key->prefix ? strlen(key->prefix) : 0;

	return len && strncmp(text, key->prefix, len) == 0 ? len : 0;
}

static void apply_globs(struct config_apply *a, const struct config_key *key,
			const struct config_node *n, const char **ret)
{
	char lines[CONFIG_GLOBS_MAX * CONFIG_NAME_MAX] = "";
	size_t used = 0, count = 0, skip;

	for (const struct config_node *i = first_item(a, key, n); i; i = next_item(n, i)) {
		const char *text = single_text(a, key, i);

		if (!text)
			continue;
		if (i->len >= CONFIG_NAME_MAX) {
			config_complain(a, key, i, "must not be longer than %d bytes",
					CONFIG_NAME_MAX - 1);
			continue;
		}
		if (fits_no_word(key, i)) {
			complain_words(a, key, i);
			continue;
		}
		if (count == CONFIG_GLOBS_MAX) {
			config_complain(a, key, i, "at most %d globs", CONFIG_GLOBS_MAX);
			return;
		}
		if (count++ > 0)
			lines[used++] = '\n';
		skip = prefix_len(key, text);
		memcpy(lines + used, text + skip, i->len - skip);
		used += i->len - skip;
	}
	*ret = config_own_text(a->c, lines, used);
	if (!*ret)
		a->problems->no_memory = true;
}

/* Other tools print the names without their group, or without the dot. */
static const char *nearest_counter(const char *text)
{
	struct config_nearest nearest = config_nearest(text, strlen(text));
	const char *best = NULL;

	for (size_t i = 0; i < counter_count(); i++) {
		const char *name = counter_at(i)->name;
		const char *field = strchr(name, '.') + 1;

		if (config_is_nearer(&nearest, name, strlen(name)) ||
		    config_is_nearer(&nearest, field, strlen(field)))
			best = name;
	}
	return best;
}

static void apply_counter(struct config_apply *a, const struct config_key *key,
			  const struct config_node *n, const struct counter **ret)
{
	const char *text = single_text(a, key, n);
	const char *nearest = text ? nearest_counter(text) : NULL;
	const int found = text ? counter_find_name(text) : -1;

	if (found >= 0)
		*ret = counter_at((size_t)found);
	else if (text)
		config_complain(a, key, n, "dropwatchd does not read \"%s\"%s%s%s",
				config_quote(text).text, nearest ? "; did you mean \"" : "",
				nearest ? nearest : "", nearest ? "\"?" : "");
}

static bool is_name(const char *text)
{
	return *text && !text[strspn(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
					   "0123456789-_.")];
}

static void apply_text(struct config_apply *a, const struct config_key *key,
		       const struct config_node *n, char *ret)
{
	const char *text = single_text(a, key, n);

	if (!text)
		return;
	if (n->len >= key->size) {
		config_complain(a, key, n, "must not be longer than %zu bytes", key->size - 1);
	} else if (key->min > 0 && n->len == 0) {
		config_complain(a, key, n, "must not be empty");
	} else if (key->type == CONFIG_NAME && !is_name(text)) {
		config_complain(a, key, n,
				"may contain only letters, digits, \"-\", \"_\" and \".\"");
	} else {
		memset(ret, 0, key->size);
		memcpy(ret, text, n->len);
	}
}

bool config_scalar(struct config_apply *a, const struct config_key *key,
		   const struct config_node *n, void *at)
{
	switch (key->type) {
	case CONFIG_BOOL:
		apply_bool(a, key, n, at);
		break;
	case CONFIG_NUMBER:
	case CONFIG_POWER_OF_2:
	case CONFIG_BYTES:
	case CONFIG_SECONDS:
	case CONFIG_MS:
		apply_number(a, key, n, at);
		break;
	case CONFIG_REAL:
		apply_real(a, key, n, at);
		break;
	case CONFIG_WORD:
		apply_word(a, key, n, at);
		break;
	case CONFIG_FLAGS:
		apply_flags(a, key, n, at);
		break;
	case CONFIG_TEXT:
	case CONFIG_NAME:
		apply_text(a, key, n, at);
		break;
	case CONFIG_GLOBS:
		apply_globs(a, key, n, at);
		break;
	case CONFIG_COUNTER:
		apply_counter(a, key, n, at);
		break;
	case CONFIG_SOURCE:
		apply_source(a, key, n);
		break;
	case CONFIG_LISTEN:
		apply_listen(a, key, n, &a->c->web);
		break;
	case CONFIG_WINDOWS:
		apply_windows(a, key, n, &a->c->series);
		break;
	default:
		return false;
	}
	return true;
}
