/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/*
 * The embedded HTTP server on a thread of its own. It answers from the latest
 * snapshot and never waits for anybody.
 */

#include <stdatomic.h>

#include "base/cleanup.h"
#include "base/err.h"
#include "base/slot.h"
#include "config/config.h"

struct http;

struct http_ports {
	struct slot *snapshots; /* struct snapshot, in */
	struct slot *status;	/* struct status, in */
	atomic_ulong *beat;	/* incremented at least once a second */
	const int *listen_fds;	/* sockets handed over by systemd, or NULL: bind what cfg says;
				 * http_stop() closes them */
	size_t n_listen_fds;
	const char *revision; /* see struct metrics_input; outlives the server */
};

/**
 * http_bind() - make the listening sockets (before privileges are dropped)
 * http_start() - start the thread that serves
 *
 * They are two calls, so that an address in use is reported before anything is started.
 * Return: 0 or a negative errno, *err with the address at fault. Thread: main.
 */
int http_bind(const struct config_web *cfg, const struct http_ports *ports, struct http **ret,
	      struct err *err);
int http_start(struct http *http, struct err *err);

/**
 * http_note() - what was left out when binding, for the log; "" if nothing
 *
 * An address family that this machine does not have is left out as long as another address could
 * be bound: the default list holds [::1]. Thread: main.
 */
const char *http_note(const struct http *http);

/** http_address() - the i-th address as bound, "127.0.0.1:10059" (port 0 resolved), NULL past the
 * last. */
const char *http_address(const struct http *http, size_t i);

/**
 * http_stop() - end the thread, close everything, free
 * @http: may be NULL
 *
 * Return: NULL. Thread: main.
 */
struct http *http_stop(struct http *http);

DEFINE_CLEANUP(struct http *, http_stop);
