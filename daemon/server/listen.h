/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/*
 * Listening sockets: bound here, by numeric address, or taken over from systemd.
 */

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "config/config.h"

/* "[IPv6 with a zone]:65535", or the path of a Unix socket. */
#define LISTEN_ADDRESS_MAX 128

struct listen_socket {
	int fd;				  /* nonblocking, close-on-exec */
	char address[LISTEN_ADDRESS_MAX]; /* as bound, port 0 resolved */
};

struct listeners {
	struct listen_socket sockets[CONFIG_LISTEN_MAX];
	size_t n;
	char note[256]; /* which address was left out, and why; "" if none */
};

/**
 * listen_open_all() - bind every configured address
 * @cfg: the addresses
 * @ret: filled on success only
 * @err: one sentence with the address at fault
 *
 * An address whose family this machine does not have is left out, with a note, as long as another
 * one can be bound: the default list holds [::1].
 *
 * Return: 0 or a negative errno, and then nothing is left open. Thread: main.
 */
int listen_open_all(const struct config_web *cfg, struct listeners *ret, struct err *err);

/**
 * listen_adopt_all() - take over the sockets that the service manager bound
 * @fds: they become @ret's on success only
 * @n: how many
 *
 * Return: 0 or a negative errno. Thread: main.
 */
int listen_adopt_all(const int *fds, size_t n, struct listeners *ret, struct err *err);

/** listen_close_all() - close them; all zero is fine. Thread: main. */
void listen_close_all(struct listeners *l);

/**
 * listen_open() - bind and listen
 * @address: "ADDRESS:PORT" or "[ADDRESS]:PORT", numeric
 * @ret: filled on success only
 * @err: one sentence with the address
 *
 * An IPv6 socket takes IPv6 only, so that 0.0.0.0 and [::] can be bound side by side.
 *
 * Return: 0 or a negative errno.
 * Errors: -EADDRINUSE; -EAFNOSUPPORT: this kernel does not have the address's family, or has it
 * switched off.
 * Thread: main.
 */
int listen_open(const char *address, struct listen_socket *ret, struct err *err);

/**
 * listen_adopt() - take over a socket that somebody else bound
 * @fd: becomes @ret's on success only
 * @ret: filled on success only
 * @err: one sentence
 *
 * Return: 0, -EINVAL if it is no listening stream socket, or another negative errno.
 * Thread: main.
 */
int listen_adopt(int fd, struct listen_socket *ret, struct err *err);

/** listen_is_loopback() - was this connected socket reached at a loopback address? Thread: any. */
bool listen_is_loopback(int fd);
