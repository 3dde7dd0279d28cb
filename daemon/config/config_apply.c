/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Place in the path: after config_yaml.c. Each mapping is held against its table of config_schema.c:
 * a known key's value is read by the key's type, checked against the key's bounds and written where
 * the row says; an unknown key is reported with the nearest known one. Nothing stops at a problem.
 *
 * Thread: the caller's; no state but the config and the list of problems.
 */
#include "config/config_apply.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "config/config_schema.h"
#include "config/config_value.h"

#define KEYS_MAX 32 /* rows in a table */
#define REAL_MAX 1e12

struct apply {
	struct config *c;
	struct config_problems *problems;
};

static void apply_table(struct apply *a, const struct config_table *table,
			const struct config_node *map, void *base);

/* path: sentence, at a node's place */
static void complain(struct apply *a, const struct config_key *key, const struct config_node *n,
		     const char *fmt, ...) __attribute__((format(printf, 4, 5)));

static void complain(struct apply *a, const struct config_key *key, const struct config_node *n,
		     const char *fmt, ...)
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

/* The text of a single value, NULL (and a problem) if it is none. */
static const char *single(struct apply *a, const struct config_key *key,
			  const struct config_node *n)
{
	if (n->kind == NODE_TEXT && !config_is_null(n))
		return n->text;
	complain(a, key, n, n->kind == NODE_TEXT ? "needs a value" : "needs a single value, not a %s",
		 n->kind == NODE_LIST ? "list" : "mapping");
	return NULL;
}

static void apply_bool(struct apply *a, const struct config_key *key, const struct config_node *n,
		       bool *ret)
{
	const char *text = single(a, key, n);

	if (!text)
		return;
	if (n->plain && strcmp(text, "true") == 0)
		*ret = true;
	else if (n->plain && strcmp(text, "false") == 0)
		*ret = false;
	else
		complain(a, key, n, "must be true or false");
}

static bool in_range(struct apply *a, const struct config_key *key, const struct config_node *n,
		     uint64_t value, const char *unit)
{
	if (value < key->min)
		complain(a, key, n, "at least %u%s", key->min, unit);
	else if (value > key->max)
		complain(a, key, n, "at most %u%s", key->max, unit);
	else
		return true;
	return false;
}

/* How a number of each type is read, asked for, and bounded. */
struct number_kind {
	bool (*read)(const char *text, uint64_t *ret);
	uint64_t per_unit; /* what read() yields for one of our units */
	const char *wanted;
	const char *unit;
};

static const struct number_kind *number_kind(enum config_type type)
{
	static const struct number_kind number = { config_value_number, 1,
						   "must be a whole number", "" };
	static const struct number_kind bytes = {
		config_value_bytes, 1, "must be a number of bytes, like 65536, 64KiB or 64MiB", " bytes"
	};
	static const struct number_kind seconds = {
		config_value_ms, 1000, "must be a span of whole seconds, like 10s, 5m or 1h", " s"
	};
	static const struct number_kind ms = { config_value_ms, 1,
					       "must be a span, like 250ms, 10s or 5m", " ms" };

	switch (type) {
	case CONFIG_BYTES:
		return &bytes;
	case CONFIG_SECONDS:
	case CONFIG_WINDOWS:
		return &seconds;
	case CONFIG_MS:
		return &ms;
	default:
		return &number;
	}
}

static bool apply_number(struct apply *a, const struct config_key *key,
			 const struct config_node *n, uint32_t *ret)
{
	const struct number_kind *kind = number_kind(key->type);
	const char *text = single(a, key, n);
	uint64_t value;

	if (!text)
		return false;
	if (!n->plain || !kind->read(text, &value) ||
	    (value != UINT64_MAX && value % kind->per_unit != 0)) {
		complain(a, key, n, "%s", kind->wanted);
		return false;
	}
	value /= kind->per_unit;
	if (!in_range(a, key, n, value, kind->unit))
		return false;
	if (key->type == CONFIG_POWER_OF_2 && (value & (value - 1)) != 0) {
		complain(a, key, n, "must be a power of two");
		return false;
	}
	*ret = (uint32_t)value;
	return true;
}

