/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config/config_option.h"

#include <errno.h>
#include <string.h>

#include "base/address.h"
#include "config/config_problems.h"

static const char *const words[] = {
	[SOURCE_AUTO] = "auto",
	[SOURCE_NETDM] = SOURCE_NAME_NETDM,
	[SOURCE_TRACEPOINT] = SOURCE_NAME_TRACEPOINT,
	[SOURCE_REPLAY] = SOURCE_NAME_REPLAY ":",
};

/* The file is padded with zeros, since a reload compares bytes. */
static void choose(struct config_source *source, enum config_source_kind kind, const char *file)
{
	source->kind = kind;
	memset(source->replay.file, 0, sizeof(source->replay.file));
	memcpy(source->replay.file, file, strlen(file));
}

int config_source_parse(struct config_source *source, const char *text, struct err *err)
{
	const size_t n = strlen(words[SOURCE_REPLAY]);

	for (int kind = 0; kind < SOURCE_REPLAY; kind++) {
		if (strcmp(text, words[kind]) == 0) {
			choose(source, (enum config_source_kind)kind, "");
			return 0;
		}
	}
	if (strncmp(text, words[SOURCE_REPLAY], n) != 0 || !text[n])
		return err_set(err, -EINVAL,
			       "\"%s\" is not one of auto, netdm, tracepoint, replay:FILE",
			       config_quote(text).text);
	if (strlen(text + n) >= sizeof(source->replay.file))
		return err_set(err, -EINVAL, "the file name is longer than %zu bytes",
			       sizeof(source->replay.file) - 1);
	choose(source, SOURCE_REPLAY, text + n);
	return 0;
}

const char *config_source_word(enum config_source_kind kind)
{
	return words[kind];
}

/* All addresses in the list are valid. */
static int check_conflict(const char *text, const char *other, struct err *err)
{
	struct address a, b;

	if (address_parse(text, &a, err) < 0 || address_parse(other, &b, err) < 0)
		return -EINVAL;
	if (address_same(&a, &b))
		return err_set(err, -EINVAL, "%s is listed twice", text);
	if (address_covers(&a, &b))
		return err_set(err, -EINVAL, "%s already covers %s; remove one of them", text,
			       other);
	if (address_covers(&b, &a))
		return err_set(err, -EINVAL, "%s already covers %s; remove one of them", other,
			       text);
	return 0;
}

int config_listen_add(struct config_web *web, const char *text, size_t len, struct err *err)
{
	char address[CONFIG_NAME_MAX] = "";
	struct address parsed;

	if (len >= sizeof(address))
		return err_set(err, -EINVAL, "an address of %zu bytes is too long", len);
	if (web->n_listen == CONFIG_LISTEN_MAX)
		return err_set(err, -EINVAL, "at most %d addresses", CONFIG_LISTEN_MAX);
	memcpy(address, text, len);
	if (address_parse(address, &parsed, err) < 0)
		return -EINVAL;
	for (size_t i = 0; i < web->n_listen; i++)
		if (check_conflict(address, web->listen[i], err) < 0)
			return -EINVAL;
	memcpy(web->listen[web->n_listen++], address, sizeof(address));
	return 0;
}

int config_listen_set(struct config_web *web, const char *text, struct err *err)
{
	struct config_web next = { .max_connections = web->max_connections };

	for (;;) {
		const size_t n = strcspn(text, ",");

		if (config_listen_add(&next, text, n, err) < 0)
			return -EINVAL;
		if (!text[n])
			break;
		text += n + 1;
	}
	*web = next;
	return 0;
}
