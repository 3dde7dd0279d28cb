/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Keys are compared in their printed form, alert rules by name. Noise rules have no names and their
 * order matters, so only the first difference is reported.
 */
#include "config/config_diff.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "config/config_print.h"

struct diff {
	void (*report)(const char *sentence, void *arg);
	void *arg;
};

static void differ(struct diff *d, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

static void differ(struct diff *d, const char *fmt, ...)
{
	char sentence[1024];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(sentence, sizeof(sentence), fmt, ap);
	va_end(ap);
	d->report(sentence, d->arg);
}

static void print_value(const struct config_key *key, const struct config *c, char *buf,
			size_t size)
{
	cleanup(fclosep) FILE *f = fmemopen(buf, size, "w"); /* closing terminates the text */

	buf[0] = '\0';
	if (f)
		config_print_value(key, c, f);
}

static void compare_key(struct diff *d, const struct config_key *key, const struct config *before,
			const struct config *now)
{
	char old_value[400], new_value[400];

	print_value(key, before, old_value, sizeof(old_value));
	print_value(key, now, new_value, sizeof(new_value));
	if (strcmp(old_value, new_value) != 0)
		differ(d, "%s: %s instead of %s", key->path, new_value, old_value);
}

static char *rule_text(const struct config_table *table, const void *rule)
{
	char *text = NULL;
	size_t len;
	FILE *f = open_memstream(&text, &len);

	if (!f)
		return NULL;
	config_print_rule(table, rule, 0, f);
	fclose(f); /* completes the text */
	return text;
}

/* Rules are the same if they are printed in the same way. */
static bool same_rule(const struct config_table *table, const void *a, const void *b)
{
	cleanup(freep) char *old_text = rule_text(table, a);
	cleanup(freep) char *new_text = rule_text(table, b);

	return old_text && new_text && strcmp(old_text, new_text) == 0;
}

static const struct config_alert *find_alert(const struct config *c, const char *name)
{
	for (size_t i = 0; i < c->n_alerts; i++)
		if (strcmp(c->alerts[i].name, name) == 0)
			return &c->alerts[i];
	return NULL;
}

static void compare_alerts(struct diff *d, const struct config *before, const struct config *now)
{
	for (size_t i = 0; i < now->n_alerts; i++) {
		const struct config_alert *old_rule = find_alert(before, now->alerts[i].name);

		if (!old_rule)
			differ(d, "alerts: %s is new", now->alerts[i].name);
		else if (!same_rule(&config_alert_table, old_rule, &now->alerts[i]))
			differ(d, "alerts: %s has changed", now->alerts[i].name);
	}
	for (size_t i = 0; i < before->n_alerts; i++)
		if (!find_alert(now, before->alerts[i].name))
			differ(d, "alerts: %s is gone", before->alerts[i].name);
}

static void compare_classes(struct diff *d, const struct config *before, const struct config *now)
{
	const size_t most = before->n_classes > now->n_classes ? before->n_classes : now->n_classes;
	size_t i = 0;

	while (i < before->n_classes && i < now->n_classes &&
	       same_rule(&config_class_table, &before->classes[i], &now->classes[i]))
		i++;
	if (i < most)
		differ(d, "classes: %zu rules instead of %zu, different from rule %zu on",
		       now->n_classes, before->n_classes, i + 1);
}

void config_differences(const struct config *before, const struct config *now,
			void (*report)(const char *sentence, void *arg), void *arg)
{
	struct diff d = { .report = report, .arg = arg };

	for (size_t i = 0; i < config_root.n; i++)
		compare_key(&d, &config_root.keys[i], before, now);
	compare_classes(&d, before, now);
	compare_alerts(&d, before, now);
}

static bool take_back(const struct config_key *key, struct config *next,
		      const struct config *current)
{
	char *to = (char *)next + key->offset;
	const char *from = (const char *)current + key->offset;

	if (memcmp(to, from, key->size) == 0) /* texts are padded with zeros */
		return false;
	memcpy(to, from, key->size);
	return true;
}

void config_keep_unchangeable(struct config *next, const struct config *current,
			      void (*name)(const char *key, void *arg), void *arg)
{
	for (size_t i = 0; i < config_root.n; i++) {
		const struct config_key *key = &config_root.keys[i];

		if (!key->live && take_back(key, next, current))
			name(key->path, arg);
	}
}
