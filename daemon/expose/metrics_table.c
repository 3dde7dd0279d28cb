/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The table is the documentation: a metric is one row with its name, help, type, and the
 * field that holds the value. Metrics whose samples are not simply a field have a function
 * that writes them.
 *
 * Software and hardware drops are two families, because their labels have nothing in
 * common: a drop point is a kernel function, a trap is named by the switch's driver. Each
 * packet is in exactly one of them or in the sums of retired series, so the sum over all
 * three equals dropwatchd_counted_packets_total. One scrape shows one snapshot, so this
 * holds exactly.
 */
#include "expose/metrics_table.h"

#include "base/span.h"

/* ---- samples that are not simply a field ---- */

static void windows(struct promtext *t, const struct metric *m, const struct metrics_input *in)
{
	const struct snapshot *s = in->snapshot;
	char span[SPAN_NAME_MAX];

	for (size_t i = 0; i < s->n_windows; i++) {
		for (size_t k = 0; k < s->n_spans; k++) {
			promtext_sample(t, m->name);
			promtext_label(t, "symbol", s->windows[i].symbol);
			promtext_label(t, "window", span_name(span, s->windows_s[k]));
			promtext_value(t, s->windows[i].sums[k]);
		}
	}
}

/* A sample of one source, with one more label in front. */
static void source_value(struct promtext *t, const struct metric *m, const char *label,
			 const char *text, const struct source_stats *s, uint64_t value)
{
	promtext_sample(t, m->name);
	promtext_label(t, label, text);
	promtext_label(t, "source", s->source);
	promtext_value(t, value);
}

static void events_lost(struct promtext *t, const struct metric *m, const struct metrics_input *in)
{
	const struct source_stats *s = in->snapshot->health.sources;

	for (size_t i = 0; i < in->snapshot->health.n_sources; i++)
		for (enum lost_stage k = 0; k < LOST_STAGES; k++)
			source_value(t, m, "stage", lost_stage_name(k), &s[i], s[i].lost[k]);
}

static void monitor_restarts(struct promtext *t, const struct metric *m,
			     const struct metrics_input *in)
{
	static const char *const causes[RESTART_CAUSES] = {
		[RESTART_STOPPED] = "stopped",
		[RESTART_RELOADED] = "reloaded",
	};
	const struct source_stats *s = in->snapshot->health.sources;

	for (size_t i = 0; i < in->snapshot->health.n_sources; i++)
		for (size_t k = 0; k < RESTART_CAUSES; k++)
			source_value(t, m, "cause", causes[k], &s[i], s[i].restarts[k]);
}

static void monitor_info(struct promtext *t, const struct metric *m, const struct metrics_input *in)
{
	const struct source_stats *s = in->snapshot->health.sources;

	for (size_t i = 0; i < in->snapshot->health.n_sources; i++) {
		promtext_sample(t, m->name);
		promtext_label(t, "source", s[i].source);
		promtext_label(t, "mode", source_mode_name(s[i].mode));
		promtext_label(t, "owner", source_owner_name(s[i].owner));
		promtext_value(t, 1);
	}
}

static bool has_balance(const struct ledger_row *row)
{
	return !row->unavailable && row->counter->relation != COUNTER_NO_EVENT;
}

static void ledger_unexplained(struct promtext *t, const struct metric *m,
			       const struct metrics_input *in)
{
	for (size_t i = 0; in->ledger && i < in->ledger->n_rows; i++) {
		const struct ledger_row *row = &in->ledger->rows[i];

		if (!has_balance(row))
			continue;
		promtext_sample(t, m->name);
		promtext_label(t, "counter", row->counter->name);
		promtext_label(t, "device", row->device);
		promtext_signed(t, row->cells[LEDGER_SINCE_START].unexplained);
	}
}

static void symbols_info(struct promtext *t, const struct metric *m, const struct metrics_input *in)
{
	promtext_sample(t, m->name);
	promtext_label(t, "source", in->snapshot->health.symbols_source);
	promtext_value(t, 1);
}

static void build_info(struct promtext *t, const struct metric *m, const struct metrics_input *in)
{
	promtext_sample(t, m->name);
	promtext_label(t, "version", DROPWATCH_VERSION);
	promtext_label(t, "revision", in->revision ? in->revision : "unknown");
	promtext_value(t, 1);
}

