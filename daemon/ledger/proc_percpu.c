/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "ledger/proc_percpu.h"

#include <errno.h>

#include "ledger/proc_lines.h"

/* The columns of softnet_stat, from 1. */
enum {
	SOFTNET_DROPPED = 2,
	SOFTNET_COLUMNS_MIN = 9,
	SOFTNET_FLOW_LIMIT = 11,
};

static int parse_softnet(struct proc_rest line, unsigned int *columns, struct reading *ret,
			 struct err *err)
{
	char word[PROC_WORD_MAX] = "";
	uint64_t value = 0;
	int r;

	*columns = 0;
	while ((r = proc_next_word(&line, word, err)) > 0) {
		r = proc_number(word, 16, &value, err);
		if (r < 0)
			return r;
		++*columns;
		if (*columns == SOFTNET_DROPPED)
			reading_add(ret, "softnet", "dropped", "", value);
		else if (*columns == SOFTNET_FLOW_LIMIT)
			reading_add(ret, "softnet", "flow_limit", "", value);
	}
	if (r == 0 && *columns < SOFTNET_COLUMNS_MIN)
		return err_set(err, -EBADMSG, "only %u columns", *columns);
	return r;
}

int proc_softnet_parse(const char *text, size_t len, struct reading *ret, struct err *err)
{
	struct proc_lines lines = proc_lines(text, len);
	unsigned int first = 0, columns;
	struct proc_rest line;
	int r;

	while ((r = proc_next_line(&lines, &line, err)) > 0) {
		r = parse_softnet(line, &columns, ret, err);
		if (!first)
			first = columns;
		if (r == 0 && columns != first)
			r = err_set(err, -EBADMSG, "%u columns instead of %u", columns, first);
		if (r < 0)
			break;
	}
	return proc_end(&lines, r, err);
}

/* The first line has the names. */
static int parse_stat_file(const char *group, const char *text, size_t len, struct reading *ret,
			   struct err *err)
{
	struct proc_lines lines = proc_lines(text, len);
	struct proc_rest names, values;
	int r;

	r = proc_next_line(&lines, &names, err);
	while (r > 0) {
		r = proc_next_line(&lines, &values, err);
		if (r > 0 && proc_add_columns(group, names, values, 16, ret, err) < 0)
			r = -EBADMSG;
	}
	return proc_end(&lines, r, err);
}

int proc_conntrack_parse(const char *text, size_t len, struct reading *ret, struct err *err)
{
	return parse_stat_file("nf_conntrack", text, len, ret, err);
}

int proc_arp_parse(const char *text, size_t len, struct reading *ret, struct err *err)
{
	return parse_stat_file("arp_cache", text, len, ret, err);
}

int proc_ndisc_parse(const char *text, size_t len, struct reading *ret, struct err *err)
{
	return parse_stat_file("ndisc_cache", text, len, ret, err);
}
