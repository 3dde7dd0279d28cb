/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/*
 * What the main thread has to tell a scrape: how the last reload went and which
 * alerts are up. Immutable; published by main into a slot, read by http.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/cleanup.h"
#include "base/slot.h"
#include "config/config.h"

struct status_alert {
	char rule[CONFIG_NAME_MAX];
	bool active;	/* raised and not cleared */
	uint64_t total; /* times raised since the rule was configured */
};

struct status {
	struct slot_value value;
	bool reload_ok;		 /* the last load of the configuration was good */
	uint64_t reload_time_ns; /* CLOCK_REALTIME of the last good one */
	uint64_t journal_lost;	 /* alert entries that the journal did not take */
	size_t n_alerts;
	struct status_alert alerts[];
};

/** status_new() - zeroed, room for alerts, one reference; NULL: out of memory. Thread: main. */
struct status *status_new(size_t n_alerts);

/** status_unref() - give a reference back; NULL is fine. Return: NULL. Thread: any. */
struct status *status_unref(struct status *s);

/** status_get() - a reference on a slot's latest status; NULL while there is none. Thread: any. */
struct status *status_get(struct slot *slot);

DEFINE_CLEANUP(struct status *, status_unref);
