/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Place in the path: after config_yaml.c. Each mapping is checked against its table in
 * config_schema.c. The value of a known key is read according to its type, checked against its
 * bounds and stored. An unknown key is reported with the most similar known one. Problems are
 * collected, so that all of them are reported at once.
 *
 * Thread: the caller's; no state but the config and the list of problems.
 */
#include "config/config_apply.h"

#include <stdio.h>
#include <string.h>

#include "config/config_scalar.h"

static void apply_table(struct config_apply *a, const struct config_table *table,
			const struct config_node *map, void *base);

static void apply_match(struct config_apply *a, const struct config_key *key,
			const struct config_node *n, struct config_match *ret)
{
	if (n->kind == NODE_MAP)
		apply_table(a, &config_match_table, n, ret);
	else
		config_complain(a, key, n, "must be a mapping, such as { symbol: udp_* }");
}

static void apply_matches(struct config_apply *a, const struct config_key *key,
			  const struct config_node *n, struct config_alert *alert)
{
	if (n->kind != NODE_LIST) {
		alert->n_matches = 1;
		apply_match(a, key, n, &alert->matches[0]);
		return;
	}
	if (!n->first)
		config_complain(a, key, n,
				"must have at least one match; omit the key to match every drop");
	for (const struct config_node *i = n->first; i; i = i->next) {
		if (alert->n_matches == CONFIG_MATCHES_MAX) {
			config_complain(a, key, i, "at most %d matches", CONFIG_MATCHES_MAX);
			return;
		}
		apply_match(a, key, i, &alert->matches[alert->n_matches++]);
	}
}

/* Return: how many rules a list has; 0 if it is no list, or too long. */
static size_t count_rules(struct config_apply *a, const struct config_key *key,
			  const struct config_node *n, size_t max)
{
	size_t count = 0;

	if (config_is_null(n)) /* every rule below the key is commented out */
		return 0;
	if (n->kind != NODE_LIST) {
		config_complain(a, key, n, "must be a list of rules");
		return 0;
	}
	for (const struct config_node *i = n->first; i; i = i->next)
		count++;
	if (count <= max)
		return count;
	config_complain(a, key, n, "at most %zu rules", max);
	return 0;
}

static void apply_class(struct config_apply *a, const struct config_key *key,
			const struct config_node *n, struct config_class *rule)
{
	apply_table(a, &config_class_table, n, rule);
	rule->line = n->line;
	if (rule->match.globs[LABEL_CLASS])
		config_complain(a, key, n, "the match must not contain class, which the rule sets");
}

/* They go behind those of another file. */
static void apply_classes(struct config_apply *a, const struct config_key *key,
			  const struct config_node *n)
{
	struct config *c = a->c;
	const size_t count = count_rules(a, key, n, CONFIG_CLASSES_MAX);
	struct config_class *rules;

	if (!count)
		return;
	rules = reallocarray(c->classes, c->n_classes + count, sizeof(*rules));
	if (!rules) {
		a->problems->no_memory = true;
		return;
	}
	c->classes = rules;
	for (const struct config_node *i = n->first; i; i = i->next) {
		struct config_class *rule = &rules[c->n_classes++];

		memset(rule, 0, sizeof(*rule));
		if (i->kind == NODE_MAP)
			apply_class(a, key, i, rule);
		else
			config_complain(a, key, i,
					"a rule must be a mapping with match, class and why");
	}
}

/* What one alert's keys must be to each other, and to the alerts before it. */
static void check_alert(struct config_apply *a, const struct config_key *key,
			const struct config_node *n, struct config_alert *alert)
{
	if (alert->clear < 0)
		alert->clear = alert->raise / 2 < CONFIG_REAL_MIN ? CONFIG_REAL_MIN
								  : alert->raise / 2;
	if (alert->raise > 0 && alert->clear > alert->raise)
		config_complain(a, key, n, "%s: clear must not be greater than raise", alert->name);
	for (size_t i = 0; i < alert->n_matches; i++)
		if (alert->matches[i].cast)
			config_complain(a, key, n, "%s: cast is allowed in classes.rules only",
					alert->name);
	if (alert->counter && alert->n_matches)
		config_complain(a, key, n, "%s: a rule has either match or counter", alert->name);
	if (alert->counter && alert->window_s < CONFIG_COUNTER_WINDOW_MIN)
		config_complain(a, key, n,
				"%s: window must be at least %d s with counter: the kernel's "
				"counters are read every 15 s",
				alert->name, CONFIG_COUNTER_WINDOW_MIN);
	for (const struct config_alert *other = a->c->alerts; other < alert; other++)
		if (*alert->name && strcmp(other->name, alert->name) == 0)
			config_complain(a, key, n, "two rules are named %s", alert->name);
}

