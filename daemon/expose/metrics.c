/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The exposition: snapshot → table of metrics → text. It stands at the end of the
 * path, behind the slot, and runs on the http thread once per scrape.
 *
 * The table is the documentation: a metric is one row of it, and whoever looks for
 * a name finds its help, its type and where the number comes from in one place. A
 * row either names a uint64_t field of the snapshot or the status, or brings a
 * function that writes its samples. A family without a sample is left out.
 *
 * Software and hardware drops are two families, because their labels have nothing
 * in common: a drop point is a function of the kernel, a trap is a word of the
 * switch's driver. Each packet is in exactly one of them, or in the sums of retired
 * series, so the sum over all three is all that was counted, and equals
 * dropwatchd_counted_packets_total. One scrape shows one snapshot, so this is exact.
 *
 * A series has its labels as text (aggregate/labels.c), so a scrape only copies them and
 * formats numbers. tests/bench/render.c measures the cost.
 */
#include "expose/metrics.h"

#include <stdio.h>

enum home { HOME_NONE, HOME_HEALTH, HOME_SOURCES, HOME_SNAPSHOT, HOME_STATUS, HOME_PROCESS };

struct metric {
	const char *name;
	enum promtext_type type;
	const char *help;
	/* Either this writes the samples … */
	void (*samples)(struct promtext *t, const struct metric *m, const struct metrics_input *in);
	/* … or a sample is a uint64_t field at this offset of its home struct: one sample, or one
	 * for each source. */
	size_t field;
	enum home home;
	unsigned int decimals; /* the value is in 10^-decimals of the metric's unit */
};

const char *metrics_span_name(char *dst, uint32_t span_s)
{
	if (span_s && span_s % 3600 == 0)
		snprintf(dst, METRICS_SPAN_MAX, "%uh", span_s / 3600);
	else if (span_s && span_s % 60 == 0)
		snprintf(dst, METRICS_SPAN_MAX, "%um", span_s / 60);
	else
		snprintf(dst, METRICS_SPAN_MAX, "%us", span_s);
	return dst;
}

static uint64_t field_at(const void *base, size_t offset)
{
	uint64_t value;

	memcpy(&value, (const char *)base + offset, sizeof(value));
	return value;
}

/* A sample with one label. */
static void labelled_value(struct promtext *t, const struct metric *m, const char *label,
			   const char *text, uint64_t value)
{
	promtext_sample(t, m->name);
	promtext_label(t, label, text);
	promtext_value(t, value);
}

/* The rows of one origin: their packets, or their bytes where any are known. */
static void row_samples(struct promtext *t, const struct metric *m, const struct metrics_input *in,
			enum drop_origin origin, bool bytes)
{
	const struct snapshot *s = in->snapshot;
	const size_t name_len = strlen(m->name);

	for (size_t i = 0; s && i < s->n_rows; i++) {
		const struct snapshot_row *row = &s->rows[i];

		if (row->labels->origin != origin || (bytes && !row->bytes))
			continue;
		promtext_series(t, m->name, name_len, &row->labels->all,
				bytes ? row->bytes : row->total);
	}
}

static void drops(struct promtext *t, const struct metric *m, const struct metrics_input *in)
{
	row_samples(t, m, in, DROP_ORIGIN_SOFTWARE, false);
}

static void dropped_bytes(struct promtext *t, const struct metric *m,
			  const struct metrics_input *in)
{
	row_samples(t, m, in, DROP_ORIGIN_SOFTWARE, true);
}

static void hardware_drops(struct promtext *t, const struct metric *m,
			   const struct metrics_input *in)
{
	row_samples(t, m, in, DROP_ORIGIN_HARDWARE, false);
}

static void hardware_bytes(struct promtext *t, const struct metric *m,
			   const struct metrics_input *in)
{
	row_samples(t, m, in, DROP_ORIGIN_HARDWARE, true);
}

static void windows(struct promtext *t, const struct metric *m, const struct metrics_input *in)
{
	const struct snapshot *s = in->snapshot;
	char span[METRICS_SPAN_MAX];

	for (size_t i = 0; s && i < s->n_windows; i++) {
		for (size_t k = 0; k < s->n_spans; k++) {
			promtext_sample(t, m->name);
			promtext_label(t, "symbol", s->windows[i].symbol);
			promtext_label(t, "window", metrics_span_name(span, s->windows_s[k]));
			promtext_value(t, s->windows[i].sums[k]);
		}
	}
}

