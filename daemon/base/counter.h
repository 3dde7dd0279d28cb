/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/*
 * The counters of the kernel that the ledger compares with our own: what each counts, and which of
 * our drop points see the same packets.
 */

#include <stddef.h>

/* Whose packets a counter counts. */
enum counter_scope {
	COUNTER_NETNS,	/* those of one network namespace */
	COUNTER_DEVICE, /* those of one device */
	COUNTER_HOST,	/* those of all namespaces */
};

enum counter_relation {
	COUNTER_SAME,	  /* each count is a drop at one of the points, and each drop is a count */
	COUNTER_PART,	  /* each count is a drop at one of the points, which see others too */
	COUNTER_NO_EVENT, /* a count that is no drop at one of the points caused no drop event */
};

/*
 * Globs over labels; all must fit. NULL fits anything, but for the origin, which then is software.
 * Several globs have newlines between them.
 */
struct counter_point {
	const char *symbol, *reason, *protocol, *transport, *origin;
};

struct counter {
	const char *name; /* "Udp.NoPorts": the group and the name, as the kernel writes them */
	enum counter_scope scope;
	enum counter_relation relation;
	const struct counter_point *points; /* any of them */
	size_t n_points;
	const char *const *elsewhere; /* counters that include part of it, up to NULL; or NULL */
	const char *why; /* how the count and the drop points relate, in one sentence */
};

/**
 * counter_find() - look a counter up
 * @group: "Udp"; any text
 * @name: "NoPorts"; any text
 *
 * Return: its number, below counter_count(); -1 if the ledger does not compare it.
 * Thread: any; pure.
 */
int counter_find(const char *group, const char *name);

/** counter_find_name() - the same by the whole name, "Udp.NoPorts". Thread: any; pure. */
int counter_find_name(const char *name);

/** counter_at() - a counter by its number, below counter_count(). Thread: any; pure. */
const struct counter *counter_at(size_t i);

/** counter_count() - the number of counters. Thread: any; pure. */
size_t counter_count(void);