static void apply_real(struct apply *a, const struct config_key *key, const struct config_node *n,
		       double *ret)
{
	const char *text = single(a, key, n);
	double value;

	if (!text)
		return;
	if (!n->plain || !config_value_real(text, &value))
		complain(a, key, n, "must be a number, like 10 or 0.5");
	else if (value <= 0)
		complain(a, key, n, "must be more than 0");
	else if (value > REAL_MAX)
		complain(a, key, n, "at most %.0f", REAL_MAX);
	else
		*ret = value;
}

static bool apply_word(struct apply *a, const struct config_key *key, const struct config_node *n,
		       int *ret)
{
	const char *text = single(a, key, n);
	char known[256];
	size_t used = 0;

	if (!text)
		return false;
	for (const struct config_word *w = key->words; w->word; w++) {
		if (strcmp(text, w->word) == 0) {
			*ret = w->value;
			return true;
		}
		used += (size_t)snprintf(known + used, sizeof(known) - used, "%s%s",
					 used ? ", " : "", w->word);
	}
	complain(a, key, n, "\"%.64s\" is not one of %s", text, known);
	return false;
}

/* The items of a list; one text alone counts as a list of one. */
static const struct config_node *items(struct apply *a, const struct config_key *key,
				       const struct config_node *n)
{
	if (n->kind == NODE_LIST && !n->first)
		complain(a, key, n, "needs at least one value");
	if (n->kind == NODE_LIST)
		return n->first;
	return single(a, key, n) ? n : NULL;
}

/* The sibling in a list, NULL after a text that stands alone. */
static const struct config_node *next_item(const struct config_node *list,
					   const struct config_node *item)
{
	return list == item ? NULL : item->next;
}

static void apply_flags(struct apply *a, const struct config_key *key, const struct config_node *n,
			unsigned int *ret)
{
	unsigned int flags = 0;

	if (n->kind == NODE_LIST && !n->first) { /* none at all is a choice, too */
		*ret = 0;
		return;
	}
	for (const struct config_node *i = items(a, key, n); i; i = next_item(n, i)) {
		int flag;

		if (!apply_word(a, key, i, &flag))
			continue;
		if (flags & (unsigned int)flag)
			complain(a, key, i, "%s stands there twice", i->text);
		flags |= (unsigned int)flag;
	}
	*ret = flags;
}

static void apply_windows(struct apply *a, const struct config_key *key,
			  const struct config_node *n, struct config_series *s)
{
	s->n_windows = 0;
	for (const struct config_node *i = items(a, key, n); i; i = next_item(n, i)) {
		uint32_t span;
		bool twice = false;

		if (!apply_number(a, key, i, &span))
			continue;
		if (s->n_windows == CONFIG_WINDOWS_MAX) {
			complain(a, key, i, "at most %d windows", CONFIG_WINDOWS_MAX);
			return;
		}
		for (size_t w = 0; w < s->n_windows; w++)
			twice |= s->windows_s[w] == span;
		if (twice)
			complain(a, key, i, "%s stands there twice", i->text);
		else
			s->windows_s[s->n_windows++] = span;
	}
	memset(s->windows_s + s->n_windows, 0,
	       (CONFIG_WINDOWS_MAX - s->n_windows) * sizeof(s->windows_s[0]));
}

static void apply_listen(struct apply *a, const struct config_key *key,
			 const struct config_node *n, struct config_web *web)
{
	memset(web->listen, 0, sizeof(web->listen));
	web->n_listen = 0;
	for (const struct config_node *i = items(a, key, n); i; i = next_item(n, i)) {
		const char *text = single(a, key, i);
		struct err err;

		if (text && config_add_listen(web, text, strlen(text), &err) < 0)
			complain(a, key, i, "%s", err.text);
	}
}

static void apply_source(struct apply *a, const struct config_key *key,
			 const struct config_node *n)
{
	const char *text = single(a, key, n);
	struct err err;

	if (text && config_set_source(a->c, text, &err) < 0)
		complain(a, key, n, "%s", err.text);
}

