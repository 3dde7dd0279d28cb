/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/*
 * Alert rules that ask for a label which series.labels leaves out, or which the source does not
 * know: they would stay silent for ever, or take every drop for a suspect one, and nobody would
 * know why.
 */

#include <stddef.h>

#include "config/config.h"

/**
 * blind_rules() - find them
 * @c: as it is in force
 * @say: called with one sentence for each rule and label
 * @arg: for @say
 *
 * A rule that has a match for where the label is unknown (reason: "") is in order.
 *
 * Return: how many sentences. Thread: any; pure.
 */
size_t blind_rules(const struct config *c, void (*say)(const char *sentence, void *arg), void *arg);
