/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Place in the path: beside it, when a configuration is checked.
 *
 * A glob is asked for a label's values. If none fits, it is a name of another kernel, which
 * base/explain.c knows, or it was mistyped. A match can fit a drop if each of its labels has a glob
 * with a value; a rule can fire if one of its matches can fit.
 */
#include "config/config_values.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "base/explain_tables.h"
#include "config/distance.h"
#include "config/glob.h"

#define SENTENCE_MAX (PATH_MAX + 512)

struct search {
	const struct config_values *values;
	size_t n;
	char rule[PATH_MAX + 2 * CONFIG_NAME_MAX]; /* which is being looked at, for the sentences */
	const char *missing;			   /* a name of another kernel, within the config */
	size_t missing_len;
	enum label missing_label;
	void (*say)(const char *sentence, void *arg);
	void *arg;
	size_t said;
};

static bool fits_origin(const struct config_match *m, const char *origin)
{
	const char *glob = m->globs[LABEL_ORIGIN];

	while (glob && *glob) {
		size_t len = strcspn(glob, "\n");

		if (glob_match(glob, len, origin))
			return true;
		glob += len + (glob[len] == '\n');
	}
	return !m->globs[LABEL_ORIGIN];
}

static bool is_glob(const char *text, size_t len)
{
	return strcspn(text, "*?[\\") < len;
}

static bool some_value_fits(const struct config_values *v, const char *glob, size_t len)
{
	char buf[CONFIG_VALUE_MAX];
	const char *value;

	if (glob_match(glob, len, "")) /* the glob for an unknown one */
		return true;
	for (size_t i = 0; (value = v->at(v->arg, i, buf)); i++)
		if (glob_match(glob, len, value))
			return true;
	return false;
}

/* A reason that this program has a sentence on: this kernel may not have it, but another has. */
static bool another_kernel_has(enum label label, const char *glob, size_t len)
{
	for (size_t i = 0; label == LABEL_REASON && i < explain_n_reasons; i++)
		if (glob_match(glob, len, explain_reasons[i].name))
			return true;
	for (size_t i = 0; label == LABEL_REASON && i < explain_n_prefixes; i++)
		if (strncmp(glob, explain_prefixes[i].name, strlen(explain_prefixes[i].name)) == 0)
			return true;
	return false;
}

/* Return: the nearest value in @ret; "" if all are other words. Case does not count. */
static void nearest_value(const struct config_values *v, const char *text, size_t len,
			  char ret[CONFIG_VALUE_MAX])
{
	const bool lower = v->label != LABEL_REASON;
	size_t best = len / 3 + 2;
	char word[CONFIG_VALUE_MAX], buf[CONFIG_VALUE_MAX];
	const char *value;

	ret[0] = '\0';
	for (size_t i = 0; i < len; i++)
		word[i] = (char)(lower ? tolower((unsigned char)text[i])
				       : toupper((unsigned char)text[i]));
	for (size_t i = 0; (value = v->at(v->arg, i, buf)); i++) {
		size_t d = config_distance(word, len, value, strlen(value));

		if (*value && d < best) {
			best = d;
			snprintf(ret, CONFIG_VALUE_MAX, "%s", value);
		}
	}
}

static bool has_upper_case(const char *text, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (isupper((unsigned char)text[i]))
			return true;
	return false;
}

static void say_mistyped(struct search *s, const struct config_values *v, const char *text,
			 size_t len, const char *nearest)
{
	char sentence[SENTENCE_MAX];

	snprintf(sentence, sizeof(sentence), "%s: no drop has the %s \"%.*s\"%s%s%s", s->rule,
		 label_name(v->label), (int)len, text, *nearest ? "; did you mean \"" : "", nearest,
		 *nearest ? "\"?" : "");
	s->say(sentence, s->arg);
	s->said++;
}

/* Return: whether a drop can fit the glob, as far as is known; else why not has been noted. */
static bool glob_can_fit(struct search *s, const struct config_match *m,
			 const struct config_values *v, const char *glob, size_t len)
{
	char nearest[CONFIG_VALUE_MAX] = "";

	if (some_value_fits(v, glob, len))
		return true;
	if (another_kernel_has(v->label, glob, len)) {
		s->missing = glob;
		s->missing_len = len;
		s->missing_label = v->label;
		return false;
	}
	if (!is_glob(glob, len))
		nearest_value(v, glob, len, nearest);
	if (v->label == LABEL_REASON && !*nearest && !has_upper_case(glob, len) &&
	    fits_origin(m, "hardware"))
		return true;
	say_mistyped(s, v, glob, len, nearest);
	return false;
}

static bool match_can_fit(struct search *s, const struct config_match *m)
{
	bool can_fit = true;

	if (!fits_origin(m, "software"))
		return true; /* the device names its traps and groups */
	for (size_t i = 0; i < s->n; i++) {
		const char *glob = m->globs[s->values[i].label];
		bool any = !glob;

		while (glob) {
			size_t len = strcspn(glob, "\n");

			any |= glob_can_fit(s, m, &s->values[i], glob, len);
			glob = glob[len] ? glob + len + 1 : NULL;
		}
		can_fit &= any;
	}
	return can_fit;
}

static void check_rule(struct search *s, const struct config_match *matches, size_t n)
{
	const size_t said = s->said;
	char sentence[SENTENCE_MAX];
	bool can_fire = n == 0;

	s->missing = NULL;
	for (size_t i = 0; i < n; i++)
		can_fire |= match_can_fit(s, &matches[i]);
	if (can_fire || s->said > said || !s->missing)
		return;
	snprintf(sentence, sizeof(sentence),
		 "%s: never fires here, since this kernel does not have the %s \"%.*s\"", s->rule,
		 label_name(s->missing_label), (int)s->missing_len, s->missing);
	s->say(sentence, s->arg);
	s->said++;
}

size_t config_values_check(const struct config *c, const struct config_values *values, size_t n,
			   void (*say)(const char *sentence, void *arg), void *arg)
{
	struct search s = { .values = values, .n = n, .say = say, .arg = arg };

	for (size_t i = 0; i < c->n_own_classes; i++) {
		snprintf(s.rule, sizeof(s.rule), "%s:%u: classes.rules", c->path,
			 c->classes[i].line);
		check_rule(&s, &c->classes[i].match, 1);
	}
	for (size_t i = 0; i < c->n_alerts; i++) {
		snprintf(s.rule, sizeof(s.rule), "%s:%u: alert %s", c->path, c->alerts[i].line,
			 c->alerts[i].name);
		check_rule(&s, c->alerts[i].matches, c->alerts[i].n_matches);
	}
	return s.said;
}
