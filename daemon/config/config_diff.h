/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/*
 * What one configuration says differently from another, in sentences for whoever debugs.
 */

#include "config/config.h"

/**
 * config_differences() - tell each key and each rule that differs
 * @before: one configuration
 * @now: the other
 * @tell: called with a sentence for each difference
 * @arg: for @tell
 *
 * Return: how many there are. Thread: any; pure but for @tell.
 */
size_t config_differences(const struct config *before, const struct config *now,
			  void (*tell)(const char *sentence, void *arg), void *arg);
