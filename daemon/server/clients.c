/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "server/clients.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/socket.h>

#include "base/clock.h"

static const uint64_t limits_ns[] = {
	[CLIENT_NEW] = CLIENTS_NEW_S * NSEC_PER_SEC,
	[CLIENT_IDLE] = CLIENTS_IDLE_S * NSEC_PER_SEC,
	[CLIENT_ANSWERING] = CLIENTS_ANSWERING_S * NSEC_PER_SEC,
};

int clients_init(struct clients *c, size_t size)
{
	struct client *table = calloc(size, sizeof(*table));

	if (!table)
		return -ENOMEM;
	*c = (struct clients){ .table = table, .size = size };
	return 0;
}

void clients_done(struct clients *c)
{
	free(c->table);
	*c = (struct clients){ 0 };
}

struct client *clients_add(struct clients *c, int fd, uint64_t now_ns)
{
	for (size_t i = 0; i < c->size; i++) {
		struct client *client = &c->table[i];

		if (client->phase != CLIENT_NONE)
			continue;
		*client = (struct client){
			.fd = fd, .phase = CLIENT_NEW, .accepted_ns = now_ns, .since_ns = now_ns
		};
		c->n++;
		return client;
	}
	return NULL;
}

void clients_remove(struct clients *c, struct client *client)
{
	c->ended -= client->ended;
	c->n--;
	*client = (struct client){ .fd = -1 };
}

void client_enter(struct client *client, enum client_phase phase, uint64_t now_ns)
{
	client->phase = phase;
	client->since_ns = now_ns;
	client->reading = NULL;
	client->peer_done = false;
}

static bool is_live(const struct client *client)
{
	return client->phase != CLIENT_NONE && !client->ended;
}

static void end(struct clients *c, struct client *client)
{
	shutdown(client->fd, SHUT_RDWR); /* fails if the peer was faster */
	client->ended = true;
	c->ended++;
}

/* Has the peer closed its sending side, and was everything read that it sent? */
static bool is_peer_done(const struct client *client)
{
	char byte;

	return client->phase != CLIENT_ANSWERING &&
	       recv(client->fd, &byte, 1, MSG_PEEK | MSG_DONTWAIT) == 0;
}

bool clients_sweep(struct clients *c, uint64_t now_ns)
{
	bool again = false;

	for (size_t i = 0; i < c->size; i++) {
		struct client *client = &c->table[i];
		bool peer_done;

		if (!is_live(client))
			continue;
		peer_done = is_peer_done(client);
		if ((peer_done && client->peer_done) ||
		    now_ns - client->since_ns >= limits_ns[client->phase]) {
			end(c, client);
			continue;
		}
		client->peer_done = peer_done;
		again |= peer_done;
	}
	return again;
}

static uint64_t wait_ns(const struct client *client, uint64_t now_ns)
{
	const uint64_t limit_ns = limits_ns[client->phase], passed_ns = now_ns - client->since_ns;

	if (client->ended || client->phase == CLIENT_ANSWERING)
		return NSEC_PER_SEC;
	return passed_ns < limit_ns ? limit_ns - passed_ns : 0;
}

int clients_wait_ms(const struct clients *c, uint64_t now_ns)
{
	uint64_t shortest_ns = UINT64_MAX;

	for (size_t i = 0; c->n && i < c->size; i++)
		if (c->table[i].phase != CLIENT_NONE && wait_ns(&c->table[i], now_ns) < shortest_ns)
			shortest_ns = wait_ns(&c->table[i], now_ns);
	/* Rounded up, so that the limit has passed. */
	return c->n ? (int)((shortest_ns + NSEC_PER_MSEC - 1) / NSEC_PER_MSEC) : -1;
}

static bool had_grace(uint64_t since_ns, uint64_t now_ns)
{
	return now_ns - since_ns >= CLIENTS_GRACE_S * NSEC_PER_SEC;
}

static struct client *oldest_unanswered(struct clients *c)
{
	struct client *oldest = NULL;

	for (size_t i = 0; i < c->size; i++) {
		struct client *client = &c->table[i];

		if (is_live(client) && client->phase != CLIENT_ANSWERING &&
		    (!oldest || client->accepted_ns < oldest->accepted_ns))
			oldest = client;
	}
	return oldest;
}

static void end_slowest(struct clients *c, uint64_t now_ns)
{
	struct client *slowest = NULL;

	for (size_t i = 0; i < c->size; i++) {
		struct client *client = &c->table[i];

		if (is_live(client) && client->phase == CLIENT_ANSWERING &&
		    (!slowest || client->since_ns < slowest->since_ns))
			slowest = client;
	}
	if (slowest && had_grace(slowest->since_ns, now_ns))
		end(c, slowest);
}

void clients_evict(struct clients *c, uint64_t now_ns)
{
	struct client *oldest;

	if (c->ended)
		return;
	oldest = oldest_unanswered(c);
	if (oldest && had_grace(oldest->accepted_ns, now_ns))
		end(c, oldest);
	else
		end_slowest(c, now_ns);
}

void clients_end_readers(struct clients *c, const void *body, uint64_t now_ns)
{
	for (size_t i = 0; body && i < c->size; i++) {
		struct client *client = &c->table[i];

		if (is_live(client) && client->reading == body &&
		    had_grace(client->since_ns, now_ns))
			end(c, client);
	}
}
