/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Place in the path: beside it, when a configuration is checked.
 *
 * Each glob is compared with the values of its label. If none fits, the glob names a value of
 * another kernel or was mistyped. A match can fit a drop if each of its labels has a glob with a
 * value; a rule can fire if one of its matches can fit.
 */
#include "config/lint_values.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "config/distance.h"
#include "config/glob.h"

#define SENTENCE_MAX (PATH_MAX + 512)

struct lint {
	const struct label_values *values;
	size_t n;
	char rule[PATH_MAX + 2 * CONFIG_NAME_MAX]; /* the one being checked, for the sentences */
	const char *missing;			   /* a name of another kernel, within the config */
	size_t missing_len;
	enum label missing_label;
	void (*report)(const char *sentence, void *arg);
	void *arg;
	size_t reported;
};

static bool is_glob(const char *text, size_t len)
{
	return strcspn(text, "*?[\\") < len;
}

static bool some_value_fits(const struct label_values *v, const char *glob, size_t len)
{
	char buf[LINT_VALUE_MAX];
	const char *value;

	if (glob_match(glob, len, "")) /* the glob for an unknown one */
		return true;
	for (size_t i = 0; (value = v->at(v->arg, i, buf)); i++)
		if (glob_match(glob, len, value))
			return true;
	return false;
}

/* Sets the most similar value, whatever its case; "" if none is similar. */
static void nearest_value(const struct label_values *v, const char *text, size_t len,
			  char ret[LINT_VALUE_MAX])
{
	const bool lower = v->label != LABEL_REASON;
	size_t best = len / 3 + 2;
	char word[LINT_VALUE_MAX], buf[LINT_VALUE_MAX];
	const char *value;

	ret[0] = '\0';
	for (size_t i = 0; i < len; i++)
		word[i] = (char)(lower ? tolower((unsigned char)text[i])
				       : toupper((unsigned char)text[i]));
	for (size_t i = 0; (value = v->at(v->arg, i, buf)); i++) {
		size_t d = config_distance(word, len, value, strlen(value));

		if (*value && d < best) {
			best = d;
			snprintf(ret, LINT_VALUE_MAX, "%s", value);
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

static void report_mistyped(struct lint *s, const struct label_values *v, const char *text,
			    size_t len, const char *nearest)
{
	char sentence[SENTENCE_MAX];

	snprintf(sentence, sizeof(sentence), "%s: no drop has the %s \"%.*s\"%s%s%s", s->rule,
		 label_name(v->label), (int)len, text, *nearest ? "; did you mean \"" : "", nearest,
		 *nearest ? "\"?" : "");
	s->report(sentence, s->arg);
	s->reported++;
}

/* Can a drop fit the glob, as far as is known? If not, the reason is reported or remembered. */
static bool glob_can_fit(struct lint *s, const struct config_match *m, const struct label_values *v,
			 const char *glob, size_t len)
{
	char nearest[LINT_VALUE_MAX] = "";

	if (some_value_fits(v, glob, len))
		return true;
	if (v->elsewhere && v->elsewhere(glob, len)) {
		s->missing = glob;
		s->missing_len = len;
		s->missing_label = v->label;
		return false;
	}
	if (!is_glob(glob, len))
		nearest_value(v, glob, len, nearest);
	if (v->label == LABEL_REASON && !*nearest && !has_upper_case(glob, len) &&
	    config_globs_fit(m->globs[LABEL_ORIGIN], label_origin(DROP_ORIGIN_HARDWARE)))
		return true;
	report_mistyped(s, v, glob, len, nearest);
	return false;
}

static bool match_can_fit(struct lint *s, const struct config_match *m)
{
	bool can_fit = true;

	if (!config_globs_fit(m->globs[LABEL_ORIGIN], label_origin(DROP_ORIGIN_SOFTWARE)))
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

static void check_rule(struct lint *s, const struct config_match *matches, size_t n)
{
	const size_t reported = s->reported;
	char sentence[SENTENCE_MAX];
	bool can_fire = n == 0;

	s->missing = NULL;
	for (size_t i = 0; i < n; i++)
		can_fire |= match_can_fit(s, &matches[i]);
	if (can_fire || s->reported > reported || !s->missing)
		return;
	snprintf(sentence, sizeof(sentence),
		 "%s: never fires on this kernel, which does not have the %s \"%.*s\"", s->rule,
		 label_name(s->missing_label), (int)s->missing_len, s->missing);
	s->report(sentence, s->arg);
	s->reported++;
}

size_t lint_values(const struct config *c, const struct label_values *values, size_t n,
		   void (*report)(const char *sentence, void *arg), void *arg)
{
	struct lint s = { .values = values, .n = n, .report = report, .arg = arg };

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
	return s.reported;
}