/* ---- the table ---- */

#define FIELD(where, type, member)                                                                 \
	.home = (where), .field = offsetof(type, member), .size = sizeof(((type *)0)->member)

#define SNAPSHOT(member) FIELD(HOME_SNAPSHOT, struct snapshot, member)
#define HEALTH(member)	 FIELD(HOME_HEALTH, struct snapshot_health, member)
#define STATUS(member)	 FIELD(HOME_STATUS, struct status, member)
#define LEDGER(member)	 FIELD(HOME_LEDGER, struct ledger, member)
#define PROCESS(member)	 FIELD(HOME_PROCESS, struct process_stats, member)
#define SOURCES(member)	 FIELD(HOME_SOURCES, struct source_stats, member)
#define ALERTS(member)	 FIELD(HOME_ALERTS, struct status_alert, member)
#define ORIGINS(member)	 FIELD(HOME_ORIGINS, struct snapshot, member)
#define SOFTWARE(member) FIELD(HOME_SOFTWARE, struct snapshot_row, member)
#define HARDWARE(member) FIELD(HOME_HARDWARE, struct snapshot_row, member)
#define NANOSECONDS	 .decimals = 9

const struct metric metrics_table[] = {
	/* What the kernel dropped. */
	{ "dropwatch_drops_total", PROMTEXT_COUNTER,
	  "Packets dropped by the kernel in software. Hardware drops are in "
	  "dropwatch_hardware_drops_total.",
	  SOFTWARE(total) },
	{ "dropwatch_dropped_bytes_total", PROMTEXT_COUNTER,
	  "Bytes of the packets in dropwatch_drops_total, if the source reports lengths.",
	  SOFTWARE(bytes), .omit_zero = true },
	{ "dropwatch_hardware_drops_total", PROMTEXT_COUNTER,
	  "Packets dropped by switch hardware, by devlink trap. They are not included in "
	  "dropwatch_drops_total.",
	  HARDWARE(total) },
	{ "dropwatch_hardware_dropped_bytes_total", PROMTEXT_COUNTER,
	  "Bytes of the packets in dropwatch_hardware_drops_total, if the source reports lengths.",
	  HARDWARE(bytes), .omit_zero = true },
	{ "dropwatch_window_drops", PROMTEXT_GAUGE,
	  "Packets dropped during the rolling window, for the busiest symbols.",
	  .samples = windows },
	{ "dropwatch_alert_active", PROMTEXT_GAUGE,
	  "1 if the alert of this rule is raised, 0 otherwise.", ALERTS(active) },
	{ "dropwatch_alerts_total", PROMTEXT_COUNTER,
	  "Number of times the alert of this rule was raised.", ALERTS(total) },
	{ "dropwatch_ledger_unexplained", PROMTEXT_GAUGE,
	  "Difference between a counter of the kernel and the drops that this daemon counted at "
	  "its drop points, in packets since the daemon started: positive if the kernel counted "
	  "more, 0 if they agree. Counters that are not available, or also grow without a "
	  "drop event, are omitted.",
	  .samples = ledger_unexplained },

	/* Whether the numbers above can be trusted. */
	{ "dropwatchd_monitor_up", PROMTEXT_GAUGE,
	  "1 if the source is receiving drop events, 0 otherwise. Also 0 while other programs keep "
	  "stopping the drop monitor: from the second stop within 10 s until 10 s after the last "
	  "one.",
	  SOURCES(up) },
	{ "dropwatchd_monitor_finished", PROMTEXT_GAUGE,
	  "1 after the end of a replayed recording, 0 otherwise.", SOURCES(finished) },
	{ "dropwatchd_monitor_info", PROMTEXT_GAUGE,
	  "The source, its alert mode, and who started the drop monitor: self, other, unknown "
	  "(this daemon did, but another program also listens and may have restarted it), or "
	  "empty if that does not apply. Always 1.",
	  .samples = monitor_info },
	{ "dropwatchd_monitor_restarts_total", PROMTEXT_COUNTER,
	  "Restarts of the drop monitor after another program stopped it or its module was "
	  "reloaded.",
	  .samples = monitor_restarts },
	{ "dropwatchd_monitor_blind_seconds_total", PROMTEXT_COUNTER,
	  "Upper bound of the time during which drops may have been missed, because the drop "
	  "monitor was off or did not answer. Each interval starts one second before the monitor "
	  "was last known to be on, since the kernel holds back drops for that long, and is added "
	  "while it lasts. It includes restarts of this daemon after the module was reloaded. A "
	  "stop and a start within one second cannot be detected and are not included.",
	  SOURCES(blind_ns), NANOSECONDS },
	{ "dropwatchd_source_packets_total", PROMTEXT_COUNTER,
	  "Dropped packets reported by the source. Each is counted, lost in the ring, or in "
	  "transit.",
	  SOURCES(packets) },
	{ "dropwatchd_counted_packets_total", PROMTEXT_COUNTER,
	  "Dropped packets that were counted: the sum over dropwatch_drops_total, "
	  "dropwatch_hardware_drops_total and dropwatchd_series_retired_packets_total.",
	  SNAPSHOT(total) },
	{ "dropwatchd_events_lost_total", PROMTEXT_COUNTER,
	  "Packets dropped but not counted, by the stage at which the event was lost: "
	  "kernel_queue (a queue or map in the kernel was full), recursion (the eBPF program was "
	  "already running on that CPU), socket (the receive buffer was full), parse (the message "
	  "could not be read), ring (the ring was full). In summary mode, stage=\"socket\" counts "
	  "messages with up to 64 drop points each.",
	  .samples = events_lost },
	{ "dropwatchd_ignored_packets_total", PROMTEXT_COUNTER,
	  "Software drops reported by another program's drop monitor while the tracepoint counts "
	  "software drops. The tracepoint has already counted them.",
	  SOURCES(ignored) },
	{ "dropwatchd_summaries_full_total", PROMTEXT_COUNTER,
	  "Summary messages with all 64 drop points in use. The kernel may have omitted further "
	  "drop points.",
	  SOURCES(summary_full) },
	{ "dropwatchd_napi_notes_total", PROMTEXT_COUNTER,
	  "Notes in summary messages that a driver's own drop counter changed. They are not "
	  "packets and are not included in any other metric.",
	  SOURCES(napi_notes) },
	{ "dropwatchd_source_receive_buffer_bytes", PROMTEXT_GAUGE,
	  "Size of the source's receive buffer as granted by the kernel; 0 if it has none.",
	  SOURCES(receive_buffer_bytes) },
	{ "dropwatchd_source_kernel_memory_bytes", PROMTEXT_GAUGE,
	  "Kernel memory of the source's eBPF maps; 0 if it has none.",
	  SOURCES(kernel_memory_bytes) },
	{ "dropwatchd_ledger_readings_total", PROMTEXT_COUNTER,
	  "Number of times the kernel's own counters were read.", LEDGER(readings) },
	{ "dropwatchd_ledger_last_reading_timestamp_seconds", PROMTEXT_GAUGE,
	  "Unix time at which the kernel's own counters were last read.", LEDGER(time_ns),
	  NANOSECONDS },
	{ "dropwatchd_ledger_inputs_missing", PROMTEXT_GAUGE,
	  "Files and messages with counters of the kernel that could not be read completely at the "
	  "last reading. The missing counters are omitted.",
	  LEDGER(inputs_missing) },
	{ "dropwatchd_canary_seen_total", PROMTEXT_COUNTER,
	  "Datagrams sent by this daemon to a closed port of its own on loopback, and counted as "
	  "drops.",
	  LEDGER(canary.seen) },
	{ "dropwatchd_canary_missed_total", PROMTEXT_COUNTER,
	  "Datagrams sent by this daemon to a closed port of its own on loopback, and dropped by "
	  "the kernel, but not counted within 30 s (or ledger.canary, if that is less): drops are "
	  "missed.",
	  LEDGER(canary.missed) },
	{ "dropwatchd_ring_capacity", PROMTEXT_GAUGE,
	  "Number of events that fit into the ring between the source and the aggregator.",
	  HEALTH(ring_capacity) },
	{ "dropwatchd_ring_used", PROMTEXT_GAUGE, "Events in the ring at the last tick.",
	  HEALTH(ring_used) },
	{ "dropwatchd_ring_high_watermark", PROMTEXT_GAUGE,
	  "Largest number of events that were in the ring at once.", HEALTH(ring_high_watermark) },
	{ "dropwatchd_series", PROMTEXT_GAUGE, "Series in use, excluding \"other\".",
	  HEALTH(series) },
	{ "dropwatchd_series_limit", PROMTEXT_GAUGE,
	  "Maximum number of series. Packets of further series are counted under "
	  "symbol=\"other\".",
	  HEALTH(series_limit) },
	{ "dropwatchd_series_overflow_total", PROMTEXT_COUNTER,
	  "Packets counted under symbol=\"other\" because the maximum number of series was "
	  "reached.",
	  HEALTH(series_overflow) },
	{ "dropwatchd_series_retired_total", PROMTEXT_COUNTER,
	  "Series that are no longer shown, because their device was deleted or because they were "
	  "idle while the table was nearly full.",
	  HEALTH(series_retired) },
	{ "dropwatchd_series_retired_packets_total", PROMTEXT_COUNTER,
	  "Packets counted in series that are no longer shown, by origin.",
	  ORIGINS(retired_packets) },
	{ "dropwatchd_series_retired_bytes_total", PROMTEXT_COUNTER,
	  "Bytes counted in series that are no longer shown, by origin.", ORIGINS(retired_bytes) },
	{ "dropwatchd_symbols_loaded", PROMTEXT_GAUGE, "Kernel functions in the symbol table.",
	  HEALTH(symbols_loaded) },
	{ "dropwatchd_symbols_info", PROMTEXT_GAUGE,
	  "Where the symbols were read from: kallsyms, System.map or none. The log and the status "
	  "page show why there are none. Always 1.",
	  .samples = symbols_info },
	{ "dropwatchd_symbol_lookup_failures_total", PROMTEXT_COUNTER,
	  "Distinct drop points for which no symbol was found.", HEALTH(symbol_lookup_failures) },
	{ "dropwatchd_snapshot_timestamp_seconds", PROMTEXT_GAUGE,
	  "Unix time of the snapshot that this scrape shows.", SNAPSHOT(time_ns), NANOSECONDS },
	{ "dropwatchd_alert_entries_lost_total", PROMTEXT_COUNTER,
	  "Alerts that the journal did not accept.", STATUS(journal_lost) },
	{ "dropwatchd_config_last_reload_successful", PROMTEXT_GAUGE,
	  "1 if the last attempt to load the configuration succeeded, 0 otherwise.",
	  STATUS(reload_ok) },
	{ "dropwatchd_config_last_reload_success_timestamp_seconds", PROMTEXT_GAUGE,
	  "Unix time at which the configuration was last loaded successfully.",
	  STATUS(reload_time_ns), NANOSECONDS },
	{ "dropwatchd_build_info", PROMTEXT_GAUGE,
	  "Version and git revision of this build. Always 1.", .samples = build_info },

	/* The standard metrics of a process. */
	{ "process_cpu_seconds_total", PROMTEXT_COUNTER,
	  "CPU time used by the daemon, user and system, in seconds.", PROCESS(cpu_ns),
	  NANOSECONDS },
	{ "process_start_time_seconds", PROMTEXT_GAUGE,
	  "Unix time at which the daemon was started.", PROCESS(start_time_ns), NANOSECONDS },
	{ "process_resident_memory_bytes", PROMTEXT_GAUGE, "Resident memory in bytes.",
	  PROCESS(resident_bytes) },
	{ "process_virtual_memory_bytes", PROMTEXT_GAUGE, "Virtual memory in bytes.",
	  PROCESS(virtual_bytes) },
	{ "process_open_fds", PROMTEXT_GAUGE, "Open file descriptors.", PROCESS(open_fds) },
	{ "process_max_fds", PROMTEXT_GAUGE, "Maximum number of open file descriptors.",
	  PROCESS(max_fds) },
	{ "process_threads", PROMTEXT_GAUGE, "Threads of the daemon.", PROCESS(threads) },
};

const size_t metrics_n = sizeof(metrics_table) / sizeof(metrics_table[0]);
