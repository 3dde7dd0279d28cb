/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The real HTTP server over snapshots made by hand, for tests and benchmarks.
 *
 * usage: serve [-l ADDRESS:PORT]... [-f DESCRIPTOR]... [-c CONNECTIONS] [-n SERIES] [-t TICK_MS]
 *        [-x WHAT]
 *
 * WHAT is "empty" (no snapshot) or "down" (the source is in trouble). Prints each address it
 * listens on, then "serving"; ends when its input does, and prints "stopped".
 */
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../unit/expose/world.h"
#include "../unit/expose/world_ledger.h"
#include "base/clock.h"
#include "expose/routes.h"
#include "server/http.h"

struct options {
	struct config_web web;
	int fds[CONFIG_LISTEN_MAX]; /* passed, as by systemd */
	size_t n_fds;
	size_t series;
	int tick_ms;
	const char *what;
};

static struct options parse(int argc, char **argv)
{
	struct options o = { .web.max_connections = 64, .tick_ms = 1000, .what = "" };
	int c;

	while ((c = getopt(argc, argv, "l:f:c:n:t:x:")) != -1) {
		if (c == 'l' && o.web.n_listen < CONFIG_LISTEN_MAX)
			snprintf(o.web.listen[o.web.n_listen++], CONFIG_NAME_MAX, "%s", optarg);
		else if (c == 'f' && o.n_fds < CONFIG_LISTEN_MAX)
			o.fds[o.n_fds++] = (int)strtol(optarg, NULL, 10);
		else if (c == 'c')
			o.web.max_connections = (uint32_t)strtoul(optarg, NULL, 10);
		else if (c == 'n')
			o.series = strtoul(optarg, NULL, 10);
		else if (c == 't')
			o.tick_ms = (int)strtol(optarg, NULL, 10);
		else if (c == 'x')
			o.what = optarg;
		else
			exit(2);
	}
	if (!o.web.n_listen)
		strcpy(o.web.listen[o.web.n_listen++], "127.0.0.1:0");
	return o;
}

static struct snapshot *next_snapshot(const struct options *o, const struct snapshot *before)
{
	struct snapshot *s = strcmp(o->what, "empty") == 0 ? snapshot_new(0, 0)
			     : o->series		   ? world_large(o->series, before)
							   : world_small();

	s->time_ns = clock_realtime_ns();
	if (strcmp(o->what, "down") == 0) {
		s->health.sources[0].up = false;
		strcpy(s->health.sources[0].trouble, "the drop monitor is held by another program");
	}
	return s;
}

/* Publish a new snapshot each tick until the input ends. */
static void tick(const struct options *o, struct slot *snapshots)
{
	struct pollfd in = { .fd = STDIN_FILENO, .events = POLLIN };

	while (poll(&in, 1, o->tick_ms) == 0) {
		cleanup(snapshot_unrefp) struct snapshot *before = snapshot_get(snapshots);

		slot_publish(snapshots, &next_snapshot(o, before)->value);
	}
}

int main(int argc, char **argv)
{
	struct options o = parse(argc, argv);
	struct slot snapshots, status, ledger;
	atomic_ulong beat = 0;
	struct routes routes;
	struct http_ports ports = { .content = &routes.content,
				    .beat = &beat,
				    .listen_fds = o.fds,
				    .n_listen_fds = o.n_fds };
	struct http *http = NULL;
	struct err err = { 0 };

	slot_init(&snapshots);
	slot_init(&status);
	slot_init(&ledger);
	routes_init(&routes, &snapshots, &status, &ledger, NULL);
	slot_publish(&status, &world_status()->value);
	slot_publish(&snapshots, &next_snapshot(&o, NULL)->value);
	slot_publish(&ledger, &world_ledger()->value);
	if (http_bind(&o.web, &ports, &http, &err) < 0 || http_start(http, &err) < 0) {
		fprintf(stderr, "%s\n", err.text);
		http_stop(http);
		slot_done(&snapshots);
		slot_done(&status);
		slot_done(&ledger);
		return 1;
	}
	if (http_note(http)[0])
		printf("note: %s\n", http_note(http));
	for (size_t i = 0; http_address(http, i); i++)
		printf("%s\n", http_address(http, i));
	puts("serving");
	fflush(stdout);
	tick(&o, &snapshots);
	http_stop(http);
	slot_done(&snapshots);
	slot_done(&status);
	slot_done(&ledger);
	printf("stopped after %lu beats\n", atomic_load(&beat));
	return 0;
}
