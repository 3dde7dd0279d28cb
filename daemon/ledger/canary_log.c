/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "ledger/canary_log.h"

static void log_missed(struct canary_log *log, uint64_t now_ns)
{
	log->missing = true;
	if (log_limit_ok(&log->missed, now_ns))
		log_warning(
			"canary: the kernel dropped a datagram that dropwatchd sent for this "
			"purpose, but its drop was not counted: other drops may be missed as well. "
			"Check whether another program stops the drop monitor or has detached the "
			"eBPF program, whether a firewall rejects UDP on the loopback device, and "
			"whether dropwatchd gets enough CPU time. A restart starts the monitor or "
			"attaches the program again");
}

static void log_seen(struct canary_log *log)
{
	if (log->missing)
		log_info("canary: drops are counted again");
	log->missing = false;
}

void canary_log_update(struct canary_log *log, const struct canary_report *report, uint64_t now_ns)
{
	const bool troubled = *report->trouble;

	if (report->counts.missed != log->logged.missed)
		log_missed(log, now_ns);
	else if (report->counts.seen != log->logged.seen)
		log_seen(log);
	if (troubled && !log->troubled && log_limit_ok(&log->trouble, now_ns))
		log_warning("canary: %s; whether drops are missed is not known", report->trouble);
	log->troubled = troubled;
	log->logged = report->counts;
}
