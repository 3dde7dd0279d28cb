/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "ledger/proc_lines.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

struct proc_lines proc_lines(const char *text, size_t len)
{
	return (struct proc_lines){ .rest = { text, text + len } };
}

int proc_next_line(struct proc_lines *lines, struct proc_rest *line, struct err *err)
{
	struct proc_rest *rest = &lines->rest;
	const char *end;

	if (rest->at == rest->end && lines->number)
		return 0;
	lines->number++;
	if (rest->at == rest->end)
		return err_set(err, -EBADMSG, "the file is empty");
	end = memchr(rest->at, '\n', (size_t)(rest->end - rest->at));
	if (!end)
		return err_set(err, -EBADMSG, "the line has no end");
	if (end == rest->at)
		return err_set(err, -EBADMSG, "the line is empty");
	*line = (struct proc_rest){ rest->at, end };
	rest->at = end + 1;
	return 1;
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}

int proc_next_word(struct proc_rest *line, char word[PROC_WORD_MAX], struct err *err)
{
	const char *from;
	size_t len;

	while (line->at < line->end && is_blank(*line->at))
		line->at++;
	from = line->at;
	for (; line->at < line->end && !is_blank(*line->at); line->at++)
		if (*line->at < '!' || *line->at > '~')
			return err_set(err, -EBADMSG, "a byte that is not printable");
	len = (size_t)(line->at - from);
	if (len >= PROC_WORD_MAX)
		return err_set(err, -EBADMSG, "a word of %zu bytes", len);
	if (!len)
		return 0;
	memcpy(word, from, len);
	word[len] = '\0';
	return 1;
}

int proc_number(const char *word, int base, uint64_t *ret, struct err *err)
{
	const bool negative = base == 10 && *word == '-';
	const char *digits = negative ? word + 1 : word;
	const size_t len = strspn(digits, base == 10 ? "0123456789" : "0123456789abcdef");
	uint64_t value;

	errno = 0;
	value = strtoull(digits, NULL, base);
	if (!len || digits[len] || errno)
		return err_set(err, -EBADMSG, "\"%s\" is not a number", word);
	if (negative)
		return 0;
	*ret = value;
	return 1;
}

int proc_add_columns(const char *group, struct proc_rest names, struct proc_rest values, int base,
		     struct reading *ret, struct err *err)
{
	char name[PROC_WORD_MAX] = "", word[PROC_WORD_MAX] = "";
	uint64_t value = 0;
	int r;

	while ((r = proc_next_word(&values, word, err)) > 0) {
		r = proc_next_word(&names, name, err);
		if (r == 0)
			return err_set(err, -EBADMSG, "more values than names");
		if (r > 0)
			r = proc_number(word, base, &value, err);
		if (r < 0)
			return r;
		if (r > 0)
			reading_add(ret, group, name, "", value);
	}
	if (r == 0 && proc_next_word(&names, name, err) != 0)
		return err_set(err, -EBADMSG, "more names than values");
	return r;
}

int proc_end(const struct proc_lines *lines, int r, struct err *err)
{
	if (r < 0)
		err_prefix(err, "line %u", lines->number);
	return r;
}
