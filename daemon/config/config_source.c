/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config/config_source.h"

#include <errno.h>
#include <string.h>

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
