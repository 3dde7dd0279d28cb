/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/label.h"

#include <string.h>

static const char *const label_names[LABELS] = {
	[LABEL_SYMBOL] = "symbol",     [LABEL_REASON] = "reason",
	[LABEL_DEVICE] = "device",     [LABEL_IN_DEVICE] = "in_device",
	[LABEL_PROTOCOL] = "protocol", [LABEL_TRANSPORT] = "transport",
	[LABEL_ORIGIN] = "origin",     [LABEL_CLASS] = "class",
};

const char *label_name(enum label label)
{
	return label_names[label];
}

static void write_escaped(struct text *t, const char *value)
{
	const size_t len = strlen(value);
	char *const start = text_reserve(t, 2 * len);
	char *p = start;

	for (size_t i = 0; p && i < len; i++) {
		char c = value[i];

		if (c == '\\' || c == '"' || c == '\n')
			*p++ = '\\';
		*p++ = c == '\n' ? 'n' : c;
	}
	t->len += (size_t)(p - start);
}

void label_write(struct text *t, const char *name, const char *value)
{
	text_str(t, name);
	text_str(t, "=\"");
	write_escaped(t, value);
	text_str(t, "\"");
}

const char *label_origin(enum drop_origin origin)
{
	return origin == DROP_ORIGIN_HARDWARE ? "hardware" : "software";
}

const char *label_class(enum drop_class drop_class)
{
	return drop_class == DROP_CLASS_EXPECTED ? "expected" : "suspect";
}
