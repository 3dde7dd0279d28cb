/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/* The open sources, and the choice among them. */

#include "source/source.h"

/* All that the source thread reads: the sources of drops, last the netlink listener. */
#define SOURCE_SET_MAX (SOURCES_MAX + 1)
#define SOURCE_WHY_MAX 1024

struct source_set {
	struct source *all[SOURCE_SET_MAX]; /* the first yields software drops */
	size_t n;
	char why[SOURCE_WHY_MAX];  /* a sentence: what was chosen, and why */
	char note[SOURCE_WHY_MAX]; /* what else could not be opened, and why; or empty */
};

/**
 * source_set_open() - open the configured source, or for "auto" the best that this kernel allows,
 * with hardware drops and the netlink listener next to it
 * @cfg: which source, and its settings
 * @ret: what was opened
 * @err: on failure, all that is missing and how to provide it
 *
 * Return: 0 or a negative errno. Thread: main.
 */
int source_set_open(const struct config_source *cfg, struct source_set *ret, struct err *err);

/** source_set_close() - close all of them; an all-zero set is fine. Thread: main. */
void source_set_close(struct source_set *set);
