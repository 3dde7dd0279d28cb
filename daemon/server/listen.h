/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/*
 * Listening sockets: opened here, at numeric addresses, or passed by systemd.
 */

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "config/config.h"

/* "[IPv6 with a zone]:65535", or the path of a Unix socket. */
#define LISTEN_ADDRESS_MAX 128

struct listen_socket {
	int fd;				  /* nonblocking, close-on-exec */
	char address[LISTEN_ADDRESS_MAX]; /* with the port in use if 0 was configured */
};

struct listeners {
	struct listen_socket sockets[CONFIG_LISTEN_MAX];
	size_t n;
	char note[256]; /* which address was skipped, and why; "" if none was */
};

/**
 * listen_open_all() - listen on every configured address
 * @cfg: the addresses
 * @err: one sentence with the address that failed
 *
 * An address of a family that this machine does not support is skipped, with a note, if another
 * address can be used: the default addresses include [::1].
 *
 * Return: 0; or a negative errno, and no socket stays open. Thread: main.
 */
int listen_open_all(const struct config_web *cfg, struct listeners *ret, struct err *err);

/**
 * listen_adopt_all() - take over the sockets passed by the service manager
 * @fds: owned by @ret on success only
 * @n: number of sockets
 *
 * Return: 0 or a negative errno. Thread: main.
 */
int listen_adopt_all(const int *fds, size_t n, struct listeners *ret, struct err *err);

/** listen_close_all() - close all sockets; @l may be all zero. Thread: main. */
void listen_close_all(struct listeners *l);

/** listen_is_loopback() - did the client connect to a loopback address? Thread: any. */
bool listen_is_loopback(int fd);
