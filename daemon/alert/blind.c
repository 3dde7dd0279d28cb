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
#include <string.h>

#include "aggregate/snapshot.h"

#define SENTENCE_MAX 256

/* A drop in software of which no label is known. */
#define NOTHING_KNOWN                                                                              \
	{                                                                                          \
		.symbol = "", .reason = "", .device = "", .in_device = "", .protocol = "",         \
		.transport = ""                                                                    \
	}

/* The labels that can be left out; rules know the origin of a drop in any case. */
static const struct {
	enum config_label label;
	const char *name;
	size_t offset; /* of its globs in a struct config_match */
} labels[] = {
	{ LABEL_SYMBOL, "symbol", offsetof(struct config_match, symbol) },
	{ LABEL_REASON, "reason", offsetof(struct config_match, reason) },
	{ LABEL_DEVICE, "device", offsetof(struct config_match, device) },
	{ LABEL_IN_DEVICE, "in_device", offsetof(struct config_match, in_device) },
	{ LABEL_PROTOCOL, "protocol", offsetof(struct config_match, protocol) },
	{ LABEL_TRANSPORT, "transport", offsetof(struct config_match, transport) },
	{ LABEL_CLASS, "class", offsetof(struct config_match, drop_class) },
};

static const char *globs_at(const struct config_match *m, size_t offset)
{
	const char *globs;

	memcpy(&globs, (const char *)m + offset, sizeof(globs));
	return globs;
}

static bool fits_unknown(size_t offset, const char *globs)
{
	struct drop_labels unknown = NOTHING_KNOWN;
	struct config_match only = { 0 };

	memcpy((char *)&only + offset, &globs, sizeof(globs));
	if (!config_match_labels(&only, &unknown))
		return false;
	unknown.drop_class = DROP_CLASS_EXPECTED; /* unknown is either class */
	return config_match_labels(&only, &unknown);
}

static bool for_hardware_only(const struct config_match *m)
{
	const struct config_match only = { .origin = m->origin };
	const struct drop_labels software = NOTHING_KNOWN;

	return !config_match_labels(&only, &software);
}

static bool asks_for(const struct config_alert *rule, size_t offset)
{
	bool asks = false;

	for (size_t i = 0; i < rule->n_matches; i++) {
		const struct config_match *m = &rule->matches[i];
		const char *globs = globs_at(m, offset);

		if (for_hardware_only(m))
			continue;
		if (!globs || fits_unknown(offset, globs))
			return false; /* the rule says what to do without it */
		asks = true;
	}
	return asks;
}

/* NULL: it is known. With source: auto nothing is certain before the start. */
static const char *why_unknown(const struct config *c, enum config_label label)
{
	if (!(c->series.labels & label))
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
		for (size_t k = 0; k < sizeof(labels) / sizeof(labels[0]); k++) {
			const char *why = why_unknown(c, labels[k].label);

			if (!why || !asks_for(&c->alerts[i], labels[k].offset))
				continue;
			snprintf(sentence, sizeof(sentence),
				 "alert %s asks for the label %s, which %s: %s", c->alerts[i].name,
				 labels[k].name, why,
				 labels[k].label == LABEL_CLASS
					 ? "every drop is suspect to it"
					 : "its match fits no drop in software");
			say(sentence, arg);
			n++;
		}
	}
	return n;
}
