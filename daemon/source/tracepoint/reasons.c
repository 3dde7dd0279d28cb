/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Two arrays in the order of their numbers: the names of reasons and the names of subsystems. They
 * have a few hundred entries, are filled once, and are searched for each event of the tracepoint
 * source.
 */
#include "source/tracepoint/reasons.h"

#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/array.h"

#define NAMES_MAX 4096

struct entry {
	uint32_t value;
	char name[DROP_REASON_MAX];
};

struct list {
	struct entry *entries; /* in order of value */
	size_t n, room;
};

struct reasons {
	struct list names;
	struct list subsystems;
};

struct reasons *reasons_new(void)
{
	return calloc(1, sizeof(struct reasons));
}

/* The place of a value, or where to insert it. */
static size_t list_place(const struct list *list, uint32_t value)
{
	size_t low = 0, high = list->n;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (list->entries[middle].value < value)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static const char *list_find(const struct list *list, uint32_t value)
{
	const size_t place = list_place(list, value);

	return place < list->n && list->entries[place].value == value ? list->entries[place].name
								      : NULL;
}

static int list_add(struct list *list, uint32_t value, const char *name)
{
	const size_t place = list_place(list, value);
	struct entry *entries, *entry;

	if (list->n == NAMES_MAX || list_find(list, value))
		return 0;
	entries = array_grow(list->entries, &list->room, list->n + 1, sizeof(*entries));
	if (!entries)
		return -ENOMEM;
	list->entries = entries;
	entry = &entries[place];
	memmove(entry + 1, entry, (list->n - place) * sizeof(*entry));
	*entry = (struct entry){ .value = value };
	snprintf(entry->name, sizeof(entry->name), "%s", name);
	list->n++;
	return 0;
}

static const char *skip_prefix(const char *name, const char *prefix)
{
	const size_t len = strlen(prefix);

	return strncmp(name, prefix, len) == 0 ? name + len : name;
}

static bool is_identifier(const char *name)
{
	if (!*name)
		return false;
	for (; *name; name++)
		if (!isalnum((unsigned char)*name) && *name != '_')
			return false;
	return true;
}

int reasons_add(struct reasons *r, uint32_t value, const char *name)
{
	name += strspn(name, "_");
	name = skip_prefix(name, "SKB_DROP_REASON_");
	return is_identifier(name) ? list_add(&r->names, value, name) : 0;
}

int reasons_add_subsystem(struct reasons *r, uint32_t number, const char *name)
{
	name = skip_prefix(name, "SKB_DROP_REASON_SUBSYS_");
	return is_identifier(name) ? list_add(&r->subsystems, number, name) : 0;
}

/* Parses one { 0x2, "NOT_SPECIFIED" } at *text, and moves *text behind it. Return: success */
static bool parse_pair(const char **text, uint32_t *value, char name[DROP_REASON_MAX])
{
	const char *at = *text + strspn(*text, " ");
	char *end;
	size_t len;

	if (*at++ != '{')
		return false;
	*value = (uint32_t)strtoul(at, &end, 0);
	if (end == at)
		return false;
	at = end + strspn(end, " ,");
	if (*at++ != '"')
		return false;
	len = strcspn(at, "\"");
	if (!at[len] || len >= DROP_REASON_MAX)
		return false;
	memcpy(name, at, len);
	name[len] = '\0';
	at += len + 1;
	at += strspn(at, " ");
	if (*at != '}')
		return false;
	*text = at + 1;
	return true;
}

int reasons_parse_format(struct reasons *r, const char *text, size_t len)
{
	cleanup(freep) char *copy = strndup(text, len);
	char name[DROP_REASON_MAX];
	const char *at;
	uint32_t value;
	int found = 0;

	if (!copy)
		return -ENOMEM;
	at = strstr(copy, "__print_symbolic(REC->reason,");
	if (!at)
		return 0;
	for (at = strchr(at, ','); *at == ','; found++) {
		at++;
		if (!parse_pair(&at, &value, name))
			break;
		if (reasons_add(r, value, name) < 0)
			return -ENOMEM;
	}
	return found;
}

bool reasons_name(const struct reasons *r, uint32_t value, char name[DROP_REASON_MAX])
{
	const uint32_t subsystem = value >> REASON_SUBSYSTEM_SHIFT;
	const uint32_t low = value & ((1u << REASON_SUBSYSTEM_SHIFT) - 1);
	const char *known = list_find(&r->names, value);
	const char *of = list_find(&r->subsystems, subsystem);

	if (known)
		snprintf(name, DROP_REASON_MAX, "%s", known);
	else if (subsystem == 0)
		snprintf(name, DROP_REASON_MAX, "UNKNOWN_%" PRIu32, low);
	else if (of)
		snprintf(name, DROP_REASON_MAX, "%.30s_%" PRIu32, of, low);
	else
		snprintf(name, DROP_REASON_MAX, "UNKNOWN_%" PRIu32 "_%" PRIu32, subsystem, low);
	return known != NULL;
}

const char *reasons_at(const struct reasons *r, size_t place)
{
	return place < r->names.n ? r->names.entries[place].name : NULL;
}

struct reasons *reasons_free(struct reasons *r)
{
	if (!r)
		return NULL;
	free(r->names.entries);
	free(r->subsystems.entries);
	free(r);
	return NULL;
}
