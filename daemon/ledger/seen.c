/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A snapshot has up to a million rows, and there are some hundred counters. Globs are therefore
 * matched once per label set, when it first grows: its links lead to the accounts of the counters
 * that one of its drop points fits. Label sets never change and their ids are small, so an array
 * holds the first link of each. When an id is given to another label set, its links are made again.
 */
#include "ledger/seen.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "base/counter.h"
#include "base/utf8.h"

#define NAMES_MAX 512 /* drop points with their reasons; others are counted but not shown */
#define NAME_NONE UINT32_MAX
#define LINKS_END UINT32_MAX
#define LINKS_MAX 65536 /* and eight for each label set; then they are made again */

/* More than any counter grows by: an unknown number of packets was lost. */
#define UNKNOWN_MANY (UINT64_C(1) << 32)

/* A label set, by its id. */
struct seen_row {
	uint32_t born1; /* labels->born + 1; 0: none yet */
	uint32_t links; /* where its links begin; 0: there are none yet */
	uint64_t total, own, unplaced;
};

struct seen_name {
	char symbol[LEDGER_TEXT_MAX], reason[LEDGER_TEXT_MAX];
};

struct seen {
	struct accounts *accounts;
	struct seen_row *rows;
	size_t room_rows;
	uint32_t *links; /* of a row: its name, its accounts, LINKS_END; the first is not used */
	size_t n_links, room_links;
	struct seen_name *names;
	size_t n_names, room_names;
	bool begun;
	uint64_t lost; /* see seen_lost() */
	/* As of the last snapshot. */
	uint64_t total, known_lost, blind_ns;
	bool up;
};

struct seen *seen_new(struct accounts *accounts)
{
	struct seen *s = calloc(1, sizeof(*s));

	if (!s)
		return NULL;
	s->accounts = accounts;
	s->n_links = 1;
	return s;
}

struct seen *seen_free(struct seen *s)
{
	if (!s)
		return NULL;
	free(s->rows);
	free(s->links);
	free(s->names);
	free(s);
	return NULL;
}

uint64_t seen_lost(const struct seen *s)
{
	return s->lost;
}

void seen_relink(struct seen *s)
{
	s->n_links = 1;
	for (size_t i = 0; i < s->room_rows; i++)
		s->rows[i].links = 0;
}

/* ---- links ---- */

static int append_link(struct seen *s, uint32_t link)
{
	uint32_t *links = array_grow(s->links, &s->room_links, s->n_links + 1, sizeof(*links));

	if (!links)
		return -ENOMEM;
	s->links = links;
	links[s->n_links++] = link;
	return 0;
}

/* The number of a drop point with its reason; NAME_NONE: there are too many. */
static int point_name(struct seen *s, const char *const texts[LABELS], uint32_t *ret)
{
	const char *symbol = texts[LABEL_SYMBOL], *reason = texts[LABEL_REASON];
	struct seen_name name, *names;
	size_t i;

	utf8_clean(name.symbol, sizeof(name.symbol), symbol, strlen(symbol));
	utf8_clean(name.reason, sizeof(name.reason), reason, strlen(reason));
	for (i = 0; i < s->n_names; i++)
		if (!strcmp(s->names[i].symbol, name.symbol) &&
		    !strcmp(s->names[i].reason, name.reason))
			break;
	*ret = i < NAMES_MAX ? (uint32_t)i : NAME_NONE;
	if (i < s->n_names || i == NAMES_MAX)
		return 0;
	names = array_grow(s->names, &s->room_names, i + 1, sizeof(*names));
	if (!names)
		return -ENOMEM;
	s->names = names;
	names[s->n_names++] = name;
	return 0;
}

static bool fits_counter(const struct counter *c, const char *const texts[LABELS])
{
	for (size_t i = 0; i < c->n_points; i++) {
		const struct counter_point *p = &c->points[i];

		if (config_globs_fit(p->origin ?: "software", texts[LABEL_ORIGIN]) &&
		    config_globs_fit(p->symbol, texts[LABEL_SYMBOL]) &&
		    config_globs_fit(p->reason, texts[LABEL_REASON]) &&
		    config_globs_fit(p->protocol, texts[LABEL_PROTOCOL]) &&
		    config_globs_fit(p->transport, texts[LABEL_TRANSPORT]))
			return true;
	}
	return false;
}

/* Accounts beyond the bounds are left out, like their rows in the ledger. */
static int link_account(struct seen *s, unsigned int counter, const char *const texts[LABELS])
{
	const bool of_device = counter_at(counter)->scope == COUNTER_DEVICE;
	char device[READING_DEVICE_MAX] = "";
	int place, r;

	if (of_device)
		utf8_clean(device, sizeof(device), texts[LABEL_DEVICE],
			   strlen(texts[LABEL_DEVICE]));
	place = accounts_open(s->accounts, counter, device);
	if (place < 0)
		return place == -ENOSPC ? 0 : place;
	r = accounts_track(s->accounts, &s->accounts->all[place]);
	if (r < 0)
		return r == -ENOSPC ? 0 : r;
	return append_link(s, (uint32_t)place);
}

static int make_links(struct seen *s, const struct drop_labels *labels)
{
	const size_t name = s->n_links;
	const char *texts[LABELS];
	int r = append_link(s, NAME_NONE);

	drop_labels_texts(labels, texts);
	for (unsigned int i = 0; i < counter_count() && r == 0; i++)
		if (fits_counter(counter_at(i), texts))
			r = link_account(s, i, texts);
	if (r == 0 && s->n_links > name + 1)
		r = point_name(s, texts, &s->links[name]);
	return r < 0 ? r : append_link(s, LINKS_END);
}

