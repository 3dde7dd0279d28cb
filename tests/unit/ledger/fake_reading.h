/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/*
 * In place of ledger/reading.c: keeps every value that a parser found, whether or not the ledger
 * compares this counter.
 */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/counter.h"
#include "base/message.h"
#include "ledger/reading.h"

struct reading {
	struct {
		char counter[READING_DEVICE_MAX];
		char device[2 * READING_DEVICE_MAX];
		uint64_t value;
	} all[256];
	size_t n;
};

/* UINT64_MAX: not found. */
static inline uint64_t *fake_reading_at(struct reading *r, const char *counter, const char *device)
{
	static uint64_t none;

	for (size_t i = 0; i < r->n; i++)
		if (!strcmp(r->all[i].counter, counter) && !strcmp(r->all[i].device, device))
			return &r->all[i].value;
	none = UINT64_MAX;
	return &none;
}

static inline uint64_t value_of(struct reading *r, const char *counter, const char *device)
{
	return *fake_reading_at(r, counter, device);
}

void reading_add(struct reading *r, const char *group, const char *name, const char *device,
		 uint64_t value)
{
	char counter[READING_DEVICE_MAX];

	snprintf(counter, sizeof(counter), "%s.%s", group, name);
	if (value_of(r, counter, device) != UINT64_MAX) {
		*fake_reading_at(r, counter, device) += value;
		return;
	}
	assert_true(r->n < sizeof(r->all) / sizeof(r->all[0]));
	snprintf(r->all[r->n].counter, sizeof(r->all[0].counter), "%s", counter);
	snprintf(r->all[r->n].device, sizeof(r->all[0].device), "%s", device);
	r->all[r->n++].value = value;
}

/* Was each counter of this group that the ledger compares found? */
static inline void assert_group(struct reading *r, const char *group, const char *device)
{
	for (size_t i = 0; i < counter_count(); i++) {
		const char *name = counter_at(i)->name;

		if (!strncmp(name, group, strlen(group)) && value_of(r, name, device) == UINT64_MAX)
			fail_msg("nothing gives %s", name);
	}
}

/* A recording: the messages of some datagrams, one after the other. To be freed. */
static inline struct bytes load(const char *path, uint8_t **ret)
{
	FILE *f = fopen(path, "re");
	size_t len;

	assert_non_null(f);
	*ret = calloc(1, 1 << 16);
	assert_non_null(*ret);
	len = fread(*ret, 1, 1 << 16, f);
	fclose(f);
	return (struct bytes){ *ret, len };
}
