/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/* What is true of each parser of a file in /proc/net. */
#include "fuzz.h"

#include <errno.h>
#include <string.h>

#include "base/err.h"
#include "base/utf8.h"
#include "ledger/proc_lines.h"
#include "ledger/reading.h"

/* A sentence about a line that exists, or about the first of an empty file. */
static inline void check_proc_error(const struct err *err, const char *text, size_t size)
{
	unsigned int line, lines = 1;

	for (size_t i = 0; i + 1 < size; i++)
		lines += text[i] == '\n';
	expect(err->code == -EBADMSG);
	expect(sscanf(err->text, "line %u: ", &line) == 1 && line >= 1 && line <= lines);
	expect(utf8_is_clean(err->text, strlen(err->text)));
}

/* A whole file is read, or refused. The same file without its last byte is always refused. */
static inline void check_proc_parser(proc_parser *parse, const char *text, size_t size)
{
	cleanup(reading_freep) struct reading *r = reading_new();
	struct err err = { 0 };

	expect(r);
	if (parse(text, size, r, &err) < 0) {
		check_proc_error(&err, text, size);
		return;
	}
	expect(!reading_is_cut(r) && size > 0);
	expect(parse(text, size - 1, r, &err) == -EBADMSG);
	check_proc_error(&err, text, size - 1);
}
