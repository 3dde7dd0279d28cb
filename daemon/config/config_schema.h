/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/*
 * The one table of every key that a configuration may hold. The parser, the
 * reload and the tests of the shipped file walk it, so that a new key is one row.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "config/config.h"

enum config_type {
	CONFIG_BOOL,	   /* bool */
	CONFIG_NUMBER,	   /* uint32_t; or one of .words, if there are any */
	CONFIG_POWER_OF_2, /* uint32_t */
	CONFIG_BYTES,	   /* uint32_t; 64MiB */
	CONFIG_SECONDS,	   /* uint32_t; 5m */
	CONFIG_MS,	   /* uint32_t; 250ms */
	CONFIG_REAL,	   /* double, CONFIG_REAL_MIN to CONFIG_REAL_MAX */
	CONFIG_WORD,	   /* an enum, one of .words */
	CONFIG_FLAGS,	   /* an enum of bits, a list of .words */
	CONFIG_TEXT,	   /* char[.size] */
	CONFIG_NAME,	   /* char[.size]; letters, digits, "-", "_", "." */
	CONFIG_GLOBS,	   /* const char *, see struct config_match; one text or a list */
	CONFIG_SOURCE,	   /* config.source: kind and file */
	CONFIG_LISTEN,	   /* config_web.listen and n_listen */
	CONFIG_WINDOWS,	   /* config_series.windows_s and n_windows */
	CONFIG_MATCH,	   /* struct config_match */
	CONFIG_MATCHES,	   /* config_alert.matches and n_matches; one match or a list */
	CONFIG_COUNTER,	   /* const struct counter * */
	CONFIG_CLASSES,	   /* config.classes and n_classes */
	CONFIG_ALERTS,	   /* config.alerts and n_alerts */
};

#define CONFIG_KEYS_MAX 64 /* rows of a table */
#define CONFIG_REAL_MIN 1e-15
#define CONFIG_REAL_MAX 1e12

struct config_word {
	const char *word; /* NULL ends a list */
	int value;
};

struct config_key {
	const char *path; /* dotted, below the table's root */
	enum config_type type;
	bool live;     /* a reload applies it; else it needs a restart */
	bool required; /* in a rule */
	size_t offset; /* into the table's struct */
	size_t size;   /* bytes there, for comparing and copying */
	uint32_t min, max;
	const struct config_word *words; /* CONFIG_GLOBS: all that there is to fit */
	const char *prefix;		 /* CONFIG_GLOBS: left out in front of a value */
};

struct config_table {
	const struct config_key *keys;
	size_t n;
};

/* A whole file; one rule of classes.rules; one rule of alerts; one match. */
extern const struct config_table config_root;
extern const struct config_table config_class_table;
extern const struct config_table config_alert_table;
extern const struct config_table config_match_table;

/**
 * config_key_nearest() - the known key that somebody may have meant
 * @table: where to look
 * @section: the dotted path of the mapping that the word stood in, "" at the root
 * @word: what was written there
 *
 * @buf: for the key: its last part if it belongs to this section, else its whole path
 * @size: bytes at @buf
 *
 * Return: whether one is near; @buf is written only then. Thread: any; pure.
 */
bool config_key_nearest(const struct config_table *table, const char *section, const char *word,
			char *buf, size_t size);
