/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/*
 * What --check-config has to say of a configuration without errors.
 */

#include "config/config.h"

/**
 * check_rules() - print to the standard error which rules cannot fire as they are
 * @c: as it would be in force
 *
 * Reads the names of drop reasons from the running kernel, if it offers them (BTF).
 *
 * Return: how many warnings. Thread: main.
 */
size_t check_rules(const struct config *c);
