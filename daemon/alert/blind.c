/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Place in the path: beside it, whenever a configuration comes into force.
 *
 * Rules see drops as series, so a label that series.labels leaves out is unknown to them: "", which
 * only a glob that allows it fits. So is one that the source does not know. The class has no
 * unknown: there every drop is suspect. Hardware drops keep their labels in any case.
 */
#include "alert/blind.h"

#include <stdio.h>

#include "aggregate/snapshot.h"

#define SENTENCE_MAX 256

static bool fits(const struct config_match *m, const struct drop_labels *labels)
{
	const char *texts[LABELS];

	snapshot_labels(labels, texts);
	return config_match_fits(m, texts, "");
}

/* A software drop of which no label is known. */
static struct drop_labels nothing_known(void)
{
	struct drop_labels l = { .origin = DROP_ORIGIN_SOFTWARE };

	for (enum label i = 0; i < LABEL_TEXTS; i++)
		l.text[i] = "";
	return l;
}

static bool fits_unknown(enum label label, const char *globs)
{
	struct drop_labels unknown = nothing_known();
	struct config_match only = { 0 };

	only.globs[label] = globs;
	if (!fits(&only, &unknown))
		return false;
	unknown.drop_class = DROP_CLASS_EXPECTED; /* unknown is either class */
	return fits(&only, &unknown);
}

static bool for_hardware_only(const struct config_match *m)
{
	const struct config_match only = { .globs[LABEL_ORIGIN] = m->globs[LABEL_ORIGIN] };
	const struct drop_labels software = nothing_known();

	return !fits(&only, &software);
}

static bool asks_for(const struct config_alert *rule, enum label label)
{
	bool asks = false;

	for (size_t i = 0; i < rule->n_matches; i++) {
		const struct config_match *m = &rule->matches[i];
		const char *globs = m->globs[label];

		if (for_hardware_only(m))
			continue;
		if (!globs || fits_unknown(label, globs))
			return false; /* the rule says what to do without it */
		asks = true;
	}
	return asks;
}

/* NULL: it is known. With source: auto nothing is certain before the start. */
static const char *why_unknown(const struct config *c, enum label label)
{
	if (label == LABEL_ORIGIN)
		return NULL; /* rules know the origin of a drop in any case */
	if (!(c->series.labels & LABEL_BIT(label)))
		return "series.labels leaves out";
	if (c->source.kind != SOURCE_NETDM || label == LABEL_SYMBOL || label == LABEL_CLASS)
		return NULL;
	if (c->source.netdm.alert_mode == ALERT_MODE_SUMMARY)
		return "netdm does not know in summary mode";
	return label == LABEL_DEVICE ? "netdm does not know in packet mode" : NULL;
}

size_t blind_rules(const struct config *c, void (*say)(const char *sentence, void *arg), void *arg)
{
	char sentence[SENTENCE_MAX];
	size_t n = 0;

	for (size_t i = 0; i < c->n_alerts; i++) {
		for (enum label k = 0; k < LABELS; k++) {
			const char *why = why_unknown(c, k);

			if (!why || !asks_for(&c->alerts[i], k))
				continue;
			snprintf(sentence, sizeof(sentence),
				 "alert %s asks for the label %s, which %s: %s", c->alerts[i].name,
				 label_name(k), why,
				 k == LABEL_CLASS ? "every drop is suspect to it"
						  : "its match fits no drop in software");
			say(sentence, arg);
			n++;
		}
	}
	return n;
}
