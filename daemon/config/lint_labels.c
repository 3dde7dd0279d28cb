/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Place in the path: beside it, whenever a configuration takes effect.
 *
 * Alert rules see drops as series. A label that series.labels omits, or that the source does not
 * know, is therefore unknown to them: "", which matches only a glob that allows it. The class is
 * never unknown: without the label every drop is suspect. Hardware drops always have their labels.
 */
#include "config/lint_labels.h"

#include <stdio.h>

#define SENTENCE_MAX 256

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

		if (!config_globs_fit(m->globs[LABEL_ORIGIN], label_origin(DROP_ORIGIN_SOFTWARE)))
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

size_t lint_labels(const struct config *c, void (*report)(const char *sentence, void *arg),
		   void *arg)
{
	char sentence[SENTENCE_MAX];
	size_t n = 0;

	for (size_t i = 0; i < c->n_alerts; i++) {
		for (enum label k = 0; k < LABELS; k++) {
			const char *why = why_unknown(c, k);

			if (!why || !requires(&c->alerts[i], k))
				continue;
			snprintf(sentence, sizeof(sentence),
				 "alert %s matches the label %s, which %s: %s", c->alerts[i].name,
				 label_name(k), why,
				 k == LABEL_CLASS ? "it treats every drop as suspect"
						  : "it matches no software drop");
			report(sentence, arg);
			n++;
		}
	}
	return n;
}