static void apply_alerts(struct config_apply *a, const struct config_key *key,
			 const struct config_node *n)
{
	static const struct config_alert defaults = {
		.unit = ALERT_PER_SECOND,
		.clear = -1,
		.window_s = 60,
		.repeat_s = 3600,
		.priority = 4, /* warning */
	};
	const size_t count = count_rules(a, key, n, CONFIG_ALERTS_MAX);

	a->c->alerts = count ? calloc(count, sizeof(*a->c->alerts)) : NULL;
	a->problems->no_memory |= count && !a->c->alerts;
	for (const struct config_node *i = n->first; a->c->alerts && i; i = i->next) {
		struct config_alert *rule = &a->c->alerts[a->c->n_alerts++];

		memcpy(rule, &defaults, sizeof(*rule));
		rule->line = i->line;
		if (i->kind == NODE_MAP) {
			apply_table(a, &config_alert_table, i, rule);
			check_alert(a, key, i, rule);
		} else {
			config_complain(
				a, key, i,
				"a rule must be a mapping with name, match, raise and so on");
		}
	}
}

static void apply_value(struct config_apply *a, const struct config_key *key,
			const struct config_node *n, void *base)
{
	void *at = (char *)base + key->offset;

	if (config_scalar(a, key, n, at))
		return;
	switch (key->type) {
	case CONFIG_MATCH:
		apply_match(a, key, n, at);
		break;
	case CONFIG_MATCHES:
		apply_matches(a, key, n, base);
		break;
	case CONFIG_CLASSES:
		apply_classes(a, key, n);
		break;
	case CONFIG_ALERTS:
		apply_alerts(a, key, n);
		break;
	default: /* all else is config_scalar()'s */
		break;
	}
}

/* A row by its whole path, or the first row of a section of that name. */
static const struct config_key *find(const struct config_table *table, const char *path,
				     bool *is_section)
{
	size_t n = strlen(path);

	for (size_t i = 0; i < table->n; i++) {
		const char *known = table->keys[i].path;

		if (strncmp(known, path, n) != 0 || (known[n] != '\0' && known[n] != '.'))
			continue;
		*is_section = known[n] == '.';
		return &table->keys[i];
	}
	return NULL;
}

static void unknown_key(struct config_apply *a, const struct config_table *table,
			const char *section, const struct config_node *key)
{
	const char *dot = strchr(key->text, '.');
	char nearest[64];
	bool is_section;

	if (dot && find(table, key->text, &is_section))
		config_problem(a->problems, key->line, key->column,
			       "unknown key \"%s\"; write \"%s:\" in the section \"%.*s:\"",
			       key->text, dot + 1, (int)(dot - key->text), key->text);
	else if (config_key_nearest(table, section, key->text, nearest, sizeof(nearest)))
		config_problem(a->problems, key->line, key->column,
			       "unknown key \"%s\"; did you mean \"%s\"?",
			       config_quote(key->text).text, nearest);
	else
		config_problem(a->problems, key->line, key->column, "unknown key \"%s\"",
			       config_quote(key->text).text);
}

/*
 * One mapping: the root of a table (section ""), or one of its sections. Sections do not nest.
 * A dotted key is refused: the same key could also appear in its section.
 */
static void apply_map(struct config_apply *a, const struct config_table *table, const char *section,
		      const struct config_node *map, void *base, bool *seen)
{
	for (const struct config_node *k = map->first; k; k = k->next) {
		char path[64] = "";
		bool is_section = false;
		const struct config_key *key = NULL;
		int n = snprintf(path, sizeof(path), "%s%s%s", section, *section ? "." : "",
				 k->text);

		if (k->kind == NODE_BAD)
			continue;
		if (k->len > 0 && n < (int)sizeof(path) && !strchr(k->text, '.'))
			key = find(table, path, &is_section);
		if (!key) {
			unknown_key(a, table, section, k);
		} else if (!is_section) {
			seen[key - table->keys] = true;
			apply_value(a, key, k->value, base);
		} else if (k->value->kind == NODE_MAP) {
			apply_map(a, table, path, k->value, base, seen);
		} else if (k->value->kind != NODE_BAD && !config_is_null(k->value)) {
			config_problem(a->problems, k->value->line, k->value->column,
				       "%s: must be a mapping of keys", path);
		}
	}
}

static void apply_table(struct config_apply *a, const struct config_table *table,
			const struct config_node *map, void *base)
{
	bool seen[CONFIG_KEYS_MAX] = { false };

	apply_map(a, table, "", map, base, seen);
	for (size_t i = 0; i < table->n; i++)
		if (table->keys[i].required && !seen[i])
			config_complain(a, &table->keys[i], map, "is required in a rule");
}

void config_apply(const struct config_node *root, struct config *c,
		  struct config_problems *problems)
{
	struct config_apply a = { c, problems };

	if (!root || config_is_null(root) || root->kind == NODE_BAD)
		return;
	if (root->kind == NODE_MAP)
		apply_table(&a, &config_root, root, c);
	else
		config_problem(problems, root->line, root->column,
			       "the file must contain a mapping of keys");
}
