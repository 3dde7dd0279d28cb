/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/*
 * The embedded HTTP server, on its own thread. It never waits for another thread.
 */

#include <stdatomic.h>

#include "base/cleanup.h"
#include "base/err.h"
#include "config/config.h"
#include "server/content.h"

struct http;

struct http_ports {
	const struct content *content; /* what to serve; outlives the server */
	atomic_ulong *beat;	       /* of this thread */
	const int *listen_fds; /* sockets passed by systemd, or NULL: bind the configured addresses;
				* http_stop() closes them */
	size_t n_listen_fds;
};

/**
 * http_bind() - open the listening sockets, before privileges are dropped
 * http_start() - start the thread
 *
 * These are two calls so that an address that is in use is reported before any thread starts.
 *
 * Return: 0 or a negative errno, and *err names the address. Thread: main.
 */
int http_bind(const struct config_web *cfg, const struct http_ports *ports, struct http **ret,
	      struct err *err);
int http_start(struct http *http, struct err *err);

/** http_note() - see struct listeners. Thread: main. */
const char *http_note(const struct http *http);

/**
 * http_address() - an address that the server listens on
 * @i: which one, from 0
 *
 * Return: "127.0.0.1:10059", with the port in use if 0 was configured; NULL after the last one.
 * Thread: main.
 */
const char *http_address(const struct http *http, size_t i);

/**
 * http_stop() - stop the thread, close all sockets, free
 * @http: may be NULL
 *
 * Return: NULL. Thread: main.
 */
struct http *http_stop(struct http *http);

DEFINE_CLEANUP(struct http *, http_stop);
