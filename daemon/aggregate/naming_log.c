/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "aggregate/naming_log.h"

#include <inttypes.h>
#include <string.h>

void naming_log_start(const struct naming *n, uint64_t took_ns)
{
	const struct naming_report report = naming_report(n);
	struct snapshot_health health;

	naming_health(n, &health);
	if (*report.trouble)
		log_warning("symbols: %s", report.trouble);
	if (health.symbols_loaded)
		log_info("symbols: %" PRIu64 " functions from %s", health.symbols_loaded,
			 health.symbols_source);
	else
		log_warning(
			"symbols: %s; only symbols that the kernel reports with a drop are known",
			health.symbols_missing);
	log_debug("symbols: read in %.1f ms", (double)took_ns / 1e6);
}

static void log_reading(const struct naming *n, const struct naming_report *report, uint64_t now_ns)
{
	struct snapshot_health health;

	if (report->reading_error) {
		log_warning("symbols: cannot read them again: %s; drops in modules are named "
			    "\"unknown\"",
			    strerror(-report->reading_error));
		return;
	}
	naming_health(n, &health);
	log_debug("symbols: read again in %.1f ms: %" PRIu64
		  " functions; %zu kinds of drops had waited for them",
		  (double)(now_ns - report->reading_began_ns) / 1e6, health.symbols_loaded,
		  report->reading_waited);
}

void naming_log_update(struct naming_log *log, const struct naming *n, uint64_t now_ns)
{
	const struct naming_report report = naming_report(n);

	if (report.readings != log->logged.readings && log_limit_ok(&log->symbols, now_ns))
		log_reading(n, &report, now_ns);
	if (report.devices_renamed != log->logged.devices_renamed &&
	    log_limit_ok(&log->devices, now_ns))
		log_debug("devices: a known device may have another name now");
	log->logged = report;
}