static bool is_name(const char *text)
{
	return *text && !text[strspn(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
					   "0123456789-_.")];
}

static void apply_text(struct apply *a, const struct config_key *key, const struct config_node *n,
		       char *ret)
{
	const char *text = single(a, key, n);

	if (!text)
		return;
	if (n->len >= key->size) {
		complain(a, key, n, "at most %zu bytes", key->size - 1);
	} else if (key->min > 0 && n->len == 0) {
		complain(a, key, n, "must not be empty");
	} else if (key->type == CONFIG_NAME && !is_name(text)) {
		complain(a, key, n, "must be made of letters, digits, \"-\", \"_\" and \".\"");
	} else {
		memset(ret, 0, key->size);
		memcpy(ret, text, n->len);
	}
}

static void apply_globs(struct apply *a, const struct config_key *key, const struct config_node *n,
			const char **ret)
{
	char lines[CONFIG_GLOBS_MAX * CONFIG_NAME_MAX];
	size_t used = 0, count = 0;

	for (const struct config_node *i = items(a, key, n); i; i = next_item(n, i)) {
		const char *text = single(a, key, i);

		if (!text)
			continue;
		if (i->len >= CONFIG_NAME_MAX) {
			complain(a, key, i, "at most %d bytes", CONFIG_NAME_MAX - 1);
			continue;
		}
		if (count == CONFIG_GLOBS_MAX) {
			complain(a, key, i, "at most %d globs", CONFIG_GLOBS_MAX);
			return;
		}
		if (count++ > 0)
			lines[used++] = '\n';
		memcpy(lines + used, text, i->len);
		used += i->len;
	}
	*ret = config_own_text(a->c, lines, used);
	if (!*ret)
		a->problems->no_memory = true;
}

static void apply_match(struct apply *a, const struct config_key *key, const struct config_node *n,
			struct config_match *ret)
{
	if (n->kind == NODE_MAP)
		apply_table(a, &config_match_table, n, ret);
	else
		complain(a, key, n, "needs a mapping, like { symbol: udp_* }");
}

static void apply_matches(struct apply *a, const struct config_key *key,
			  const struct config_node *n, struct config_alert *alert)
{
	if (n->kind != NODE_LIST) {
		alert->n_matches = 1;
		apply_match(a, key, n, &alert->matches[0]);
		return;
	}
	if (!n->first)
		complain(a, key, n, "needs at least one match; leave it out to match every drop");
	for (const struct config_node *i = n->first; i; i = i->next) {
		if (alert->n_matches == CONFIG_MATCHES_MAX) {
			complain(a, key, i, "at most %d matches", CONFIG_MATCHES_MAX);
			return;
		}
		apply_match(a, key, i, &alert->matches[alert->n_matches++]);
	}
}

/* The rules' array for a list; NULL (and perhaps a problem) if there are none. */
static void *new_rules(struct apply *a, const struct config_key *key, const struct config_node *n,
		       size_t max, size_t size)
{
	size_t count = 0;
	void *rules;

	if (config_is_null(n)) /* every rule below the key is commented out */
		return NULL;
	if (n->kind != NODE_LIST) {
		complain(a, key, n, "needs a list of rules");
		return NULL;
	}
	for (const struct config_node *i = n->first; i; i = i->next)
		count++;
	if (count > max)
		complain(a, key, n, "at most %zu rules", max);
	if (count == 0 || count > max)
		return NULL;
	rules = calloc(count, size);
	if (!rules)
		a->problems->no_memory = true;
	return rules;
}

static void apply_classes(struct apply *a, const struct config_key *key,
			  const struct config_node *n)
{
	struct config_class *rules = new_rules(a, key, n, CONFIG_CLASSES_MAX, sizeof(*rules));

	a->c->classes = rules;
	for (const struct config_node *i = n->first; rules && i; i = i->next) {
		if (i->kind == NODE_MAP)
			apply_table(a, &config_class_table, i, &rules[a->c->n_classes]);
		else
			complain(a, key, i, "a rule is a mapping of match, class and why");
		a->c->n_classes++;
	}
}

