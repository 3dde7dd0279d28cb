/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/*
 * The differences between two configurations, for the log, and what a reload keeps.
 */

#include "config/config.h"

/**
 * config_differences() - report each key and each rule that differs
 * @before: one configuration
 * @now: the other
 * @report: called with a sentence for each difference
 *
 * Thread: any; pure except for @report.
 */
void config_differences(const struct config *before, const struct config *now,
			void (*report)(const char *sentence, void *arg), void *arg);

/**
 * config_keep_unchangeable() - on reload: give the keys that need a restart their old values
 * @next: the new configuration, not yet published
 * @current: the configuration in force
 * @name: called with each key that keeps its old value
 *
 * Thread: main.
 */
void config_keep_unchangeable(struct config *next, const struct config *current,
			      void (*name)(const char *key, void *arg), void *arg);
