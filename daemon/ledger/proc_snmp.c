/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "ledger/proc_snmp.h"

#include <errno.h>
#include <string.h>

#include "ledger/proc_lines.h"

/* "Udp: NoPorts InErrors" and "Udp: 3 0". */
static int parse_protocol(struct proc_rest names, struct proc_rest values, struct reading *ret,
			  struct err *err)
{
	char group[PROC_WORD_MAX] = "", other[PROC_WORD_MAX] = "";
	char *colon;

	if (proc_next_word(&names, group, err) < 0 || proc_next_word(&values, other, err) < 0)
		return -EBADMSG;
	colon = strchr(group, ':');
	if (!colon || colon[1])
		return err_set(err, -EBADMSG, "its names do not begin with a group");
	if (strcmp(group, other) != 0)
		return err_set(err, -EBADMSG, "\"%s\" instead of \"%s\"", other, group);
	*colon = '\0';
	return proc_add_columns(group, names, values, 10, ret, err);
}

int proc_snmp_parse(const char *text, size_t len, struct reading *ret, struct err *err)
{
	struct proc_lines lines = proc_lines(text, len);
	struct proc_rest names, values;
	int r;

	while ((r = proc_next_line(&lines, &names, err)) > 0) {
		r = proc_next_line(&lines, &values, err);
		if (r == 0)
			r = err_set(err, -EBADMSG, "the line of its values is missing");
		if (r > 0)
			r = parse_protocol(names, values, ret, err);
		if (r < 0)
			break;
	}
	return proc_end(&lines, r, err);
}

/* "Udp6NoPorts" to "Udp6" and "NoPorts". Other names belong to no group. */
static void add_snmp6(const char *word, uint64_t value, struct reading *ret)
{
	const char *six = strchr(word, '6');
	char group[PROC_WORD_MAX];
	size_t len;

	if (!six)
		return;
	len = (size_t)(six + 1 - word);
	memcpy(group, word, len);
	group[len] = '\0';
	reading_add(ret, group, six + 1, "", value);
}

static int parse_snmp6(struct proc_rest line, struct reading *ret, struct err *err)
{
	char name[PROC_WORD_MAX] = "", word[PROC_WORD_MAX] = "", more[PROC_WORD_MAX];
	uint64_t value = 0;
	int r;

	if (proc_next_word(&line, name, err) < 0 || proc_next_word(&line, word, err) < 0)
		return -EBADMSG;
	r = proc_number(word, 10, &value, err);
	if (r < 0)
		return r;
	if (proc_next_word(&line, more, err) != 0)
		return err_set(err, -EBADMSG, "more than a name and a value");
	if (r > 0)
		add_snmp6(name, value, ret);
	return 0;
}

int proc_snmp6_parse(const char *text, size_t len, struct reading *ret, struct err *err)
{
	struct proc_lines lines = proc_lines(text, len);
	struct proc_rest line;
	int r;

	while ((r = proc_next_line(&lines, &line, err)) > 0) {
		r = parse_snmp6(line, ret, err);
		if (r < 0)
			break;
	}
	return proc_end(&lines, r, err);
}
