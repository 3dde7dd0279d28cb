/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/*
 * The connections that are open, and which of them has had its time. Nothing
 * here takes bytes from a socket or writes to it: a connection that must go is
 * shut down, and the library that serves it then sees its end.
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
	bool loopback;	      /* it reached us at a loopback address */
	bool ended;	      /* shut down by us, not yet gone */
	bool peer_done;	      /* not ANSWERING: no further byte will come from the peer */
	const void *reading;  /* ANSWERING: the shared body, to compare with; or NULL */
	uint64_t accepted_ns; /* CLOCK_MONOTONIC, here and below */
	uint64_t since_ns;    /* when the phase began */
	uint64_t making_ns;   /* ANSWERING: how long it took to make the answer */
};

struct clients {
	struct client *table;
	size_t size;
	size_t n;     /* entries in use */
	size_t ended; /* of these, shut down */
};

/* How long a phase may last. Prometheus scrapes once a minute by default, and should find its
 * connection still open. */
#define CLIENTS_NEW_S	    10
#define CLIENTS_IDLE_S	    75
#define CLIENTS_ANSWERING_S 30

/* So long nobody has to give way to another one; an honest scrape takes milliseconds. */
#define CLIENTS_GRACE_S 1

/**
 * clients_init() - an empty table
 * @size: connections at most
 *
 * Return: 0 or -ENOMEM. Thread: main; then the http thread only, until clients_done().
 */
int clients_init(struct clients *c, size_t size);

/** clients_done() - free the table; the sockets are not its business. */
void clients_done(struct clients *c);

/** clients_room() - for how many more? */
static inline size_t clients_room(const struct clients *c)
{
	return c->size - c->n;
}

/** clients_full() - is there no room for one more? */
static inline bool clients_full(const struct clients *c)
{
	return clients_room(c) == 0;
}

/** clients_add() - a new connection; NULL when full. */
struct client *clients_add(struct clients *c, int fd, uint64_t now_ns);

/** clients_remove() - the connection is closed. */
void clients_remove(struct clients *c, struct client *client);

/** client_enter() - the connection is now in this phase. */
void client_enter(struct client *client, enum client_phase phase, uint64_t now_ns);

/**
 * clients_sweep() - end all whose phase has lasted too long, and those that cannot ask any more
 *
 * A client that sends or takes one byte a second is not idle; only this gets rid of it. The same
 * holds for one that has closed its sending side, since the library does not see that while it
 * sends an answer. As the library may still hold a complete request of such a client, the client is
 * ended only if the library has run once more and answers nothing.
 *
 * Return: whether to let the library run and to call this again at once.
 */
bool clients_sweep(struct clients *c, uint64_t now_ns);

/**
 * clients_evict() - somebody waits for a connection, and there is no room or no descriptor: end a
 * client that had its grace, if any has
 *
 * That is the oldest connection which is not being answered, else the one being answered for
 * longest. So sixty-four clients that hold all connections delay a scrape by a second, no more.
 * Does nothing while one that was ended is still to go.
 */
void clients_evict(struct clients *c, uint64_t now_ns);

/**
 * clients_end_readers() - end those that are still reading a body and had their grace
 * @c: the connections
 * @body: as in struct client; NULL: nobody reads it
 * @now_ns: CLOCK_MONOTONIC
 */
void clients_end_readers(struct clients *c, const void *body, uint64_t now_ns);
