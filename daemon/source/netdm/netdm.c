/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The source "netdm": kernel -> [NET_DM -> drop events] -> source thread -> ring.
 *
 * netdm_session runs the monitor, netdm_events receives its messages, netdm_parse turns each of
 * them into events. This file puts the three together and adds up the losses.
 *
 * Requests and events have a socket each, so that an answer neither waits behind a million events
 * nor is lost when they overflow their socket. Messages are parsed from the batch straight into the
 * caller's events. The next message is taken only if there is room for all events that it may hold;
 * otherwise it stays in the batch until the next read().
 *
 * Nothing here allocates after open(), and nothing waits. The session is looked after by read(),
 * which the thread calls at least once a second. So fd() is the event socket itself, without a
 * timer.
 *
 * Opened and closed by main, otherwise the source thread's.
 */
#include <errno.h>
#include <poll.h>
#include <stddef.h>

#include "base/clock.h"
#include "source/netdm/netdm_events.h"
#include "source/netdm/netdm_parse.h"
#include "source/netdm/netdm_session.h"
#include "source/source.h"

#define LOST_INTERVAL_NS (NSEC_PER_SEC / 4) /* between two looks at the socket's loss counter */
#define ANSWER_MS	 100		    /* while opening, between two looks at the clock */

struct netdm {
	struct source source;	     /* first: what source.h knows of us */
	struct netdm_events *events; /* immutable pointers; source thread, as all below */
	struct netdm_session *session;
	bool hardware_only; /* immutable: the tracepoint counts software drops */
	struct netdm_tally tally;
	uint64_t n_events;
	uint64_t ignored; /* packets of software drops, if hardware_only */
	uint64_t lost_socket;
	uint64_t look_ns; /* CLOCK_MONOTONIC of the next look at the socket's loss counter */
};

_Static_assert(SOURCE_READ_MIN >= NETDM_POINTS_MAX, "a read() must make progress");
_Static_assert(offsetof(struct netdm, source) == 0, "a source is cast to a netdm");

static struct source *netdm_close(struct source *source)
{
	struct netdm *s = (struct netdm *)source;

	if (!s)
		return NULL;
	netdm_session_close(s->session);
	netdm_events_free(s->events);
	free(s);
	return NULL;
}

static void netdm_freep(struct netdm **s)
{
	netdm_close((struct source *)*s);
}

static int open_session(struct netdm *s, const struct config_netdm *cfg, struct err *err)
{
	struct pollfd fd = { .events = POLLIN };
	int r;

	r = netdm_session_new(cfg, s->events, clock_monotonic_ns(), &s->session, err);
	if (r < 0)
		return r;
	fd.fd = netdm_session_fd(s->session);
	while ((r = netdm_session_opening(s->session, clock_monotonic_ns(), err)) > 0)
		poll(&fd, 1, ANSWER_MS);
	return r;
}

static int netdm_open(const struct config_source *cfg, struct source **ret, struct err *err)
{
	cleanup(netdm_freep) struct netdm *s = calloc(1, sizeof(*s));
	int r;

	if (!s)
		return err_set(err, -ENOMEM, "drop monitor: %m");
	s->source.ops = &netdm_ops;
	s->hardware_only = cfg->netdm.hardware_only;
	r = netdm_events_new(cfg->netdm.receive_buffer_bytes, &s->events);
	if (r < 0)
		return err_set(err, r, "cannot open a generic netlink socket: %m");
	r = open_session(s, &cfg->netdm, err);
	if (r < 0)
		return r;
	*ret = &take(s)->source;
	return 0;
}

static int netdm_fd(const struct source *source)
{
	const struct netdm *s = (const struct netdm *)source;

	return netdm_events_fd(s->events);
}

/*
 * Both halves of the drop monitor send to one group. So if the tracepoint counts the software
 * drops, those that another program wants from NET_DM arrive here as well. What cannot be parsed is
 * lost, unless the rest of the message is about software.
 */
static size_t keep_hardware(struct netdm *s, struct drop_event *ev, size_t n,
			    const struct netdm_tally *all)
{
	uint64_t packets = 0;
	size_t kept = 0;

	for (size_t i = 0; i < n; i++) {
		if (ev[i].origin != DROP_ORIGIN_HARDWARE)
			continue;
		packets += ev[i].packets;
		ev[kept++] = ev[i];
	}
	s->tally.packets += packets;
	s->ignored += all->packets - packets;
	if (kept)
		s->tally.summary_full += all->summary_full;
	if (kept || !n)
		s->tally.lost_parse += all->lost_parse;
	else
		s->ignored += all->lost_parse;
	return kept;
}

static size_t parse_message(struct netdm *s, const void *msg, size_t len, uint64_t now_ns,
			    struct drop_event *ev)
{
	const uint16_t family = netdm_session_family(s->session);
	struct netdm_tally tally = { 0 };
	size_t n;

	if (!s->hardware_only)
		return netdm_parse(msg, len, family, now_ns, ev, &s->tally);
	n = netdm_parse(msg, len, family, now_ns, ev, &tally);
	return keep_hardware(s, ev, n, &tally);
}

/* Return: events, 0 none now, or a negative errno if the socket broke. */
static int read_events(struct netdm *s, struct drop_event *ev, size_t n)
{
	const uint64_t now_ns = clock_realtime_ns();
	size_t done = 0;
	bool more = true;

	while (n - done >= NETDM_POINTS_MAX) {
		const void *msg;
		size_t len;
		int r;

		if (netdm_events_next(s->events, &msg, &len)) {
			done += parse_message(s, msg, len, now_ns, ev + done);
			continue;
		}
		if (!more)
			break;
		r = netdm_events_receive(s->events, &more);
		if (r < 0 && done == 0)
			return r;
		if (r <= 0)
			break;
	}
	s->n_events += done;
	return (int)done;
}

static void look_for_losses(struct netdm *s, uint64_t now_ns)
{
	if (now_ns < s->look_ns && !netdm_events_overrun(s->events))
		return;
	s->lost_socket = netdm_events_lost(s->events);
	s->look_ns = now_ns + LOST_INTERVAL_NS;
}

/* A broken session is reported only once all that the socket held has been read. */
static int netdm_read(struct source *source, struct drop_event *ev, size_t n)
{
	struct netdm *s = (struct netdm *)source;
	const uint64_t now_ns = clock_monotonic_ns();
	const int r = read_events(s, ev, n < INT32_MAX ? n : INT32_MAX);
	const int broken = netdm_session_upkeep(s->session, now_ns);

	look_for_losses(s, now_ns);
	return r == 0 ? broken : r;
}

static void netdm_stats(struct source *source, struct source_stats *ret)
{
	const struct netdm *s = (const struct netdm *)source;

	netdm_session_stats(s->session, ret);
	ret->source = netdm_ops.name;
	ret->events = s->n_events;
	ret->packets = s->tally.packets;
	ret->lost[LOST_SOCKET] = s->lost_socket;
	ret->lost[LOST_PARSE] = s->tally.lost_parse;
	ret->ignored = s->ignored;
	ret->summary_full = s->tally.summary_full;
	ret->napi_notes = s->tally.napi_notes;
	ret->receive_buffer_bytes = netdm_events_buffer_bytes(s->events);
}

const struct source_ops netdm_ops = {
	.name = SOURCE_NAME_NETDM,
	.upkeep_ms = 1000,
	.open = netdm_open,
	.fd = netdm_fd,
	.read = netdm_read,
	.stats = netdm_stats,
	.close = netdm_close,
};
