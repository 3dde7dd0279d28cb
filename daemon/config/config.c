/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Place in the path: beside it. Main makes a config, publishes it in a slot, and every thread takes
 * what it needs from there.
 *
 * Everything lives in one struct without pointers into other rooms, so that a reload is: make a new
 * one aside, check it, swap one pointer. Whoever still holds the old one keeps it alive. What a
 * running daemon cannot change (a socket's options, the ring's memory) is taken back into the new
 * config before it is published, so that the published one always tells what is in force.
 *
 * Thread: none of its own. A config is private to whoever makes it, and immutable once published.
 */
#include "config/config.h"

#include <arpa/inet.h>
#include <errno.h>
#include <string.h>

#include "config/config_schema.h"
#include "config/config_tree.h"
#include "config/config_yaml.h"
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
	c->log_level = LOG_LEVEL_INFO;
	c->shipped_classes = true;
}

struct config *config_new_bare(void)
{
	struct config *c = calloc(1, sizeof(*c));

	if (!c)
		return NULL;
	slot_value_init(&c->value, config_destroy);
	set_defaults(c);
	return c;
}

struct config *config_new(void)
{
	cleanup(config_unrefp) struct config *c = config_new_bare();

	if (!c || config_add_shipped_classes(c) < 0)
		return NULL;
	return take(c);
}

struct config *config_unref(struct config *c)
{
	slot_value_unref(c ? &c->value : NULL);
	return NULL;
}

