/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/*
 * The warnings of --check-config about a valid configuration.
 */

#include "config/config.h"

/**
 * check_rules() - print to standard error which rules cannot fire
 *
 * Reads the names of drop reasons from the running kernel, if it offers them (BTF).
 *
 * Return: the number of warnings. Thread: main.
 */
size_t check_rules(const struct config *c);
