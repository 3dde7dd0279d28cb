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

/**
 * config_keep_unchangeable() - on reload: give the keys that need a restart their old values
 * @next: the new configuration, not yet published
 * @current: the configuration in force
 * @name: called with each key that keeps its old value; may be NULL
 * @arg: for @name
 *
 * Return: how many keys keep their old value. Thread: main.
 */
size_t config_keep_unchangeable(struct config *next, const struct config *current,
				void (*name)(const char *key, void *arg), void *arg);
