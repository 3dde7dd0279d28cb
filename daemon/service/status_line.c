/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "service/status_line.h"

#include <inttypes.h>

#include "base/clock.h"
#include "base/line.h"

static void add_sources(struct line *l, const struct snapshot *s)
{
	for (size_t i = 0; i < s->health.n_sources; i++) {
		const struct source_stats *source = &s->health.sources[i];

		line_add(l, "%s%s%s%s", i ? " + " : "", source->source, source->mode ? " " : "",
			 source_mode_name(source->mode));
	}
}

/* Packets and messages are different units, so they are not added. */
static void add_losses(struct line *l, const struct snapshot *s)
{
	const uint64_t messages = snapshot_lost_messages(s);

	line_add(l, ", %" PRIu64 " packets lost", snapshot_lost_packets(s));
	if (messages)
		line_add(l, ", %" PRIu64 " summary messages lost", messages);
}

/* An upper bound, so it is rounded up. */
static void add_blind(struct line *l, const struct snapshot *s)
{
	for (size_t i = 0; i < s->health.n_sources; i++) {
		const uint64_t tenth = NSEC_PER_SEC / 10;
		const uint64_t tenths = (s->health.sources[i].blind_ns + tenth - 1) / tenth;

		if (tenths)
			line_add(l, ", %s blind for up to %" PRIu64 ".%" PRIu64 " s",
				 s->health.sources[i].source, tenths / 10, tenths % 10);
	}
}

static void add_troubles(struct line *l, const struct snapshot *s)
{
	for (size_t i = 0; i < s->health.n_sources; i++)
		if (s->health.sources[i].trouble[0])
			line_add(l, "; %s: %s", s->health.sources[i].source,
				 s->health.sources[i].trouble);
}

void status_line(const struct snapshot *snapshot, const struct status *status,
		 char line[STATUS_LINE_MAX])
{
	struct line l;

	line_init(&l, line, STATUS_LINE_MAX);
	if (!snapshot->health.n_sources) {
		line_add(&l, "Starting");
		return;
	}
	add_sources(&l, snapshot);
	line_add(&l, ": %" PRIu64 " drops in %" PRIu64 " series", snapshot->total,
		 snapshot->health.series);
	add_losses(&l, snapshot);
	add_blind(&l, snapshot);
	add_troubles(&l, snapshot);
	if (status && !status->reload_ok)
		line_add(&l, "; the last reload failed, the previous configuration is in force");
}