/* What one alert's keys must be to each other, and to the alerts before it. */
static void check_alert(struct apply *a, const struct config_key *key, const struct config_node *n,
			struct config_alert *alert)
{
	if (alert->clear < 0)
		alert->clear = alert->raise / 2;
	if (alert->raise > 0 && alert->clear > alert->raise)
		complain(a, key, n, "%s: clear must not be above raise", alert->name);
	for (const struct config_alert *other = a->c->alerts; other < alert; other++)
		if (*alert->name && strcmp(other->name, alert->name) == 0)
			complain(a, key, n, "two rules are named %s", alert->name);
}

static void apply_alerts(struct apply *a, const struct config_key *key,
			 const struct config_node *n)
{
	static const struct config_alert defaults = {
		.unit = ALERT_PER_SECOND, .clear = -1, .window_s = 60, .repeat_s = 3600,
		.priority = 4, /* warning */
	};
	struct config_alert *rules = new_rules(a, key, n, CONFIG_ALERTS_MAX, sizeof(*rules));

	a->c->alerts = rules;
	for (const struct config_node *i = n->first; rules && i; i = i->next) {
		struct config_alert *rule = &rules[a->c->n_alerts++];

		memcpy(rule, &defaults, sizeof(*rule));
		if (i->kind == NODE_MAP) {
			apply_table(a, &config_alert_table, i, rule);
			check_alert(a, key, i, rule);
		} else {
			complain(a, key, i, "a rule is a mapping of name, match, raise and more");
		}
	}
}

static void apply_value(struct apply *a, const struct config_key *key, const struct config_node *n,
			void *base)
{
	void *at = (char *)base + key->offset;

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
	case CONFIG_SOURCE:
		apply_source(a, key, n);
		break;
	case CONFIG_LISTEN:
		apply_listen(a, key, n, &a->c->web);
		break;
	case CONFIG_WINDOWS:
		apply_windows(a, key, n, &a->c->series);
		break;
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

static void unknown_key(struct apply *a, const struct config_table *table, const char *section,
			const struct config_node *key)
{
	char nearest[64];

	if (config_key_nearest(table, section, key->text, nearest, sizeof(nearest)))
		config_problem(a->problems, key->line, key->column,
			       "unknown key \"%.64s\"; did you mean \"%s\"?", key->text, nearest);
	else
		config_problem(a->problems, key->line, key->column, "unknown key \"%.64s\"", key->text);
}

/* One mapping: the root of a table (section ""), or one of its sections. Sections do not nest. */
static void apply_map(struct apply *a, const struct config_table *table, const char *section,
		      const struct config_node *map, void *base, bool *seen)
{
	for (const struct config_node *k = map->first; k; k = k->next) {
		char path[64] = "";
		bool is_section = false;
		const struct config_key *key = NULL;
		int n = snprintf(path, sizeof(path), "%s%s%s", section, *section ? "." : "", k->text);

		if (k->kind == NODE_BAD)
			continue;
		if (k->len > 0 && n < (int)sizeof(path))
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
				       "%s: needs a mapping of keys", path);
		}
	}
}

static void apply_table(struct apply *a, const struct config_table *table,
			const struct config_node *map, void *base)
{
	bool seen[KEYS_MAX] = { false };

	apply_map(a, table, "", map, base, seen);
	for (size_t i = 0; i < table->n; i++)
		if (table->keys[i].required && !seen[i])
			complain(a, &table->keys[i], map, "is missing in this rule");
}

void config_apply(const struct config_node *root, struct config *c,
		  struct config_problems *problems)
{
	struct apply a = { c, problems };

	if (!root || config_is_null(root) || root->kind == NODE_BAD)
		return;
	if (root->kind == NODE_MAP)
		apply_table(&a, &config_root, root, c);
	else
		config_problem(problems, root->line, root->column, "the file must be a mapping of keys");
}
