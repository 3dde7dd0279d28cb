/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/*
 * A configuration as YAML: what config_parse() reads, written.
 */

#include <stdio.h>

#include "config/config.h"
#include "config/config_schema.h"

/**
 * config_print() - write every key with its value, and whether a reload applies it
 * @c: a configuration; its shipped classes are represented by classes.shipped
 * @f: the text can be loaded again and gives the same configuration
 *
 * Thread: any.
 */
void config_print(const struct config *c, FILE *f);

/**
 * config_print_value() - write the value of one key
 * @key: not a list of rules
 * @base: the struct that the key's offset refers to
 * @f: one line of YAML, without a newline
 *
 * Thread: any.
 */
void config_print_value(const struct config_key *key, const void *base, FILE *f);

/**
 * config_print_rule() - write one rule as an item of a list
 * @table: config_class_table or config_alert_table
 * @rule: such a rule
 * @indent: columns before the dash
 * @f: whole lines of YAML
 *
 * Thread: any.
 */
void config_print_rule(const struct config_table *table, const void *rule, int indent, FILE *f);
