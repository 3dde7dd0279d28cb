/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Place in the path: text → libyaml's events → a tree → config_apply.c. Only this
 * file uses libyaml.
 *
 * A configuration is small, so everything that makes YAML large or surprising is refused: anchors
 * and aliases (a few lines can expand to gigabytes), tags, several documents, duplicate keys, deep
 * nesting and large files. libyaml's event API leaves these checks to us. Unlike its document API
 * it can be stopped early: 64 KiB of "[" keep the document API busy for 13 s.
 *
 * A syntax error ends the parsing, since what follows cannot be trusted. All other problems are
 * collected, so that one run reports all of them.
 *
 * Thread: the caller's.
 */
#include "config/config_yaml.h"

#include <stdlib.h>
#include <string.h>
#include <yaml.h>

#include "base/utf8.h"

#define DEPTH_MAX  16
#define EVENTS_MAX 16384

struct reader {
	yaml_parser_t parser;
	const char *text;
	size_t len;
	size_t events;
	struct config_node *all;
	struct config_problems *problems;
};

/* Bytes that are not UTF-8 have an offset, but no line yet. */
static void report_encoding(struct reader *r)
{
	unsigned int line = 1, column = 1;

	for (size_t i = 0; i < r->parser.problem_offset && i < r->len; i++) {
		column++;
		if (r->text[i] == '\n') {
			line++;
			column = 1;
		}
	}
	config_problem(r->problems, line, column, "invalid text: %s",
		       r->parser.problem ? r->parser.problem : "unreadable");
}

static void report_syntax(struct reader *r)
{
	const yaml_parser_t *p = &r->parser;

	if (p->error == YAML_MEMORY_ERROR)
		r->problems->no_memory = true;
	else if (p->error == YAML_READER_ERROR)
		report_encoding(r);
	else if (p->context)
		config_problem(r->problems, (unsigned int)p->problem_mark.line + 1,
			       (unsigned int)p->problem_mark.column + 1,
			       "invalid YAML: %s (%s from line %zu)", p->problem, p->context,
			       p->context_mark.line + 1);
	else
		config_problem(r->problems, (unsigned int)p->problem_mark.line + 1,
			       (unsigned int)p->problem_mark.column + 1, "invalid YAML: %s",
			       p->problem);
}

static void report(struct reader *r, const yaml_event_t *ev, const char *sentence)
{
	config_problem(r->problems, (unsigned int)ev->start_mark.line + 1,
		       (unsigned int)ev->start_mark.column + 1, "%s", sentence);
}

/* The next event, which the caller deletes; false, and none, when parsing has to end here. */
static bool next_event(struct reader *r, yaml_event_t *ev)
{
	memset(ev, 0, sizeof(*ev));
	if (!yaml_parser_parse(&r->parser, ev)) {
		report_syntax(r);
		return false;
	}
	if (++r->events <= EVENTS_MAX)
		return true;
	report(r, ev, "too many keys and values in one file");
	yaml_event_delete(ev);
	return false;
}

static struct config_node *new_node(struct reader *r, enum node_kind kind, const yaml_event_t *ev,
				    const char *text, size_t len)
{
	struct config_node *n = calloc(1, sizeof(*n) + len + 1);

	if (!n) {
		r->problems->no_memory = true;
		return NULL;
	}
	n->kind = kind;
	n->line = (unsigned int)ev->start_mark.line + 1;
	n->column = (unsigned int)ev->start_mark.column + 1;
	n->len = len;
	memcpy(n->text, text, len);
	n->all = r->all;
	r->all = n;
	return n;
}

static struct config_node *text_node(struct reader *r, const yaml_event_t *ev)
{
	const char *text = (const char *)ev->data.scalar.value;
	size_t len = ev->data.scalar.length;
	enum node_kind kind = NODE_TEXT;
	struct config_node *n;

	while (len > 0 && text[len - 1] == '\n') /* a block text ends so */
		len--;
	if (ev->data.scalar.anchor || ev->data.scalar.tag) {
		report(r, ev,
		       "anchors (&) and tags (!) are not allowed; quote a text that begins with "
		       "& or !");
		kind = NODE_BAD;
	} else if (!utf8_is_clean(text, len)) {
		report(r, ev,
		       "a text must be one line without control characters or characters that "
		       "reorder text");
		kind = NODE_BAD;
	}
	n = new_node(r, kind, ev, text, len);
	if (!n)
		return NULL;
	n->plain = ev->data.scalar.style == YAML_PLAIN_SCALAR_STYLE;
	n->hash = 2166136261u; /* FNV-1a */
	for (size_t i = 0; i < len; i++)
		n->hash = (n->hash ^ (unsigned char)text[i]) * 16777619u;
	return n;
}

static void append_child(struct config_node *parent, struct config_node *child)
{
	if (parent->last)
		parent->last->next = child;
	else
		parent->first = child;
	parent->last = child;
}

static struct config_node *read_node(struct reader *r, const yaml_event_t *ev, int depth);