static void alert_active(struct promtext *t, const struct metric *m, const struct metrics_input *in)
{
	for (size_t i = 0; in->status && i < in->status->n_alerts; i++)
		labelled_value(t, m, "rule", in->status->alerts[i].rule,
			       in->status->alerts[i].active);
}

static void alerts(struct promtext *t, const struct metric *m, const struct metrics_input *in)
{
	for (size_t i = 0; in->status && i < in->status->n_alerts; i++)
		labelled_value(t, m, "rule", in->status->alerts[i].rule,
			       in->status->alerts[i].total);
}

/* The open sources; none before the source thread has started. */
static const struct source_stats *sources(const struct metrics_input *in, size_t *ret_n)
{
	*ret_n = in->snapshot ? in->snapshot->health.n_sources : 0;
	return in->snapshot ? in->snapshot->health.sources : NULL;
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
	size_t n;
	const struct source_stats *s = sources(in, &n);

	for (size_t i = 0; i < n; i++) {
		source_value(t, m, "stage", "kernel_queue", &s[i], s[i].lost_kernel_queue);
		source_value(t, m, "stage", "recursion", &s[i], s[i].lost_recursion);
		source_value(t, m, "stage", "socket", &s[i], s[i].lost_socket);
		source_value(t, m, "stage", "parse", &s[i], s[i].lost_parse);
		source_value(t, m, "stage", "ring", &s[i], s[i].lost_ring);
	}
}

static void monitor_up(struct promtext *t, const struct metric *m, const struct metrics_input *in)
{
	size_t n;
	const struct source_stats *s = sources(in, &n);

	for (size_t i = 0; i < n; i++)
		labelled_value(t, m, "source", s[i].source, s[i].up);
}

static void monitor_finished(struct promtext *t, const struct metric *m,
			     const struct metrics_input *in)
{
	size_t n;
	const struct source_stats *s = sources(in, &n);

	for (size_t i = 0; i < n; i++)
		labelled_value(t, m, "source", s[i].source, s[i].finished);
}

static void monitor_info(struct promtext *t, const struct metric *m, const struct metrics_input *in)
{
	size_t n;
	const struct source_stats *s = sources(in, &n);

	for (size_t i = 0; i < n; i++) {
		promtext_sample(t, m->name);
		promtext_label(t, "source", s[i].source);
		promtext_label(t, "mode", s[i].mode);
		promtext_label(t, "owner", s[i].owner);
		promtext_value(t, 1);
	}
}

static void monitor_restarts(struct promtext *t, const struct metric *m,
			     const struct metrics_input *in)
{
	static const char *const causes[RESTART_CAUSES] = {
		[RESTART_STOPPED] = "stopped",
		[RESTART_RELOADED] = "reloaded",
	};
	size_t n;
	const struct source_stats *s = sources(in, &n);

	for (size_t i = 0; i < n; i++)
		for (size_t k = 0; k < RESTART_CAUSES; k++)
			source_value(t, m, "cause", causes[k], &s[i], s[i].restarts[k]);
}

static void retired(struct promtext *t, const struct metric *m, const uint64_t values[2])
{
	labelled_value(t, m, "origin", "software", values[DROP_ORIGIN_SOFTWARE]);
	labelled_value(t, m, "origin", "hardware", values[DROP_ORIGIN_HARDWARE]);
}

static void retired_packets(struct promtext *t, const struct metric *m,
			    const struct metrics_input *in)
{
	if (in->snapshot)
		retired(t, m, in->snapshot->retired_packets);
}

static void retired_bytes(struct promtext *t, const struct metric *m,
			  const struct metrics_input *in)
{
	if (in->snapshot)
		retired(t, m, in->snapshot->retired_bytes);
}

static void symbols_info(struct promtext *t, const struct metric *m, const struct metrics_input *in)
{
	if (in->snapshot)
		labelled_value(t, m, "source", in->snapshot->health.symbols_source, 1);
}

static void reload_ok(struct promtext *t, const struct metric *m, const struct metrics_input *in)
{
	if (!in->status)
		return;
	promtext_sample(t, m->name);
	promtext_value(t, in->status->reload_ok);
}

