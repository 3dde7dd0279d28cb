/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Two sockets. The target is bound to a port and connected to itself: no other program can bind
 * this port, and a datagram from any other socket does not fit the target. So the kernel finds no
 * socket for the datagram that the sender sends there. It refuses it with an ICMP error and drops
 * it with the reason NO_SOCKET. The error makes ECONNREFUSED pending at the sender, which shows
 * that the kernel came to the drop point even if the drop is not counted.
 *
 * At most one canary is under way. The aggregator expects it before it is sent. An older
 * drop of the same kind may be taken for it as long as such drops are on their way from the kernel
 * to the aggregator, so a blindness that begins right then is found by the next canary.
 */
#include "ledger/canary.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/canary_note.h"
#include "base/clock.h"
#include "base/err.h"

#define PATIENCE_MIN_S 5
#define PATIENCE_MAX_S 30

struct canary {
	struct slot *notes;
	int target_fd, sender_fd; /* -1: not open */
	uint64_t tried_ns;	  /* when the last one was sent, or could not be; 0: never */
	bool under_way;		  /* its number is tried_ns */
	struct ledger_canary counts;
	struct err trouble;
};

/* ---- the sockets ---- */

static void close_sockets(struct canary *c)
{
	if (c->target_fd >= 0)
		close(c->target_fd);
	if (c->sender_fd >= 0)
		close(c->sender_fd);
	c->target_fd = c->sender_fd = -1;
}

/* The target, then the sender. Return: 0 or a negative errno; then they are partly open. */
static int connect_sockets(struct canary *c)
{
	const int type = SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK;
	struct sockaddr_in to = { .sin_family = AF_INET,
				  .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	struct sockaddr *address = (struct sockaddr *)&to;
	socklen_t len = sizeof(to);

	c->target_fd = socket(AF_INET, type, 0);
	c->sender_fd = socket(AF_INET, type, 0);
	if (c->target_fd < 0 || c->sender_fd < 0 || bind(c->target_fd, address, len) < 0 ||
	    getsockname(c->target_fd, address, &len) < 0 ||
	    connect(c->target_fd, address, len) < 0 || connect(c->sender_fd, address, len) < 0)
		return -errno;
	return 0;
}

static int open_sockets(struct canary *c)
{
	int r;

	if (c->sender_fd >= 0)
		return 0;
	r = connect_sockets(c);
	if (r < 0)
		close_sockets(c);
	return r;
}

/* Did the kernel refuse the last datagram? Once it was reported, the error is no longer pending. */
static bool was_refused(const struct canary *c)
{
	int error = 0;
	socklen_t len = sizeof(error);

	getsockopt(c->sender_fd, SOL_SOCKET, SO_ERROR, &error, &len);
	return error == ECONNREFUSED;
}

/* ---- one canary ---- */

/* @number: 0: none. Return: 0 or -ENOMEM. */
static int announce(struct canary *c, uint64_t number)
{
	struct canary_note *note = number ? canary_note_new(number) : NULL;

	if (number && !note)
		return -ENOMEM;
	slot_publish(c->notes, note ? &note->value : NULL);
	return 0;
}

static int send_datagram(struct canary *c)
{
	static const char payload[] = "dropwatchd canary";

	was_refused(c); /* a pending error would be returned instead of sending */
	return send(c->sender_fd, payload, sizeof(payload), 0) < 0 ? -errno : 0;
}

static void send_canary(struct canary *c, uint64_t now_ns)
{
	int r = open_sockets(c);

	c->tried_ns = now_ns;
	if (r == 0)
		r = announce(c, now_ns);
	if (r == 0)
		r = send_datagram(c);
	if (r < 0) {
		announce(c, 0);
		err_set(&c->trouble, r, "cannot send a datagram from 127.0.0.1 to 127.0.0.1: %m");
		return;
	}
	c->under_way = true;
}

static void end_canary(struct canary *c)
{
	announce(c, 0);
	c->under_way = false;
	c->trouble = (struct err){ 0 };
}

/* It was not counted in time. */
static void give_up(struct canary *c)
{
	end_canary(c);
	if (was_refused(c))
		c->counts.missed++;
	else
		err_set(&c->trouble, -EIO,
			"a datagram from 127.0.0.1 to 127.0.0.1 was neither counted nor refused; a "
			"firewall may drop UDP or ICMP on the loopback device");
}

/* @period_s: 0: no more canaries are sent, but the last one is still expected */
static uint64_t patience_ns(uint32_t period_s)
{
	if (!period_s)
		return PATIENCE_MAX_S * NSEC_PER_SEC;
	if (period_s < PATIENCE_MIN_S)
		return PATIENCE_MIN_S * NSEC_PER_SEC;
	return (period_s < PATIENCE_MAX_S ? period_s : PATIENCE_MAX_S) * NSEC_PER_SEC;
}

static void look_for(struct canary *c, uint32_t period_s, const struct snapshot *s)
{
	if (s->health.canary_seen == c->tried_ns) {
		c->counts.seen++;
		end_canary(c);
	} else if (s->monotonic_ns >= c->tried_ns + patience_ns(period_s)) {
		give_up(c);
	}
}

static bool is_canary_due(const struct canary *c, uint32_t period_s, uint64_t now_ns)
{
	return !c->tried_ns || now_ns >= c->tried_ns + period_s * NSEC_PER_SEC;
}

static uint64_t next_step_ns(const struct canary *c, uint32_t period_s, uint64_t now_ns)
{
	const uint64_t given_up_ns = c->tried_ns + patience_ns(period_s);

	if (!c->under_way)
		return c->tried_ns + period_s * NSEC_PER_SEC;
	/* The snapshot that decides may be up to 5 s late. */
	return given_up_ns > now_ns ? given_up_ns : now_ns + NSEC_PER_SEC;
}

/* ---- the interface ---- */

struct canary *canary_new(struct slot *notes)
{
	struct canary *c = calloc(1, sizeof(*c));

	if (!c)
		return NULL;
	c->notes = notes;
	c->target_fd = c->sender_fd = -1;
	return c;
}

void canary_off(struct canary *c)
{
	end_canary(c);
	close_sockets(c);
}

uint64_t canary_step(struct canary *c, uint32_t period_s, const struct snapshot *s, uint64_t now_ns)
{
	c->counts.on = period_s > 0;
	if (c->under_way)
		look_for(c, period_s, s);
	if (!period_s && !c->under_way) {
		canary_off(c);
		return UINT64_MAX;
	}
	if (!c->under_way && is_canary_due(c, period_s, now_ns))
		send_canary(c, now_ns);
	return next_step_ns(c, period_s, now_ns);
}

struct canary_report canary_report(const struct canary *c)
{
	return (struct canary_report){ .counts = c->counts, .trouble = c->trouble.text };
}

struct canary *canary_free(struct canary *c)
{
	if (!c)
		return NULL;
	close_sockets(c);
	free(c);
	return NULL;
}
