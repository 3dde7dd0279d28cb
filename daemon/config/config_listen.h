/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/*
 * The addresses to listen on, web.listen and --web.listen-address.
 */

#include <stddef.h>

#include "config/config.h"

/**
 * config_listen_add() - check one address and append it
 * @web: the list
 * @text: as address_parse() takes it
 * @len: its bytes
 *
 * An address that is listed already, or that a wildcard in the list covers, is refused.
 * Return: 0, or -EINVAL with the sentence in @err. Thread: main.
 */
int config_listen_add(struct config_web *web, const char *text, size_t len, struct err *err);

/**
 * config_listen_set() - replace all addresses by a comma-separated list
 * @web: unchanged on failure
 * @text: the list
 *
 * Return: 0, or -EINVAL with the sentence in @err. Thread: main.
 */
int config_listen_set(struct config_web *web, const char *text, struct err *err);