static struct config_node *read_next(struct reader *r, int depth, yaml_event_type_t end,
				     bool *ended)
{
	struct config_node *n = NULL;
	yaml_event_t ev;

	*ended = false;
	if (!next_event(r, &ev))
		return NULL;
	if (ev.type == end)
		*ended = true;
	else
		n = read_node(r, &ev, depth);
	yaml_event_delete(&ev);
	return n;
}

static bool read_list(struct reader *r, struct config_node *list, int depth)
{
	for (;;) {
		bool ended;
		struct config_node *n = read_next(r, depth, YAML_SEQUENCE_END_EVENT, &ended);

		if (!n)
			return ended;
		append_child(list, n);
	}
}

static void check_key(struct reader *r, const struct config_node *map, struct config_node *key)
{
	if (key->kind == NODE_LIST || key->kind == NODE_MAP) {
		config_problem(r->problems, key->line, key->column, "a key must be a single word");
		key->kind = NODE_BAD;
	}
	for (const struct config_node *k = map->first; k && key->kind != NODE_BAD; k = k->next) {
		if (k->hash != key->hash || k->len != key->len ||
		    memcmp(k->text, key->text, k->len) != 0)
			continue;
		config_problem(r->problems, key->line, key->column,
			       "%s: duplicate key, first used in line %u",
			       config_quote(key->text).text, k->line);
		key->kind = NODE_BAD;
	}
}

static bool read_map(struct reader *r, struct config_node *map, int depth)
{
	for (;;) {
		bool ended;
		struct config_node *key = read_next(r, depth, YAML_MAPPING_END_EVENT, &ended);

		if (!key)
			return ended;
		check_key(r, map, key);
		key->value = read_next(r, depth, YAML_NO_EVENT, &ended);
		if (!key->value)
			return false;
		append_child(map, key);
	}
}

static struct config_node *read_children(struct reader *r, const yaml_event_t *ev, int depth)
{
	bool is_map = ev->type == YAML_MAPPING_START_EVENT;
	struct config_node *n = new_node(r, is_map ? NODE_MAP : NODE_LIST, ev, "", 0);

	if (!n)
		return NULL;
	if (depth == DEPTH_MAX) {
		report(r, ev, "nested too deeply");
		return NULL;
	}
	if (!(is_map ? read_map(r, n, depth + 1) : read_list(r, n, depth + 1)))
		return NULL;
	if (is_map ? ev->data.mapping_start.anchor || ev->data.mapping_start.tag
		   : ev->data.sequence_start.anchor || ev->data.sequence_start.tag) {
		report(r, ev, "anchors (&) and tags (!) are not allowed");
		n->kind = NODE_BAD;
	}
	return n;
}

/* The node that begins with this event; NULL when parsing has to end. */
static struct config_node *read_node(struct reader *r, const yaml_event_t *ev, int depth)
{
	switch (ev->type) {
	case YAML_SCALAR_EVENT:
		return text_node(r, ev);
	case YAML_SEQUENCE_START_EVENT:
	case YAML_MAPPING_START_EVENT:
		return read_children(r, ev, depth);
	case YAML_ALIAS_EVENT:
		report(r, ev, "aliases (*) are not allowed; quote a glob that begins with *");
		return new_node(r, NODE_BAD, ev, "", 0);
	default:
		report(r, ev, "unexpected YAML"); /* libyaml's grammar rules this out */
		return NULL;
	}
}

/* The only document of the stream; false when something ended the parsing. */
static bool read_stream(struct reader *r, struct config_node **root)
{
	yaml_event_t ev;
	bool go_on = true;

	while (go_on) {
		yaml_event_type_t type;

		if (!next_event(r, &ev))
			return false;
		type = ev.type;
		if (type == YAML_DOCUMENT_START_EVENT) {
			if (*root) {
				report(r, &ev, "only one YAML document is allowed");
				go_on = false;
			}
			if (ev.data.document_start.tag_directives.start !=
			    ev.data.document_start.tag_directives.end)
				report(r, &ev, "%TAG is not allowed");
		} else if (type != YAML_STREAM_START_EVENT && type != YAML_DOCUMENT_END_EVENT &&
			   type != YAML_STREAM_END_EVENT) {
			*root = read_node(r, &ev, 0);
			go_on = *root != NULL;
		}
		yaml_event_delete(&ev);
		if (type == YAML_STREAM_END_EVENT)
			return true;
	}
	return false;
}

void config_yaml_read(const char *text, size_t len, struct config_tree *ret,
		      struct config_problems *problems)
{
	struct reader r = { .text = text, .len = len, .problems = problems };
	struct config_node *root = NULL;

	if (!yaml_parser_initialize(&r.parser)) {
		problems->no_memory = true;
		return;
	}
	yaml_parser_set_encoding(&r.parser, YAML_UTF8_ENCODING);
	yaml_parser_set_input_string(&r.parser, (const unsigned char *)text, len);
	if (read_stream(&r, &root))
		ret->root = root;
	ret->all = r.all;
	yaml_parser_delete(&r.parser);
}

void config_yaml_free(struct config_tree *tree)
{
	while (tree->all) {
		struct config_node *n = tree->all;

		tree->all = n->all;
		free(n);
	}
}
