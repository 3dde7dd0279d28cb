/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/*
 * Rules that ask for values which no drop on this machine has: mistyped ones, and those of other
 * kernels. They would never fire, and nobody would know why.
 */

#include <stddef.h>

#include "config/config.h"

#define CONFIG_VALUE_MAX CONFIG_NAME_MAX

/* The values that a label can have on this machine. */
struct config_values {
	enum label label; /* LABEL_REASON, LABEL_PROTOCOL or LABEL_TRANSPORT */
	/* The value at a place, "" for a gap; NULL after the last. */
	const char *(*at)(const void *arg, size_t place, char buf[CONFIG_VALUE_MAX]);
	const void *arg;
};

/**
 * config_values_check() - find such rules
 * @c: as it is in force; the shipped classes are not looked at
 * @values: the labels to check
 * @n: how many
 * @say: called with one sentence for each value, or each rule
 * @arg: for @say
 *
 * A value that no kernel has is always told, with the nearest one that there is. A reason of
 * another kernel is told only if the rule cannot fire without it. Names in lower case may be trap
 * groups of a device, which are not known here.
 *
 * Return: how many sentences. Thread: any; pure.
 */
size_t config_values_check(const struct config *c, const struct config_values *values, size_t n,
			   void (*say)(const char *sentence, void *arg), void *arg);
