/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Place in the path: beside it. The main thread makes a config and publishes it in a slot, from
 * which every thread takes a reference.
 *
 * Everything is in one struct without pointers into other rooms. A reload makes a new one, checks
 * it, and swaps one pointer. The old one lives until its last reference is given back. Settings
 * that a running daemon cannot change (socket options, the memory of the ring) are copied from the
 * old config before the new one is published, so the published one is always what is in effect.
 *
 * Thread: none of its own. A config is private until it is published, and immutable afterwards.
 */
#include "config/config.h"

#include <string.h>

#include "config/glob.h"

struct config_text {
	struct config_text *next;
	char text[];
};

static void config_destroy(struct slot_value *value)
{
	struct config *c = (struct config *)value; /* its first member */

	while (c->texts) {
		struct config_text *text = c->texts;

		c->texts = text->next;
		free(text);
	}
	free(c->classes);
	free(c->alerts);
	free(c);
}

static void set_defaults(struct config *c)
{
	c->source.netdm.hardware = HARDWARE_AUTO;
	c->source.netdm.truncate_bytes = 128;
	c->source.netdm.queue_length = 1000; /* the kernel's own default */
	c->source.netdm.receive_buffer_bytes = 64 << 20;
	c->source.tracepoint.max_entries = MAX_ENTRIES_AUTO;
	c->source.tracepoint.interval_ms = 250;
	c->ring_capacity = 65536;
	c->series = (struct config_series){
		.limit = 10000,
		.labels = LABELS_DEFAULT,
		.windows_s = { 10, 60, 300 },
		.n_windows = 3,
		.windows_top = 20,
		.tick_ms = 1000,
		.retire_after_s = 300,
		.retire_idle_s = 3600,
	};
	strcpy(c->symbols.kallsyms, "/proc/kallsyms");
	strcpy(c->web.listen[0], "127.0.0.1:10059");
	strcpy(c->web.listen[1], "[::1]:10059");
	c->web.n_listen = 2;
	c->web.max_connections = 64;
	c->ledger.enabled = true;
	c->ledger.interval_s = 15;
	c->log_level = LOG_LEVEL_INFO;
	c->shipped_classes = true;
}

struct config *config_new(void)
{
	struct config *c = calloc(1, sizeof(*c));

	if (!c)
		return NULL;
	slot_value_init(&c->value, config_destroy);
	set_defaults(c);
	return c;
}

const char *config_own_text(struct config *c, const char *text, size_t len)
{
	struct config_text *own = malloc(sizeof(*own) + len + 1);

	if (!own)
		return NULL;
	memcpy(own->text, text, len);
	own->text[len] = '\0';
	own->next = c->texts;
	c->texts = own;
	return own->text;
}

static bool is_literal(const char *glob, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (strchr("*?[\\", glob[i]))
			return false;
	return true;
}

bool config_globs_fit(const char *globs, const char *text)
{
	size_t text_len;

	if (!globs)
		return true;
	text_len = strlen(text);
	for (;;) {
		size_t len = strcspn(globs, "\n");

		if (is_literal(globs, len) ? len == text_len && memcmp(globs, text, len) == 0
					   : glob_match(globs, len, text))
			return true;
		if (!globs[len])
			return false;
		globs += len + 1;
	}
}

bool config_match_fits(const struct config_match *m, const char *const labels[LABELS],
		       const char *cast)
{
	for (enum label i = 0; i < LABELS; i++)
		if (!config_globs_fit(m->globs[i], labels[i]))
			return false;
	return config_globs_fit(m->cast, cast);
}

static bool same_globs(const char *a, const char *b)
{
	return a == b || (a && b && strcmp(a, b) == 0);
}

bool config_match_same(const struct config_match *a, const struct config_match *b)
{
	for (enum label i = 0; i < LABELS; i++)
		if (!same_globs(a->globs[i], b->globs[i]))
			return false;
	return same_globs(a->cast, b->cast);
}