static int link_row(struct seen *s, struct seen_row *row, const struct drop_labels *labels)
{
	const size_t before = s->n_links;
	const int r = make_links(s, labels);

	if (r < 0)
		s->n_links = before;
	else
		row->links = (uint32_t)before;
	return r;
}

/* ---- snapshots ---- */

/* Rows for all ids of the snapshot. */
static int make_rows(struct seen *s, const struct snapshot *snap)
{
	const size_t needed = snapshot_ids(snap);
	struct seen_row *rows;

	if (needed <= s->room_rows)
		return 0;
	rows = array_grow_zero(s->rows, &s->room_rows, needed, sizeof(*rows));
	if (!rows)
		return -ENOMEM;
	s->rows = rows;
	return 0;
}

/* Everything that needs memory. */
static int prepare_rows(struct seen *s, const struct snapshot *snap)
{
	int r = make_rows(s, snap);

	if (s->n_links > LINKS_MAX + 8 * s->room_rows)
		seen_relink(s);
	for (size_t i = 0; i < snap->n_rows && r == 0; i++) {
		const struct drop_labels *labels = snap->rows[i].labels;
		struct seen_row *row = &s->rows[labels->id];

		if (row->born1 != labels->born + 1)
			*row = (struct seen_row){ .born1 = labels->born + 1 };
		if (s->begun && !row->links && snap->rows[i].total != row->total)
			r = link_row(s, row, labels);
	}
	return r;
}

static void add_to_point(struct account_growth *g, uint32_t name, uint64_t packets)
{
	size_t i = 0;

	while (i < g->n_points && g->points[i].name != name)
		i++;
	if (name == NAME_NONE || i == ACCOUNT_POINTS_MAX)
		return;
	g->n_points += i == g->n_points;
	g->points[i].name = name;
	g->points[i].packets += packets;
}

static void count_growth(struct seen *s, const struct seen_row *before,
			 const struct snapshot_row *now)
{
	const uint64_t total = now->total - before->total, own = now->own - before->own;
	const uint64_t unplaced = now->unplaced - before->unplaced;
	const uint32_t *link = &s->links[before->links];
	const uint32_t name = *link++;

	for (; *link != LINKS_END; link++) {
		const struct account *account = &s->accounts->all[*link];
		const bool of_host = counter_at(account->counter)->scope == COUNTER_HOST;
		struct account_growth *g = account->growth;
		const uint64_t packets = of_host ? total : own;

		g->seen += packets;
		g->most += of_host ? total : own + unplaced;
		if (packets)
			add_to_point(g, name, packets);
	}
}

/* Return: the packets that rows have counted since the last snapshot. */
static uint64_t add_rows_growth(struct seen *s, const struct snapshot *snap)
{
	uint64_t sum = 0;

	for (size_t i = 0; i < snap->n_rows; i++) {
		const struct snapshot_row *now = &snap->rows[i];
		struct seen_row *row = &s->rows[now->labels->id];

		sum += now->total - row->total;
		if (s->begun && now->total != row->total)
			count_growth(s, row, now);
		row->total = now->total;
		row->own = now->own;
		row->unplaced = now->unplaced;
	}
	return sum;
}

/* Packets that we know to be lost or counted under "other". */
static uint64_t known_lost(const struct snapshot *snap)
{
	uint64_t messages = snapshot_lost_messages(snap);

	for (size_t i = 0; i < snap->health.n_sources; i++)
		messages += snap->health.sources[i].summary_full;
	return snapshot_lost_packets(snap) + messages * UNKNOWN_MANY + snap->health.series_overflow;
}

/* @grown: by this much have the rows */
static void note_lost(struct seen *s, const struct snapshot *snap, uint64_t grown)
{
	const bool up = snap->health.n_sources > 0 && snap->health.sources[0].up;
	const uint64_t blind_ns = snap->health.n_sources ? snap->health.sources[0].blind_ns : 0;
	const uint64_t lost = known_lost(snap);

	if (s->begun) {
		s->lost += lost > s->known_lost ? lost - s->known_lost : 0;
		s->lost += snap->total - s->total - grown;
		s->lost += !s->up || !up || blind_ns != s->blind_ns ? UNKNOWN_MANY : 0;
	}
	s->total = snap->total;
	s->known_lost = lost;
	s->blind_ns = blind_ns;
	s->up = up;
}

int seen_take(struct seen *s, const struct snapshot *snap)
{
	const int r = prepare_rows(s, snap);

	if (r < 0)
		return r;
	note_lost(s, snap, add_rows_growth(s, snap));
	s->begun = true;
	return 0;
}

/* Busiest first; equally busy ones by the order of their first packets. */
static int compare_points(const void *a, const void *b)
{
	const struct account_point *x = a, *y = b;

	if (x->packets != y->packets)
		return x->packets > y->packets ? -1 : 1;
	return x->name < y->name ? -1 : x->name > y->name;
}

size_t seen_points(const struct seen *s, const struct account *account,
		   struct ledger_point ret[LEDGER_POINTS_MAX])
{
	struct account_point ranked[ACCOUNT_POINTS_MAX];
	size_t n, i;

	if (!account->growth)
		return 0;
	n = account->growth->n_points;
	memcpy(ranked, account->growth->points, n * sizeof(ranked[0]));
	qsort(ranked, n, sizeof(ranked[0]), compare_points);
	for (i = 0; i < n && i < LEDGER_POINTS_MAX; i++) {
		const struct seen_name *name = &s->names[ranked[i].name];

		snprintf(ret[i].symbol, sizeof(ret[i].symbol), "%s", name->symbol);
		snprintf(ret[i].reason, sizeof(ret[i].reason), "%s", name->reason);
		ret[i].packets = ranked[i].packets;
	}
	return i;
}
