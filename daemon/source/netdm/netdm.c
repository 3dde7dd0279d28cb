/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The source "netdm": kernel -> [NET_DM -> drop events] -> source thread -> ring.
 *
 * Three parts below it, each knowing one thing: netdm_ctl asks and understands answers,
 * netdm_session decides what to ask (who runs the monitor, is it still on?), netdm_events
 * receives. netdm_parse turns each message into events. Here they are put together, and
 * losses are added up.
 *
 * Control and events have a socket each, so that an answer never waits behind a
 * million events, nor is lost when they overflow. Messages are read straight from the
 * batch into the caller's events. Only when a message might have more events than
 * the caller has room for it goes through spare[], and the rest waits for the next read().
 *
 * Nothing here allocates after open(), and nothing waits after it. What asks the kernel
 * is done once a second (netdm_session_upkeep()), from read(), which the thread calls at
 * least that often: so fd() is the event socket itself and needs no timer beside it.
 *
 * Opened and closed by main, otherwise the source thread's.
 */
#include <errno.h>
#include <poll.h>
#include <stddef.h>
#include <string.h>

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
	bool hardware_only; /* immutable: software drops are not ours to count */
	uint64_t ignored;   /* packets in those */
	struct netdm_tally tally;
	uint64_t n_events;
	uint64_t n_packets;
	uint64_t lost_socket;
	uint64_t look_ns;	  /* CLOCK_MONOTONIC of the next look at lost_socket */
	size_t spare_at, spare_n; /* what of spare[] is still to be read */
	struct drop_event spare[NETDM_POINTS_MAX];
};

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

/* What is left of a message that had more events than the last reader had room for. */
static size_t take_spare(struct netdm *s, struct drop_event *ev, size_t n)
{
	const size_t left = s->spare_n - s->spare_at;
	const size_t k = left < n ? left : n;

	memcpy(ev, s->spare + s->spare_at, k * sizeof(*ev));
	s->spare_at += k;
	return k;
}

/*
 * Both halves of the drop monitor send to one group. So where the tracepoint counts the software
 * drops, those that another program has asked NET_DM for arrive as well. What cannot be read is
 * lost, unless the rest of the message says that it was about software.
 */
static size_t parse_hardware(struct netdm *s, const void *msg, size_t len, uint64_t now_ns,
			     struct drop_event *ev)
{
	struct netdm_tally tally = { 0 };
	const size_t n = netdm_parse(msg, len, netdm_session_family(s->session), now_ns, ev,
				     &tally);
	size_t kept = 0;

	for (size_t i = 0; i < n; i++) {
		if (ev[i].origin == DROP_ORIGIN_HARDWARE)
			ev[kept++] = ev[i];
		else
			s->ignored += ev[i].packets;
	}
	if (kept)
		s->tally.summary_full += tally.summary_full;
	if (kept || !n)
		s->tally.lost_parse += tally.lost_parse;
	else
		s->ignored += tally.lost_parse;
	return kept;
}

static size_t parse_message(struct netdm *s, const void *msg, size_t len, uint64_t now_ns,
			    struct drop_event *ev)
{
	if (s->hardware_only)
		return parse_hardware(s, msg, len, now_ns, ev);
	return netdm_parse(msg, len, netdm_session_family(s->session), now_ns, ev, &s->tally);
}

/* Return: events written; room for less than a whole message goes by way of spare[]. */
static size_t parse(struct netdm *s, const void *msg, size_t len, uint64_t now_ns,
		    struct drop_event *ev, size_t n)
{
	if (n >= NETDM_POINTS_MAX)
		return parse_message(s, msg, len, now_ns, ev);
	s->spare_at = 0;
	s->spare_n = parse_message(s, msg, len, now_ns, s->spare);
	return take_spare(s, ev, n);
}

/* Return: events, 0 none now, or a negative errno if the socket broke. */
static int fill(struct netdm *s, struct drop_event *ev, size_t n)
{
	const uint64_t now_ns = clock_realtime_ns();
	size_t filled = take_spare(s, ev, n);
	bool more = true;

	while (filled < n) {
		const void *msg;
		size_t len;
		int r;

		if (netdm_events_next(s->events, &msg, &len)) {
			filled += parse(s, msg, len, now_ns, ev + filled, n - filled);
			continue;
		}
		if (!more)
			break;
		r = netdm_events_receive(s->events, &more);
		if (r < 0 && filled == 0)
			return r;
		if (r <= 0)
			break;
	}
	return (int)filled;
}

static void count(struct netdm *s, const struct drop_event *ev, size_t n)
{
	s->n_events += n;
	for (size_t i = 0; i < n; i++)
		s->n_packets += ev[i].packets;
}

static void look_for_losses(struct netdm *s, uint64_t now_ns)
{
	if (now_ns < s->look_ns && !netdm_events_overrun(s->events))
		return;
	s->lost_socket = netdm_events_lost(s->events);
	s->look_ns = now_ns + LOST_INTERVAL_NS;
}

/* A broken session is reported only after what the socket still held was read. */
static int netdm_read(struct source *source, struct drop_event *ev, size_t n)
{
	struct netdm *s = (struct netdm *)source;
	const uint64_t now_ns = clock_monotonic_ns();
	const int r = fill(s, ev, n > INT32_MAX ? INT32_MAX : n);
	const int broken = netdm_session_upkeep(s->session, now_ns);

	look_for_losses(s, now_ns);
	if (r > 0)
		count(s, ev, (size_t)r);
	return r == 0 ? broken : r;
}

static void netdm_stats(struct source *source, struct source_stats *ret)
{
	const struct netdm *s = (const struct netdm *)source;

	netdm_session_stats(s->session, ret);
	ret->source = netdm_ops.name;
	ret->events = s->n_events;
	ret->packets = s->n_packets;
	ret->lost_socket = s->lost_socket;
	ret->lost_parse = s->tally.lost_parse;
	ret->ignored = s->ignored;
	ret->summary_full = s->tally.summary_full;
	ret->napi_notes = s->tally.napi_notes;
	ret->receive_buffer_bytes = netdm_events_buffer_bytes(s->events);
}

const struct source_ops netdm_ops = {
	.name = "netdm",
	.upkeep_ms = 1000,
	.open = netdm_open,
	.fd = netdm_fd,
	.read = netdm_read,
	.stats = netdm_stats,
	.close = netdm_close,
};
