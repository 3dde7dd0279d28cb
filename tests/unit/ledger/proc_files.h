/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/* What the tests of the parsers of /proc/net share. */
#include "../test.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/err.h"
#include "ledger/proc_lines.h"
#include "find_value.h"

static inline struct reading *parsed(proc_parser *parse, const char *text, size_t len)
{
	struct reading *r = reading_new();
	struct err err = { 0 };

	assert_non_null(r);
	if (parse(text, len, r, &err) < 0)
		fail_msg("%s", err.text);
	return r;
}

/* A file of a real kernel. */
static inline struct reading *parsed_file(proc_parser *parse, const char *path)
{
	static char text[65536];
	cleanup(fclosep) FILE *f = fopen(path, "re");

	assert_non_null(f);
	return parsed(parse, text, fread(text, 1, sizeof(text), f));
}

/* A value that was found in a reading. */
static inline uint64_t found(const struct reading *r, const char *name)
{
	const struct reading_value *v = find_value(r, name, "");

	if (!v)
		fail_msg("%s was not found", name);
	return v->value;
}

static inline void refused_bytes(proc_parser *parse, const char *text, size_t len, const char *want)
{
	cleanup(reading_freep) struct reading *r = reading_new();
	struct err err = { 0 };

	assert_non_null(r);
	assert_int_equal(parse(text, len, r, &err), -EBADMSG);
	assert_string_equal(err.text, want);
	assert_int_equal(parse(text, len, r, NULL), -EBADMSG);
}

static inline void refused(proc_parser *parse, const char *text, const char *want)
{
	refused_bytes(parse, text, strlen(text), want);
}
