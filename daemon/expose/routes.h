/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/*
 * What is served at which path, rendered from the latest values in the slots.
 */

#include <stdint.h>

#include "base/slot.h"
#include "server/content.h"

struct routes {
	struct slot *snapshots;	   /* struct snapshot */
	struct slot *status;	   /* struct status */
	struct slot *ledger;	   /* struct ledger; stays empty without readings */
	void (*viewed)(void *arg); /* the ledger is being looked at; does not wait; or NULL */
	void *viewed_arg;
	const char *revision;	/* see struct metrics_input */
	uint64_t boot_time_ns;	/* for process_read() */
	struct content content; /* for the server */
};

/**
 * routes_init() - prepare to serve
 * @r: to be filled; neither copied nor moved while it is used
 * @snapshots: of struct snapshot; not empty when the first request comes
 * @status: of struct status
 * @ledger: of struct ledger
 * @revision: see struct metrics_input
 *
 * The caller may set viewed afterwards, before anything is served.
 *
 * Thread: main.
 */
void routes_init(struct routes *r, struct slot *snapshots, struct slot *status, struct slot *ledger,
		 const char *revision);
