/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "../test.h"

#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "server/clients.h"

#define S(n) ((uint64_t)((n)*1000) * NSEC_PER_MSEC)

struct pair {
	struct clients clients;
	struct client *client[3];
	int peer[3], fd[3];
};

/* Three connections of a table for three, accepted at 100.0, 100.1 and 100.2 s. */
static void fill(struct pair *p)
{
	assert_int_equal(clients_init(&p->clients, 3), 0);
	for (int i = 0; i < 3; i++) {
		int fds[2];

		assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, fds), 0);
		p->fd[i] = fds[0];
		p->peer[i] = fds[1];
		p->client[i] = clients_add(&p->clients, fds[0], S(100) + S(0.1) * (uint64_t)i);
		assert_non_null(p->client[i]);
	}
	assert_int_equal(clients_room(&p->clients), 0);
	assert_null(clients_add(&p->clients, 0, S(101)));
}

static void empty(struct pair *p)
{
	for (int i = 0; i < 3; i++) {
		close(p->fd[i]);
		close(p->peer[i]);
	}
	clients_done(&p->clients);
}

static bool ended(const struct pair *p, int i)
{
	char c;

	return read(p->peer[i], &c, 1) == 0;
}

static void ends_what_lasts_too_long(void **state)
{
	struct pair p;

	(void)state;
	fill(&p);
	client_enter(p.client[1], CLIENT_ANSWERING, S(105));
	client_enter(p.client[2], CLIENT_IDLE, S(105));
	clients_sweep(&p.clients, S(100 + CLIENTS_NEW_S) - 1);
	assert_false(ended(&p, 0));
	clients_sweep(&p.clients, S(100 + CLIENTS_NEW_S));
	assert_true(ended(&p, 0));
	assert_false(ended(&p, 1));
	clients_sweep(&p.clients, S(105 + CLIENTS_ANSWERING_S));
	assert_true(ended(&p, 1));
	assert_false(ended(&p, 2));
	clients_sweep(&p.clients, S(105 + CLIENTS_IDLE_S));
	assert_true(ended(&p, 2));
	assert_int_equal(p.clients.ended, 3);
	empty(&p);
}

static void limits_are_waited_for(void **state)
{
	struct pair p;

	(void)state;
	fill(&p);
	assert_int_equal(clients_wait_ms(&p.clients, S(101)), 1000 * (CLIENTS_NEW_S - 1));
	assert_int_equal(clients_wait_ms(&p.clients, S(102) - 1), 1000 * (CLIENTS_NEW_S - 2) + 1);
	for (int i = 0; i < 3; i++)
		client_enter(p.client[i], CLIENT_IDLE, S(105));
	assert_int_equal(clients_wait_ms(&p.clients, S(105)), 1000 * CLIENTS_IDLE_S);
	assert_int_equal(clients_wait_ms(&p.clients, S(105 + CLIENTS_IDLE_S)), 0);
	client_enter(p.client[1], CLIENT_ANSWERING, S(105));
	assert_int_equal(clients_wait_ms(&p.clients, S(106)), 1000);
	client_enter(p.client[1], CLIENT_IDLE, S(110));
	/* It was shut down; the library closes it. */
	clients_sweep(&p.clients, S(105 + CLIENTS_IDLE_S));
	assert_int_equal(p.clients.ended, 2);
	assert_int_equal(clients_wait_ms(&p.clients, S(105 + CLIENTS_IDLE_S)), 1000);
	for (int i = 0; i < 3; i++)
		clients_remove(&p.clients, p.client[i]);
	assert_int_equal(clients_wait_ms(&p.clients, S(200)), -1);
	empty(&p);
}

static void the_oldest_makes_room(void **state)
{
	struct pair p;

	(void)state;
	fill(&p);
	clients_evict(&p.clients, S(100.9));
	assert_int_equal(p.clients.ended, 0); /* all are younger than CLIENTS_GRACE_S */
	client_enter(p.client[0], CLIENT_ANSWERING, S(101));
	clients_evict(&p.clients, S(101.5));
	assert_true(ended(&p, 1)); /* the oldest is being answered */
	clients_evict(&p.clients, S(103));
	assert_false(ended(&p, 2)); /* one is being closed already */
	clients_remove(&p.clients, p.client[1]);
	assert_int_equal(p.clients.ended, 0);
	assert_ptr_equal(clients_add(&p.clients, p.fd[1], S(103)), p.client[1]);
	clients_evict(&p.clients, S(103.1));
	assert_true(ended(&p, 2));
	empty(&p);
}

static void the_slowest_reader_makes_room(void **state)
{
	struct pair p;

	(void)state;
	fill(&p);
	client_enter(p.client[0], CLIENT_ANSWERING, S(102));
	client_enter(p.client[1], CLIENT_ANSWERING, S(101));
	client_enter(p.client[2], CLIENT_ANSWERING, S(103));
	clients_evict(&p.clients, S(101.9));
	assert_int_equal(p.clients.ended, 0);
	clients_evict(&p.clients, S(102));
	assert_true(ended(&p, 1));
	assert_false(ended(&p, 0));
	empty(&p);
}

/* It is shut down in the second round, unless the library has found another request. */
static void who_cannot_ask_any_more_ends(void **state)
{
	struct pair p;

	(void)state;
	fill(&p);
	assert_false(clients_sweep(&p.clients, S(101)));
	client_enter(p.client[1], CLIENT_ANSWERING, S(101));
	assert_int_equal(write(p.peer[2], "x", 1), 1);
	for (int i = 0; i < 3; i++)
		assert_int_equal(shutdown(p.peer[i], SHUT_WR), 0);
	assert_true(clients_sweep(&p.clients, S(101)));
	assert_int_equal(p.clients.ended, 0);
	client_enter(p.client[0], CLIENT_ANSWERING, S(101));
	assert_false(clients_sweep(&p.clients, S(101)));
	client_enter(p.client[0], CLIENT_IDLE, S(101));
	assert_true(clients_sweep(&p.clients, S(101)));
	assert_int_equal(p.clients.ended, 0);
	assert_false(clients_sweep(&p.clients, S(101)));
	assert_true(ended(&p, 0));
	assert_false(ended(&p, 1)); /* is being answered */
	assert_false(ended(&p, 2)); /* it has sent something that was not read yet */
	empty(&p);
}

static void readers_of_one_body_end(void **state)
{
	const char old, new;
	struct pair p;

	(void)state;
	fill(&p);
	for (int i = 0; i < 3; i++) {
		client_enter(p.client[i], CLIENT_ANSWERING, S(101) + S(0.3) * (uint64_t)i);
		p.client[i]->reading = i == 1 ? &new : &old;
	}
	clients_end_readers(&p.clients, NULL, S(109));
	clients_end_readers(&p.clients, &old, S(101.9));
	assert_int_equal(p.clients.ended, 0); /* no readers; all are younger than a second */
	clients_end_readers(&p.clients, &old, S(102));
	assert_true(ended(&p, 0));
	assert_false(ended(&p, 2));
	client_enter(p.client[2], CLIENT_IDLE, S(102.5)); /* has read it */
	clients_end_readers(&p.clients, &old, S(109));
	assert_false(ended(&p, 1));
	assert_false(ended(&p, 2));
	assert_int_equal(p.clients.ended, 1);
	empty(&p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ends_what_lasts_too_long),
		cmocka_unit_test(limits_are_waited_for),
		cmocka_unit_test(the_oldest_makes_room),
		cmocka_unit_test(the_slowest_reader_makes_room),
		cmocka_unit_test(who_cannot_ask_any_more_ends),
		cmocka_unit_test(readers_of_one_body_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
