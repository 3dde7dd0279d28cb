/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/* A naming with a table of symbols and devices of its own; the test says what time it is. */
#include "../test.h"
#include "../modules.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "aggregate/naming.h"
#include "base/clock.h"
#include "fake_netdevs.h"

#define IN_KERNEL 0xffffffff81000010 /* udp_rcv */
#define IN_MODULE 0xffffffffc0001010

static char kallsyms[] = "/tmp/test_naming.XXXXXX";

struct world {
	struct fake_netdevs fake;
	struct config *config;
	struct series *series;
	struct naming *naming;
	struct snapshot *shown; /* by the last tick */
	uint64_t now_ns;
};

static inline void begin(struct world *w)
{
	assert_int_equal(series_new(&w->config->series, &w->series, NULL), 0);
	assert_int_equal(naming_new(w->config, &w->fake.query, w->series, &w->naming, NULL), 0);
}

static inline int set_up(void **state)
{
	struct world *w = calloc(1, sizeof(*w));
	int fd = mkstemp(kallsyms);

	if (!w || fd < 0)
		return -1;
	close(fd);
	w->fake = fake_netdevs();
	w->now_ns = 1000 * NSEC_PER_SEC;
	w->config = config_new();
	w->config->source.kind = SOURCE_NETDM;
	w->config->series.labels = LABELS_ALL;
	snprintf(w->config->symbols.kallsyms, sizeof(w->config->symbols.kallsyms), "%s", kallsyms);
	modules_write(kallsyms, NULL);
	*state = w;
	return 0;
}

static inline int tear_down(void **state)
{
	struct world *w = *state;

	snapshot_unref(w->shown);
	naming_free(w->naming);
	series_free(w->series);
	config_unref(w->config);
	free(w);
	unlink(kallsyms);
	strcpy(kallsyms + strlen(kallsyms) - 6, "XXXXXX");
	return 0;
}

static inline struct drop_event drop_at(uint64_t pc, const char *point, const char *reason)
{
	struct drop_event ev = { .pc = pc, .packets = 1, .bytes = 100 };

	snprintf(ev.point, sizeof(ev.point), "%s", point);
	snprintf(ev.reason, sizeof(ev.reason), "%s", reason);
	return ev;
}

static inline void take_event(struct world *w, struct drop_event ev)
{
	naming_take(w->naming, &ev, w->now_ns);
}

static inline void take_drop(struct world *w, uint64_t pc)
{
	take_event(w, drop_at(pc, "", ""));
}

static inline void take_modules_event(struct world *w)
{
	take_event(w, (struct drop_event){ .type = EVENT_MODULES });
}

static inline void take_device_event(struct world *w, enum drop_event_type type, uint32_t ifindex,
				     const char *name)
{
	struct drop_event ev = { .type = type, .ifindex = ifindex };

	snprintf(ev.point, sizeof(ev.point), "%s", name);
	take_event(w, ev);
}

/* What a snapshot would show now. */
static inline void look(struct world *w)
{
	snapshot_unref(w->shown);
	w->shown = series_snapshot(w->series, w->now_ns);
	assert_non_null(w->shown);
}

/* As the aggregator does once a second. */
static inline void tick(struct world *w)
{
	naming_settle(w->naming, w->now_ns);
	naming_retire(w->naming, w->now_ns);
	look(w);
	w->now_ns += NSEC_PER_SEC;
}

static inline const struct snapshot_row *row_with(const struct world *w, enum label label,
						  const char *text)
{
	for (size_t i = 0; i < w->shown->n_rows; i++)
		if (!strcmp(w->shown->rows[i].labels->text[label], text))
			return &w->shown->rows[i];
	return NULL;
}

static inline uint64_t counted_at(const struct world *w, const char *symbol)
{
	const struct snapshot_row *row = row_with(w, LABEL_SYMBOL, symbol);

	return row ? row->total : 0;
}
