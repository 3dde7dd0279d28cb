/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "source/source_log.h"

#include <inttypes.h>
#include <string.h>

#include "base/clock.h"

#define LINES_A_MINUTE 4 /* of each kind of trouble that comes and goes */

void source_log_init(struct source_log *log, const struct source_stats *now)
{
	*log = (struct source_log){ .shown = *now, .told_up = now->up, .told_owner = now->owner };
	log->up_limit.burst = LINES_A_MINUTE;
	log->blind_limit.burst = LINES_A_MINUTE;
	log->owner_limit.burst = LINES_A_MINUTE;
	for (int i = 0; i < RESTART_CAUSES; i++)
		log->restart_limit[i].burst = LINES_A_MINUTE;
}

static double seconds(uint64_t ns)
{
	return (double)ns / (double)NSEC_PER_SEC;
}

static void log_losses(struct source_log *log, const struct source_stats *now, uint64_t now_ns)
{
	const struct source_stats *before = &log->shown;
	const bool more = now->lost_kernel_queue != before->lost_kernel_queue ||
			  now->lost_recursion != before->lost_recursion ||
			  now->lost_socket != before->lost_socket ||
			  now->lost_ring != before->lost_ring;

	if (more && log_limit_ok(&log->lost_limit, now_ns))
		log_warning("drop events of source %s are lost before they are counted (in all: "
			    "%" PRIu64 " kernel_queue, %" PRIu64 " recursion, %" PRIu64
			    " socket, %" PRIu64 " ring); dropwatchd_events_lost_total counts them",
			    now->source, now->lost_kernel_queue, now->lost_recursion,
			    now->lost_socket, now->lost_ring);
	if (now->lost_parse != before->lost_parse && log_limit_ok(&log->parse_limit, now_ns))
		log_warning("messages of source %s cannot be read (in all: %" PRIu64
			    " packets lost in them)",
			    now->source, now->lost_parse);
}

/* Two programs that fight over the monitor do so every second. What was not told then is told with
 * the next line, which says how often it was in all. */
static void log_restarts(struct source_log *log, const struct source_stats *now, uint64_t now_ns)
{
	static const char *const what[RESTART_CAUSES] = {
		[RESTART_STOPPED] =
			"another program stopped the drop monitor; it was started again",
		[RESTART_RELOADED] =
			"the drop_monitor module was reloaded; its events were joined again",
	};

	for (int i = 0; i < RESTART_CAUSES; i++) {
		if (now->restarts[i] == log->told_restarts[i] ||
		    !log_limit_ok(&log->restart_limit[i], now_ns))
			continue;
		log_warning("%s (%" PRIu64 " times so far)", what[i], now->restarts[i]);
		log->told_restarts[i] = now->restarts[i];
	}
}

/* Both directions. In between, while it is started, nobody owns it. */
static void log_owner(struct source_log *log, const struct source_stats *now, uint64_t now_ns)
{
	if (!now->owner[0] || strcmp(now->owner, log->told_owner) == 0 ||
	    !log_limit_ok(&log->owner_limit, now_ns))
		return;
	if (strcmp(now->owner, "self") == 0)
		log_info("source %s: dropwatchd runs the drop monitor itself now, in %s mode",
			 now->source, now->mode);
	else if (strcmp(now->owner, "unknown") == 0)
		log_info("source %s: another program listens to the drop monitor and may have "
			 "started it anew; while it listens, dropwatchd leaves the monitor on when "
			 "it exits",
			 now->source);
	else
		log_warning("source %s: another program has taken over the drop monitor; "
			    "dropwatchd listens along, in %s mode, and leaves it on when it exits",
			    now->source, now->mode);
	log->told_owner = now->owner;
}

/* A span is told when it is over. */
static void log_blind(struct source_log *log, const struct source_stats *now, uint64_t now_ns)
{
	if (now->blind_ns == log->told_blind_ns || !(now->up || now->ended) ||
	    (!now->ended && !log_limit_ok(&log->blind_limit, now_ns)))
		return;
	log_warning("source %s: drops of up to %.1f s may not have been counted (%.1f s in all)",
		    now->source, seconds(now->blind_ns - log->told_blind_ns),
		    seconds(now->blind_ns));
	log->told_blind_ns = now->blind_ns;
}

/* The end is told whatever was told before it; what else is left out now is told if it lasts. */
static void log_up(struct source_log *log, const struct source_stats *now, uint64_t now_ns)
{
	if (now->up == log->told_up || now->finished)
		return;
	if (!now->ended && !log_limit_ok(&log->up_limit, now_ns))
		return;
	log_line(now->up ? LOG_LEVEL_INFO : LOG_LEVEL_ERROR, "source %s: %s", now->source,
		 now->up ? "drops are seen again" : now->trouble);
	log->told_up = now->up;
}

void source_log_changes(struct source_log *log, const struct source_stats *now, uint64_t now_ns)
{
	log_restarts(log, now, now_ns);
	log_owner(log, now, now_ns);
	log_up(log, now, now_ns);
	log_blind(log, now, now_ns);
	if (now->finished && !log->shown.finished)
		log_info("source %s: the end was reached, %" PRIu64 " packets in %" PRIu64
			 " events; the final counts go on being served%s%s",
			 now->source, now->packets, now->events, now->trouble[0] ? "; " : "",
			 now->trouble);
	log_losses(log, now, now_ns);
	log->shown = *now;
}
