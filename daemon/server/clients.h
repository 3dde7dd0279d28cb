/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/*
 * The open connections, and which of them are closed. Nothing here reads from a
 * socket or writes to it: a connection is shut down, and the HTTP library then
 * sees its end and closes it. All times are CLOCK_MONOTONIC.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum client_phase {
	CLIENT_NONE,	  /* this entry is free */
	CLIENT_NEW,	  /* its first request is not complete */
	CLIENT_IDLE,	  /* between two requests, or the next one is not complete */
	CLIENT_ANSWERING, /* an answer is being sent */
};

struct client {
	int fd;
	enum client_phase phase;
	bool loopback;	     /* it connected to a loopback address */
	bool ended;	     /* shut down by us, not closed yet */
	bool peer_done;	     /* not ANSWERING: the peer will send nothing more */
	const void *reading; /* ANSWERING: the shared body; or NULL */
	uint64_t accepted_ns;
	uint64_t since_ns;  /* when the phase began */
	uint64_t making_ns; /* ANSWERING: time needed to render the answer */
};

struct clients {
	struct client *table;
	size_t size;
	size_t n;     /* entries in use */
	size_t ended; /* of these, number shut down */
};

/* Time limit of each phase. Prometheus scrapes once a minute by default and should find its
 * connection still open. */
#define CLIENTS_NEW_S	    10
#define CLIENTS_IDLE_S	    75
#define CLIENTS_ANSWERING_S 30

/* No connection is closed in favour of another within this time. A scrape takes milliseconds. */
#define CLIENTS_GRACE_S 1

/**
 * clients_init() - an empty table
 * @size: maximum number of connections
 *
 * Return: 0 or -ENOMEM. Thread: main. All other functions are for the http thread.
 */
int clients_init(struct clients *c, size_t size);

/** clients_done() - free the table; it does not own the sockets. Thread: main. */
void clients_done(struct clients *c);

/** clients_room() - number of further connections that fit */
static inline size_t clients_room(const struct clients *c)
{
	return c->size - c->n;
}

/** clients_add() - add a connection. Return: the client, NULL if the table is full. */
struct client *clients_add(struct clients *c, int fd, uint64_t now_ns);

/** clients_remove() - remove a connection that was closed. */
void clients_remove(struct clients *c, struct client *client);

/** client_enter() - start a phase. */
void client_enter(struct client *client, enum client_phase phase, uint64_t now_ns);

/**
 * clients_sweep() - shut down connections whose phase exceeded its limit, and those that will send
 * no further request
 *
 * The library only closes idle connections. It neither notices a client that sends or reads one
 * byte per second, nor, while it sends an answer, that the client has closed its sending side. The
 * library may still hold a complete request of the latter, so this client is shut down only if the
 * library has run once more and is not answering it.
 *
 * Return: true if the library should run now and this function be called again without waiting.
 */
bool clients_sweep(struct clients *c, uint64_t now_ns);

/**
 * clients_wait_ms() - how long the server may wait before it calls clients_sweep() again
 *
 * Return: milliseconds until a phase exceeds its limit, at most 1000 while an answer is being sent;
 * -1 if there are no connections.
 */
int clients_wait_ms(const struct clients *c, uint64_t now_ns);

/**
 * clients_evict() - shut down a connection, because another client is waiting and there is no room
 * or no file descriptor
 *
 * Chooses the oldest connection that is not being answered, otherwise the one that has been
 * answered for longest; none that is younger than CLIENTS_GRACE_S. Clients that hold all
 * connections therefore delay a scrape by one second at most. Does nothing while a connection that
 * was shut down is not closed yet.
 */
void clients_evict(struct clients *c, uint64_t now_ns);

/**
 * clients_end_readers() - shut down the readers of a body, except within CLIENTS_GRACE_S
 * @body: as in struct client; NULL has no readers
 */
void clients_end_readers(struct clients *c, const void *body, uint64_t now_ns);