static void build_info(struct promtext *t, const struct metric *m, const struct metrics_input *in)
{
	promtext_sample(t, m->name);
	promtext_label(t, "version", DROPWATCH_VERSION);
	promtext_label(t, "revision", in->revision ? in->revision : "unknown");
	promtext_value(t, 1);
}

#define HEALTH(member)	 .home = HOME_HEALTH, .field = offsetof(struct snapshot_health, member)
#define SOURCES(member)	 .home = HOME_SOURCES, .field = offsetof(struct source_stats, member)
#define SNAPSHOT(member) .home = HOME_SNAPSHOT, .field = offsetof(struct snapshot, member)
#define STATUS(member)	 .home = HOME_STATUS, .field = offsetof(struct status, member)
#define PROCESS(member)	 .home = HOME_PROCESS, .field = offsetof(struct process_stats, member)
#define NANOSECONDS	 .decimals = 9

static const struct metric metrics[] = {
	/* What the kernel dropped. */
	{ "dropwatch_drops_total", PROMTEXT_COUNTER,
	  "Packets that the kernel dropped in software, by drop point. Hardware drops are apart, "
	  "in dropwatch_hardware_drops_total: all packets are the sum over both.",
	  .samples = drops },
	{ "dropwatch_dropped_bytes_total", PROMTEXT_COUNTER,
	  "Bytes of those packets in dropwatch_drops_total whose length the source knew.",
	  .samples = dropped_bytes },
	{ "dropwatch_hardware_drops_total", PROMTEXT_COUNTER,
	  "Packets that a device dropped in hardware and reported, by devlink trap. They are not "
	  "in dropwatch_drops_total.",
	  .samples = hardware_drops },
	{ "dropwatch_hardware_dropped_bytes_total", PROMTEXT_COUNTER,
	  "Bytes of those packets in dropwatch_hardware_drops_total whose length the source knew.",
	  .samples = hardware_bytes },
	{ "dropwatch_window_drops", PROMTEXT_GAUGE,
	  "Packets dropped during the rolling window that ends now, for the busiest symbols.",
	  .samples = windows },
	{ "dropwatch_alert_active", PROMTEXT_GAUGE,
	  "1 while the alert of this rule is raised, else 0.", .samples = alert_active },
	{ "dropwatch_alerts_total", PROMTEXT_COUNTER,
	  "How often the alert of this rule was raised.", .samples = alerts },

	/* Whether the numbers above can be trusted. */
	{ "dropwatchd_monitor_up", PROMTEXT_GAUGE,
	  "1 if this source would report drops now, 0 if it is blind. It stays 0 while other "
	  "programs stop the drop monitor again and again: from the second stop within 10 s until "
	  "10 s after the last one.",
	  .samples = monitor_up },
	{ "dropwatchd_monitor_finished", PROMTEXT_GAUGE,
	  "1 after the end of a replayed recording, else 0.", .samples = monitor_finished },
	{ "dropwatchd_monitor_info", PROMTEXT_GAUGE,
	  "Always 1; the source, its alert mode, and who started the drop monitor: self, "
	  "other, unknown (this daemon did, but another program listens and may have started it "
	  "anew), or empty where that is no question.",
	  .samples = monitor_info },
	{ "dropwatchd_monitor_restarts_total", PROMTEXT_COUNTER,
	  "How often the drop monitor had to be restarted, because another program stopped it or "
	  "its module was reloaded.",
	  .samples = monitor_restarts },
	{ "dropwatchd_monitor_blind_seconds_total", PROMTEXT_COUNTER,
	  "Upper bound of the time in which drops may have been missed because the drop monitor "
	  "was off, or did not answer. Each span begins one second before the monitor was last "
	  "known to be on (the kernel holds back drops for that long), and ends when it is on "
	  "again; it grows while it lasts. It includes the time during which this daemon was "
	  "restarted because the module was reloaded. A stop and a start within the same second "
	  "cannot be noticed and are not in it.",
	  SOURCES(blind_ns), NANOSECONDS },
	{ "dropwatchd_source_packets_total", PROMTEXT_COUNTER,
	  "Dropped packets that the source reported. Each is counted, lost in the ring, or in "
	  "transit.",
	  SOURCES(packets) },
	{ "dropwatchd_counted_packets_total", PROMTEXT_COUNTER,
	  "Dropped packets that were counted: the sum over dropwatch_drops_total, "
	  "dropwatch_hardware_drops_total and dropwatchd_series_retired_packets_total.",
	  SNAPSHOT(total) },
	{ "dropwatchd_events_lost_total", PROMTEXT_COUNTER,
	  "Packets that were dropped but not counted, by the stage at which the report was lost: "
	  "kernel_queue (the kernel's queue or map was full), recursion (the eBPF program was "
	  "already running on that CPU), socket (our receive buffer was full), parse (the message "
	  "could not be read), ring (our ring was full). In summary mode, stage=\"socket\" counts "
	  "messages of up to 64 drop points each.",
	  .samples = events_lost },
	{ "dropwatchd_ignored_packets_total", PROMTEXT_COUNTER,
	  "Packets in software alerts that another program's drop monitor sent while the "
	  "tracepoint counts software drops. The tracepoint has counted them already.",
	  SOURCES(ignored) },
	{ "dropwatchd_summaries_full_total", PROMTEXT_COUNTER,
	  "Summary messages in which all 64 drop points were used. The kernel may have left out "
	  "further drop points, uncounted.",
	  SOURCES(summary_full) },
	{ "dropwatchd_napi_notes_total", PROMTEXT_COUNTER,
	  "Notes in summary messages that a driver's own drop counter has moved. They are not "
	  "packets and are not part of any other metric.",
	  SOURCES(napi_notes) },
	{ "dropwatchd_source_receive_buffer_bytes", PROMTEXT_GAUGE,
	  "Size of the source's receive buffer as granted by the kernel; 0 if it has none.",
	  SOURCES(receive_buffer_bytes) },
	{ "dropwatchd_source_kernel_memory_bytes", PROMTEXT_GAUGE,
	  "Kernel memory of the source's eBPF maps; 0 if it has none.",
	  SOURCES(kernel_memory_bytes) },
	{ "dropwatchd_ring_capacity", PROMTEXT_GAUGE,
	  "Events that fit into the ring between the source and the aggregator.",
	  HEALTH(ring_capacity) },
	{ "dropwatchd_ring_used", PROMTEXT_GAUGE, "Events in the ring at the last tick.",
	  HEALTH(ring_used) },
	{ "dropwatchd_ring_high_watermark", PROMTEXT_GAUGE,
	  "The most events that were ever in the ring at once.", HEALTH(ring_high_watermark) },
	{ "dropwatchd_series", PROMTEXT_GAUGE, "Label sets in use, the one called other aside.",
	  HEALTH(series) },
	{ "dropwatchd_series_limit", PROMTEXT_GAUGE,
	  "Label sets at most; packets of further ones are counted in symbol=\"other\".",
	  HEALTH(series_limit) },
	{ "dropwatchd_series_overflow_total", PROMTEXT_COUNTER,
	  "Packets that were counted in symbol=\"other\" because the limit was reached.",
	  HEALTH(series_overflow) },
	{ "dropwatchd_series_retired_total", PROMTEXT_COUNTER,
	  "Series that are no longer shown, because their device was deleted or because the table "
	  "was nearly full and nothing was counted in them for long.",
	  HEALTH(series_retired) },
	{ "dropwatchd_series_retired_packets_total", PROMTEXT_COUNTER,
	  "Packets that were counted in series that are no longer shown, by the origin of the "
	  "drops.",
	  .samples = retired_packets },
	{ "dropwatchd_series_retired_bytes_total", PROMTEXT_COUNTER,
	  "Bytes that were counted in series that are no longer shown, by the origin of the drops.",
	  .samples = retired_bytes },
	{ "dropwatchd_symbols_loaded", PROMTEXT_GAUGE,
	  "Functions of the kernel whose names are known.", HEALTH(symbols_loaded) },
	{ "dropwatchd_symbols_info", PROMTEXT_GAUGE,
	  "Always 1; where the symbols were taken from: kallsyms, System.map or none. The log and "
	  "the "
	  "status page say why there are none.",
	  .samples = symbols_info },
	{ "dropwatchd_symbol_lookup_failures_total", PROMTEXT_COUNTER,
	  "Distinct drop points that no symbol was found for.", HEALTH(symbol_lookup_failures) },
	{ "dropwatchd_snapshot_timestamp_seconds", PROMTEXT_GAUGE,
	  "Unix time of the tick that these numbers were taken at.", SNAPSHOT(time_ns),
	  NANOSECONDS },
	{ "dropwatchd_alert_entries_lost_total", PROMTEXT_COUNTER,
	  "Alert entries that the journal did not take.", STATUS(journal_lost) },
	{ "dropwatchd_config_last_reload_successful", PROMTEXT_GAUGE,
	  "1 if the last load of the configuration succeeded, else 0.", .samples = reload_ok },
	{ "dropwatchd_config_last_reload_success_timestamp_seconds", PROMTEXT_GAUGE,
	  "Unix time of the last successful load of the configuration.", STATUS(reload_time_ns),
	  NANOSECONDS },
	{ "dropwatchd_build_info", PROMTEXT_GAUGE, "Always 1; what was built.",
	  .samples = build_info },

	/* The standard ones. */
	{ "process_cpu_seconds_total", PROMTEXT_COUNTER,
	  "User and system CPU time spent by the daemon, in seconds.", PROCESS(cpu_ns),
	  NANOSECONDS },
	{ "process_start_time_seconds", PROMTEXT_GAUGE, "Unix time when the daemon was started.",
	  PROCESS(start_time_ns), NANOSECONDS },
	{ "process_resident_memory_bytes", PROMTEXT_GAUGE, "Memory that is resident.",
	  PROCESS(resident_bytes) },
	{ "process_virtual_memory_bytes", PROMTEXT_GAUGE, "Memory that is mapped.",
	  PROCESS(virtual_bytes) },
	{ "process_open_fds", PROMTEXT_GAUGE, "File descriptors that are open.",
	  PROCESS(open_fds) },
	{ "process_max_fds", PROMTEXT_GAUGE, "File descriptors that may be open.",
	  PROCESS(max_fds) },
	{ "process_threads", PROMTEXT_GAUGE, "Threads of the daemon.", PROCESS(threads) },
};

