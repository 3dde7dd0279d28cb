/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "service/notify.h"

#include <assert.h>
#include <inttypes.h>

#include <systemd/sd-daemon.h>

#include "base/thread.h"

void notify_ready(const char *status)
{
	sd_notifyf(0, "READY=1\nSTATUS=%s", status);
}

void notify_reloading(uint64_t now_ns)
{
	sd_notifyf(0, "RELOADING=1\nMONOTONIC_USEC=%" PRIu64 "\nSTATUS=Reloading the configuration",
		   now_ns / 1000);
}

void notify_stopping(void)
{
	sd_notify(0, "STOPPING=1\nSTATUS=Stopping");
}

void notify_status(const char *status)
{
	sd_notifyf(0, "STATUS=%s", status);
}

uint64_t watchdog_interval_ns(void)
{
	uint64_t usec = 0;

	if (sd_watchdog_enabled(0, &usec) <= 0)
		return 0;
	return usec * 1000 / 2;
}

int watchdog_ping(struct watchdog *w, const atomic_ulong *beats, size_t n)
{
	int stuck = -1;

	assert(n <= sizeof(w->seen) / sizeof(w->seen[0]));
	for (size_t i = 0; i < n; i++)
		if (thread_is_stuck(&beats[i], &w->seen[i]) && stuck < 0)
			stuck = (int)i;
	if (stuck < 0)
		sd_notify(0, "WATCHDOG=1");
	return stuck;
}