struct config *config_get(struct slot *slot)
{
	return (struct config *)slot_get(slot);
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

int config_append_classes(struct config *to, struct config *from)
{
	size_t n = to->n_classes + from->n_classes;
	struct config_class *both = reallocarray(to->classes, n + 1, sizeof(*both));
	struct config_text **end = &to->texts;

	if (!both)
		return -ENOMEM;
	if (from->n_classes)
		memcpy(both + to->n_classes, from->classes, from->n_classes * sizeof(*both));
	to->classes = both;
	to->n_classes = n;
	from->n_classes = 0;
	while (*end)
		end = &(*end)->next;
	*end = take(from->texts); /* what the rules point into goes with them */
	return 0;
}

int config_set_source(struct config *c, const char *text, struct err *err)
{
	static const struct {
		const char *word;
		enum config_source_kind kind;
	} plain[] = { { "auto", SOURCE_AUTO },
		      { "netdm", SOURCE_NETDM },
		      { "tracepoint", SOURCE_TRACEPOINT } };
	static const char replay[] = "replay:";
	const char *file = text + sizeof(replay) - 1;

	if (strncmp(text, replay, sizeof(replay) - 1) == 0 && *file) {
		if (strlen(file) >= sizeof(c->source.replay.file))
			return err_set(err, -EINVAL, "the file's name is longer than %zu bytes",
				       sizeof(c->source.replay.file) - 1);
		c->source.kind = SOURCE_REPLAY;
		memset(c->source.replay.file, 0, sizeof(c->source.replay.file));
		memcpy(c->source.replay.file, file, strlen(file));
		return 0;
	}
	for (size_t i = 0; i < sizeof(plain) / sizeof(plain[0]); i++) {
		if (strcmp(text, plain[i].word) != 0)
			continue;
		c->source.kind = plain[i].kind;
		memset(c->source.replay.file, 0, sizeof(c->source.replay.file));
		return 0;
	}
	return err_set(err, -EINVAL, "\"%s\" is not one of auto, netdm, tracepoint, replay:FILE",
		       config_quote(text).text);
}

static bool is_port(const char *text)
{
	unsigned long port = 0;
	size_t n = strlen(text);

	for (size_t i = 0; i < n; i++) {
		if (text[i] < '0' || text[i] > '9')
			return false;
		port = port * 10 + (unsigned long)(text[i] - '0');
	}
	return n >= 1 && n <= 5 && port <= 65535;
}

/* ADDRESS:PORT or [ADDRESS]:PORT; text is at most CONFIG_NAME_MAX with its NUL. */
static int check_address(const char *text, struct err *err)
{
	char host[CONFIG_NAME_MAX];
	unsigned char in[sizeof(struct in6_addr)];
	const char *colon = strrchr(text, ':');
	bool six = text[0] == '[';
	size_t n;

	if (!colon || !is_port(colon + 1))
		return err_set(err, -EINVAL,
			       "\"%s\" needs a port from 0 to 65535 at its end, "
			       "like 127.0.0.1:10059 or [::1]:10059",
			       text);
	n = (size_t)(colon - text);
	memcpy(host, text, n);
	host[n] = '\0';
	if (six && n > 1 && host[n - 1] == ']') {
		host[n - 1] = '\0';
		if (inet_pton(AF_INET6, host + 1, in) == 1)
			return 0;
	} else if (!six && inet_pton(AF_INET, host, in) == 1) {
		return 0;
	} else if (!six && inet_pton(AF_INET6, host, in) == 1) {
		return err_set(err, -EINVAL, "\"%s\": an IPv6 address stands in brackets: [%s]%s",
			       text, host, colon);
	}
	return err_set(err, -EINVAL,
		       "\"%s\" has no numeric address before its port; for every "
		       "address of the machine write 0.0.0.0, and [::] for IPv6",
		       text);
}

/* 0.0.0.0 or [::], in any spelling. */
static bool is_wildcard(const char *address)
{
	return address + strspn(address, "[]0.:") > strrchr(address, ':');
}

/* One would take the port from the other. IPv4 and IPv6 are apart; port 0 is any free one. */
static bool includes(const char *wildcard, const char *address)
{
	const char *port = strrchr(wildcard, ':');

	return is_wildcard(wildcard) && (wildcard[0] == '[') == (address[0] == '[') &&
	       strcmp(port, strrchr(address, ':')) == 0 && strcmp(port, ":0") != 0;
}

static int check_beside(const char *address, const char *other, struct err *err)
{
	if (strcmp(other, address) == 0)
		return err_set(err, -EINVAL, "%s stands there twice", address);
	if (includes(address, other))
		return err_set(err, -EINVAL, "%s includes %s, which cannot stand beside it",
			       address, other);
	if (includes(other, address))
		return err_set(err, -EINVAL, "%s is included in %s, and cannot stand beside it",
			       address, other);
	return 0;
}

int config_add_listen(struct config_web *web, const char *text, size_t len, struct err *err)
{
	char address[CONFIG_NAME_MAX] = "";
	int r;

	if (len >= sizeof(address))
		return err_set(err, -EINVAL, "%zu bytes are too many for an address", len);
	if (web->n_listen == CONFIG_LISTEN_MAX)
		return err_set(err, -EINVAL, "at most %d addresses", CONFIG_LISTEN_MAX);
	memcpy(address, text, len);
	r = check_address(address, err);
	if (r < 0)
		return r;
	for (size_t i = 0; r == 0 && i < web->n_listen; i++)
		r = check_beside(address, web->listen[i], err);
	if (r < 0)
		return r;
	memcpy(web->listen[web->n_listen++], address, sizeof(address));
	return 0;
}

int config_set_listen(struct config *c, const char *text, struct err *err)
{
	struct config_web web = { .max_connections = c->web.max_connections };

	for (;;) {
		size_t n = strcspn(text, ",");
		int r = config_add_listen(&web, text, n, err);

		if (r < 0)
			return r;
		if (!text[n])
			break;
		text += n + 1;
	}
	c->web = web;
	return 0;
}

/* The kind and the file of a source are one key, but lie apart. */
static bool source_differs(struct config *next, const struct config *current)
{
	struct config_source *to = &next->source;
	const struct config_source *from = &current->source;

	if (to->kind == from->kind && strcmp(to->replay.file, from->replay.file) == 0)
		return false;
	to->kind = from->kind;
	memcpy(to->replay.file, from->replay.file, sizeof(to->replay.file));
	return true;
}

static bool take_back(const struct config_key *key, struct config *next,
		      const struct config *current)
{
	char *to = (char *)next + key->offset;
	const char *from = (const char *)current + key->offset;

	if (key->type == CONFIG_SOURCE)
		return source_differs(next, current);
	if (memcmp(to, from, key->size) == 0) /* texts are padded with zeros */
		return false;
	memcpy(to, from, key->size);
	return true;
}

size_t config_keep_unchangeable(struct config *next, const struct config *current,
				void (*name)(const char *key, void *arg), void *arg)
{
	size_t n = 0;

	for (size_t i = 0; i < config_root.n; i++) {
		const struct config_key *key = &config_root.keys[i];

		if (key->live || !take_back(key, next, current))
			continue;
		n++;
		if (name)
			name(key->path, arg);
	}
	return n;
}

static bool is_literal(const char *glob, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (strchr("*?[\\", glob[i]))
			return false;
	return true;
}

/* Does one of these globs, one a line, fit? */
static bool field_fits(const char *globs, const char *label)
{
	size_t label_len;

	if (!globs)
		return true;
	label_len = strlen(label);
	for (;;) {
		size_t len = strcspn(globs, "\n");

		if (is_literal(globs, len) ? len == label_len && memcmp(globs, label, len) == 0
					   : glob_match(globs, len, label))
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
		if (!field_fits(m->globs[i], labels[i]))
			return false;
	return field_fits(m->cast, cast);
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
