/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Place in the path: beside it. Labels are checked whenever a configuration takes effect, values
 * when one is checked.
 *
 * Alert rules see drops as series. A label that series.labels omits, or that the source does not
 * know, is therefore unknown to them: "", which matches only a glob that allows it. The class is
 * never unknown: without the label every drop is suspect. Hardware drops always have their labels.
 *
 * Each glob is compared with the values of its label. If none fits, the glob names a value of
 * another kernel or was mistyped. A match can fit a drop if each of its labels has a glob with a
 * value; a rule can fire if one of its matches can fit.
 */
#include "config/lint.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "config/distance.h"
#include "config/glob.h"

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

static void say(struct lint *s, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

static void say(struct lint *s, const char *fmt, ...)
{
	char sentence[PATH_MAX + 512];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(sentence, sizeof(sentence), fmt, ap);
	va_end(ap);
	s->report(sentence, s->arg);
	s->reported++;
}

static bool fits_software(const struct config_match *m)
{
	return config_globs_fit(m->globs[LABEL_ORIGIN], label_origin(DROP_ORIGIN_SOFTWARE));
}

/* ---- labels ---- */

/* Without the label, a drop may be of either class. */
static bool fits_unknown(enum label label, const char *globs)
{
	if (label == LABEL_CLASS)
		return config_globs_fit(globs, label_class(DROP_CLASS_SUSPECT)) &&
		       config_globs_fit(globs, label_class(DROP_CLASS_EXPECTED));
	return config_globs_fit(globs, "");
}

static bool requires(const struct config_alert *rule, enum label label)
{
	bool required = false;

	for (size_t i = 0; i < rule->n_matches; i++) {
		const struct config_match *m = &rule->matches[i];

		if (!fits_software(m))
			continue;
		if (fits_unknown(label, m->globs[label]))
			return false; /* the rule covers an unknown label */
		required = true;
	}
	return required;
}

/* NULL if it is known, or if that depends on the source that "auto" chooses. */
static const char *why_unknown(const struct config *c, enum label label)
{
	if (label == LABEL_ORIGIN)
		return NULL; /* rules know the origin of a drop in any case */
	if (!(c->series.labels & LABEL_BIT(label)))
		return "series.labels omits";
	if (c->source.kind != SOURCE_NETDM || label == LABEL_SYMBOL || label == LABEL_CLASS)
		return NULL;
	if (c->source.netdm.alert_mode == ALERT_MODE_SUMMARY)
		return "netdm does not know in summary mode";
	return label == LABEL_DEVICE ? "netdm does not know in packet mode" : NULL;
}

/* The shipped rules watch several, so one sentence is for all of them. */
static void check_counters(struct lint *s, const struct config *c)
{
	const char *first = NULL;
	size_t n = 0;

	for (size_t i = c->n_alerts; i > 0; i--) {
		if (!c->alerts[i - 1].counter)
			continue;
		first = c->alerts[i - 1].name;
		n++;
	}
	if (n == 0 || c->ledger.enabled)
		return;
	if (n == 1)
		say(s, "alert %s watches a counter, but ledger.enabled is false: it never fires",
		    first);
	else
		say(s,
		    "alerts %s and %zu more watch counters, but ledger.enabled is false: they "
		    "never fire",
		    first, n - 1);
}

static void check_canary(struct lint *s, const struct config *c)
{
	if (c->ledger.canary_s && !c->ledger.enabled)
		say(s, "ledger.canary is set, but ledger.enabled is false: no canaries are sent");
}

size_t lint_alerts(const struct config *c, void (*report)(const char *sentence, void *arg),
		   void *arg)
{
	struct lint s = { .report = report, .arg = arg };

	check_counters(&s, c);
	check_canary(&s, c);
	for (size_t i = 0; i < c->n_alerts; i++) {
		for (enum label k = 0; k < LABELS; k++) {
			const char *why = why_unknown(c, k);

			if (why && requires(&c->alerts[i], k))
				say(&s, "alert %s matches the label %s, which %s: %s",
				    c->alerts[i].name, label_name(k), why,
				    k == LABEL_CLASS ? "it treats every drop as suspect"
						     : "it matches no software drop");
		}
	}
	return s.reported;
}

/* ---- values ---- */

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
	char word[LINT_VALUE_MAX], buf[LINT_VALUE_MAX];
	struct config_nearest nearest;
	const char *value;

	ret[0] = '\0';
	for (size_t i = 0; i < len; i++)
		word[i] = (char)(lower ? tolower((unsigned char)text[i])
				       : toupper((unsigned char)text[i]));
	nearest = config_nearest(word, len);
	for (size_t i = 0; (value = v->at(v->arg, i, buf)); i++)
		if (*value && config_is_nearer(&nearest, value, strlen(value)))
			snprintf(ret, LINT_VALUE_MAX, "%s", value);
}

static bool has_upper_case(const char *text, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (isupper((unsigned char)text[i]))
			return true;
	return false;
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
	say(s, "%s: no drop has the %s \"%.*s\"%s%s%s", s->rule, label_name(v->label), (int)len,
	    glob, *nearest ? "; did you mean \"" : "", nearest, *nearest ? "\"?" : "");
	return false;
}

static bool match_can_fit(struct lint *s, const struct config_match *m)
{
	bool can_fit = true;

	if (!fits_software(m))
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
	bool can_fire = n == 0;

	s->missing = NULL;
	for (size_t i = 0; i < n; i++)
		can_fire |= match_can_fit(s, &matches[i]);
	if (!can_fire && s->reported == reported && s->missing)
		say(s, "%s: never fires on this kernel, which does not have the %s \"%.*s\"",
		    s->rule, label_name(s->missing_label), (int)s->missing_len, s->missing);
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