/* Where a row's field lives; NULL if this scrape does not have it. */
static const void *home_of(const struct metric *m, const struct metrics_input *in)
{
	switch (m->home) {
	case HOME_HEALTH:
		return in->snapshot ? &in->snapshot->health : NULL;
	case HOME_SNAPSHOT:
		return in->snapshot;
	case HOME_STATUS:
		return in->status;
	case HOME_PROCESS:
		return in->process;
	case HOME_SOURCES:
	case HOME_NONE:
		break;
	}
	return NULL;
}

static void field_value(struct promtext *t, const struct metric *m, const void *home)
{
	if (m->decimals)
		promtext_decimal(t, field_at(home, m->field), m->decimals);
	else
		promtext_value(t, field_at(home, m->field));
}

static void source_samples(struct promtext *t, const struct metric *m,
			   const struct metrics_input *in)
{
	size_t n;
	const struct source_stats *s = sources(in, &n);

	for (size_t i = 0; i < n; i++) {
		promtext_sample(t, m->name);
		promtext_label(t, "source", s[i].source);
		field_value(t, m, &s[i]);
	}
}

static void field_sample(struct promtext *t, const struct metric *m, const struct metrics_input *in)
{
	const void *home = home_of(m, in);

	if (!home)
		return;
	promtext_sample(t, m->name);
	field_value(t, m, home);
}

static void family(struct promtext *t, const struct metric *m, const struct metrics_input *in)
{
	const size_t before = t->out->len;
	size_t headed;

	promtext_family(t, m->name, m->type, m->help);
	headed = t->out->len;
	if (m->samples)
		m->samples(t, m, in);
	else if (m->home == HOME_SOURCES)
		source_samples(t, m, in);
	else
		field_sample(t, m, in);
	if (t->out->len == headed)
		t->out->len = before;
}

void metrics_render(struct text *t, const struct metrics_input *in)
{
	struct promtext p = { .out = t };

	for (size_t i = 0; i < sizeof(metrics) / sizeof(metrics[0]); i++)
		family(&p, &metrics[i], in);
}
