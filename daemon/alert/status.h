/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/*
 * What scrapes and the status line report of the main thread: the alerts, and how the
 * last reload went. Immutable; main publishes it into a slot, http reads it.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/slot.h"
#include "config/config.h"

struct status_alert {
	char rule[CONFIG_NAME_MAX];
	bool active;	/* raised and not cleared */
	uint64_t total; /* times raised since the rule was configured */
};

struct status {
	struct slot_value value;
	bool reload_ok;		 /* the last load of the configuration succeeded */
	uint64_t reload_time_ns; /* CLOCK_REALTIME of the last load that succeeded */
	uint64_t journal_lost;	 /* alert entries that the journal did not accept */
	size_t n_alerts;
	struct status_alert alerts[];
};

/**
 * status_new() - a status of all zeros
 * @n_alerts: alerts to be filled in by the caller
 *
 * Return: the status with one reference, NULL when out of memory. Thread: main.
 */
struct status *status_new(size_t n_alerts);

DEFINE_SLOT_VALUE(status);
