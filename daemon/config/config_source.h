/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/*
 * The key "source" and the option --source: "auto", "netdm", "tracepoint" or "replay:FILE".
 */

#include "config/config.h"

/**
 * config_source_parse() - choose the source
 * @source: its kind and its file are set; unchanged on failure
 * @text: one of the words above
 *
 * Return: 0, or -EINVAL with the sentence in @err. Thread: main.
 */
int config_source_parse(struct config_source *source, const char *text, struct err *err);

/** config_source_word() - the word for a kind of source; "replay:" lacks its file. Thread: any. */
const char *config_source_word(enum config_source_kind kind);
