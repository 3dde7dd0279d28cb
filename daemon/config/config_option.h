/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/*
 * The keys that are options of the command line as well: source, --source, and web.listen,
 * --web.listen-address.
 */

#include "config/config.h"

/**
 * config_source_parse() - choose the source
 * @source: its kind and its file are set; unchanged on failure
 * @text: "auto", "netdm", "tracepoint" or "replay:FILE"
 *
 * Return: 0, or -EINVAL with the sentence in @err. Thread: main.
 */
int config_source_parse(struct config_source *source, const char *text, struct err *err);

/** config_source_word() - the word for a kind of source; "replay:" lacks its file. Thread: any. */
const char *config_source_word(enum config_source_kind kind);

/**
 * config_listen_add() - check one address and append it
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
 *
 * Return: 0, or -EINVAL with the sentence in @err. Thread: main.
 */
int config_listen_set(struct config_web *web, const char *text, struct err *err);
