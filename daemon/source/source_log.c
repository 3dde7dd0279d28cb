/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "source/source_log.h"

#include <inttypes.h>
#include <string.h>

#include "base/clock.h"

#define STATES_A_MINUTE 4

void source_log_init(struct source_log *log, const struct source_stats *now)
{
	*log = (struct source_log){ .losses = *now, .state = *now };
	log->state.blind_ns = 0;
	log->state_limit.burst = STATES_A_MINUTE;
}

static double seconds(uint64_t ns)
{
	return (double)ns / (double)NSEC_PER_SEC;
}

/* ---- losses ---- */

static bool lost_events(const struct source_stats *before, const struct source_stats *now)
{
	bool more = false;

	for (enum lost_stage i = 0; i < LOST_STAGES; i++)
		more |= i != LOST_PARSE && now->lost[i] != before->lost[i];
	return more;
}

static void log_losses(struct source_log *log, const struct source_stats *now, uint64_t now_ns)
{
	const bool events = lost_events(&log->losses, now);
	const bool messages = now->lost[LOST_PARSE] != log->losses.lost[LOST_PARSE];

	if ((!events && !messages) || !log_limit_ok(&log->losses_limit, now_ns))
		return;
	if (events)
		log_warning("source %s: drop events were lost before they were counted (in all: "
			    "%" PRIu64 " kernel_queue, %" PRIu64 " recursion, %" PRIu64
			    " socket, %" PRIu64 " ring); see dropwatchd_events_lost_total",
			    now->source, now->lost[LOST_KERNEL_QUEUE], now->lost[LOST_RECURSION],
			    now->lost[LOST_SOCKET], now->lost[LOST_RING]);
	if (messages)
		log_warning("source %s: messages could not be read (in all: %" PRIu64
			    " packets lost in them)",
			    now->source, now->lost[LOST_PARSE]);
	log->losses = *now;
}

/* ---- state ---- */

static void log_restarts(const struct source_stats *before, const struct source_stats *now)
{
	static const char *const what[RESTART_CAUSES] = {
		[RESTART_STOPPED] =
			"another program stopped the drop monitor; it was started again",
		[RESTART_RELOADED] =
			"the drop_monitor module was reloaded; its events were joined again",
	};

	for (int i = 0; i < RESTART_CAUSES; i++)
		if (now->restarts[i] != before->restarts[i])
			log_warning("%s (%" PRIu64 " times so far)", what[i], now->restarts[i]);
}

static void log_owner(const struct source_stats *before, const struct source_stats *now)
{
	if (now->owner == before->owner)
		return;
	if (now->owner == OWNER_SELF)
		log_info("source %s: dropwatchd runs the drop monitor itself now, in %s mode",
			 now->source, source_mode_name(now->mode));
	else if (now->owner == OWNER_UNKNOWN)
		log_info("source %s: another program listens to the drop monitor and may have "
			 "restarted it; while it listens, dropwatchd leaves the monitor on when it "
			 "exits",
			 now->source);
	else
		log_warning("source %s: another program has taken over the drop monitor; "
			    "dropwatchd listens too, in %s mode, and leaves it on when it exits",
			    now->source, source_mode_name(now->mode));
}

static void log_up(const struct source_stats *before, const struct source_stats *now)
{
	if (now->up != before->up && !now->finished)
		log_line(now->up ? LOG_LEVEL_INFO : LOG_LEVEL_ERROR, "source %s: %s", now->source,
			 now->up ? "receiving drop events again" : now->trouble);
}

static void log_blind(const struct source_stats *before, const struct source_stats *now)
{
	if (now->blind_ns != before->blind_ns)
		log_warning("source %s: drops of up to %.1f s may not have been counted (%.1f s "
			    "in all)",
			    now->source, seconds(now->blind_ns - before->blind_ns),
			    seconds(now->blind_ns));
}

static void log_finished(const struct source_stats *before, const struct source_stats *now)
{
	if (now->finished && !before->finished)
		log_info("source %s: end of the recording, %" PRIu64 " packets in %" PRIu64
			 " events; the final counts are still served%s%s",
			 now->source, now->packets, now->events, now->trouble[0] ? "; " : "",
			 now->trouble);
}

static bool same_state(const struct source_stats *a, const struct source_stats *b)
{
	return a->up == b->up && a->finished == b->finished && a->blind_ns == b->blind_ns &&
	       a->owner == b->owner && !memcmp(a->restarts, b->restarts, sizeof(a->restarts));
}

/*
 * Blind time is logged when it is over, or when it will have no end. The owner is not known while
 * the monitor is being started. The end is always logged, since no later line would include it.
 */
static void log_state(struct source_log *log, const struct source_stats *now, uint64_t now_ns)
{
	const struct source_stats *before = &log->state;
	const bool ends = now->ended && !before->ended;
	struct source_stats state = *now;

	if (!now->up && !ends)
		state.blind_ns = before->blind_ns;
	if (!now->owner)
		state.owner = before->owner;
	if (same_state(before, &state) || (!ends && !log_limit_ok(&log->state_limit, now_ns)))
		return;
	log_restarts(before, &state);
	log_owner(before, &state);
	log_up(before, &state);
	log_blind(before, &state);
	log_finished(before, &state);
	log->state = state;
}

void source_log_changes(struct source_log *log, const struct source_stats *now, uint64_t now_ns)
{
	log_state(log, now, now_ns);
	log_losses(log, now, now_ns);
}
