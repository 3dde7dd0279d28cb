/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Every key of the configuration, as data. Rows of one section are adjacent, in the order of the
 * shipped file. A section (the part of a path before the dot) exists because a row names it.
 */
#include "config/config_schema.h"

#include <stdio.h>
#include <string.h>

#include "config/distance.h"

#define N(array) (sizeof(array) / sizeof((array)[0]))

static const struct config_word alert_modes[] = {
	{ "summary", ALERT_MODE_SUMMARY },
	{ "packet", ALERT_MODE_PACKET },
	{ NULL },
};
static const struct config_word hardware_words[] = {
	{ "auto", HARDWARE_AUTO },
	{ "true", HARDWARE_ON },
	{ "false", HARDWARE_OFF },
	{ NULL },
};
static const struct config_word speeds[] = {
	{ "fast", REPLAY_FAST },
	{ "recorded", REPLAY_RECORDED },
	{ NULL },
};
static const struct config_word entries[] = {
	{ "auto", MAX_ENTRIES_AUTO },
	{ NULL },
};
static const struct config_word labels[] = {
	{ "origin", LABEL_BIT(LABEL_ORIGIN) },
	{ "symbol", LABEL_BIT(LABEL_SYMBOL) },
	{ "reason", LABEL_BIT(LABEL_REASON) },
	{ "device", LABEL_BIT(LABEL_DEVICE) },
	{ "in_device", LABEL_BIT(LABEL_IN_DEVICE) },
	{ "protocol", LABEL_BIT(LABEL_PROTOCOL) },
	{ "transport", LABEL_BIT(LABEL_TRANSPORT) },
	{ "class", LABEL_BIT(LABEL_CLASS) },
	{ NULL },
};
static const struct config_word levels[] = {
	{ "error", LOG_LEVEL_ERROR },
	{ "warning", LOG_LEVEL_WARNING },
	{ "info", LOG_LEVEL_INFO },
	{ "debug", LOG_LEVEL_DEBUG },
	{ NULL },
};
static const struct config_word classes[] = {
	{ "expected", DROP_CLASS_EXPECTED },
	{ "suspect", DROP_CLASS_SUSPECT },
	{ NULL },
};
static const struct config_word origins[] = {
	{ "software", DROP_ORIGIN_SOFTWARE },
	{ "hardware", DROP_ORIGIN_HARDWARE },
	{ NULL },
};
static const struct config_word casts[] = {
	{ "multicast" },
	{ "broadcast" },
	{ "" }, /* neither, or unknown */
	{ NULL },
};
static const struct config_word units[] = {
	{ "rate", ALERT_PER_SECOND },
	{ "count", ALERT_COUNT },
	{ NULL },
};
static const struct config_word priorities[] = {
	/* syslog(3) */
	{ "emerg", 0 },	 { "alert", 1 }, { "crit", 2 },	 { "err", 3 }, { "warning", 4 },
	{ "notice", 5 }, { "info", 6 },	 { "debug", 7 }, { NULL },
};

/* Where a field is, and that it has the size that its type is written with. */
#define AT(type, field)                                                                            \
	.offset = offsetof(struct type, field), .size = sizeof(((struct type *)0)->field)
#define SPAN(type, first, last)                                                                    \
	.offset = offsetof(struct type, first), .size = offsetof(struct type, last) +              \
							sizeof(((struct type *)0)->last) -         \
							offsetof(struct type, first)

_Static_assert(sizeof(enum config_alert_mode) == sizeof(int), "CONFIG_WORD is stored as int");

static const struct config_key root_keys[] = {
	{ "source", CONFIG_SOURCE, SPAN(config, source.kind, source.replay.file) },

	{ "netdm.alert_mode", CONFIG_WORD, AT(config, source.netdm.alert_mode),
	  .words = alert_modes },
	{ "netdm.hardware", CONFIG_WORD, AT(config, source.netdm.hardware),
	  .words = hardware_words },
	/* NET_DM_ATTR_TRUNC_LEN: payload and attribute header share 16 bits of length. */
	{ "netdm.truncate_bytes", CONFIG_NUMBER, AT(config, source.netdm.truncate_bytes),
	  .max = 65527 },
	{ "netdm.queue_length", CONFIG_NUMBER, AT(config, source.netdm.queue_length), .min = 1,
	  .max = 1000000 },
	/* SO_RCVBUFFORCE takes an int and doubles it. */
	{ "netdm.receive_buffer_bytes", CONFIG_BYTES, AT(config, source.netdm.receive_buffer_bytes),
	  .min = 4096, .max = 1073741823 },

	{ "tracepoint.max_entries", CONFIG_NUMBER, AT(config, source.tracepoint.max_entries),
	  .min = MAX_ENTRIES_MIN, .max = 1048576, .words = entries },
	{ "tracepoint.interval_ms", CONFIG_NUMBER, AT(config, source.tracepoint.interval_ms),
	  .min = 10, .max = 10000 },

	{ "replay.speed", CONFIG_WORD, AT(config, source.replay.speed), .words = speeds },

	{ "ring.capacity", CONFIG_POWER_OF_2, AT(config, ring_capacity), .min = 64,
	  .max = 1048576 },

	{ "series.limit", CONFIG_NUMBER, AT(config, series.limit), .min = 1, .max = 1000000 },
	{ "series.labels", CONFIG_FLAGS, AT(config, series.labels), .words = labels },
	{ "series.windows", CONFIG_WINDOWS, SPAN(config, series.windows_s, series.n_windows),
	  .min = 1, .max = 3600 },
	{ "series.windows_top", CONFIG_NUMBER, AT(config, series.windows_top), .max = 1000 },
	{ "series.tick", CONFIG_MS, AT(config, series.tick_ms), .min = 100, .max = 10000 },
	{ "series.retire_after", CONFIG_SECONDS, AT(config, series.retire_after_s), .max = 604800 },
	{ "series.retire_idle", CONFIG_SECONDS, AT(config, series.retire_idle_s), .max = 604800 },

	{ "symbols.kallsyms", CONFIG_TEXT, AT(config, symbols.kallsyms), .min = 1 },
	{ "symbols.system_map", CONFIG_TEXT, AT(config, symbols.system_map) },

	{ "web.listen", CONFIG_LISTEN, SPAN(config, web.listen, web.n_listen) },
	{ "web.max_connections", CONFIG_NUMBER, AT(config, web.max_connections), .min = 1,
	  .max = 1024 },

	{ "ledger.enabled", CONFIG_BOOL, AT(config, ledger.enabled), .live = true },
	{ "ledger.interval", CONFIG_SECONDS, AT(config, ledger.interval_s), .live = true, .min = 5,
	  .max = 600 },
	{ "ledger.canary", CONFIG_SECONDS, AT(config, ledger.canary_s), .live = true, .max = 600 },

	{ "log.level", CONFIG_WORD, AT(config, log_level), .live = true, .words = levels },

	{ "classes.shipped", CONFIG_BOOL, AT(config, shipped_classes), .live = true },
	{ "classes.rules", CONFIG_CLASSES, SPAN(config, classes, n_classes), .live = true },

	{ "alerts", CONFIG_ALERTS, SPAN(config, alerts, n_alerts), .live = true },
};

static const struct config_key class_keys[] = {
	{ "match", CONFIG_MATCH, AT(config_class, match), .required = true },
	{ "class", CONFIG_WORD, AT(config_class, drop_class), .required = true, .words = classes },
	{ "why", CONFIG_TEXT, AT(config_class, why) },
};

static const struct config_key alert_keys[] = {
	{ "name", CONFIG_NAME, AT(config_alert, name), .required = true },
	{ "match", CONFIG_MATCHES, SPAN(config_alert, matches, n_matches) },
	{ "counter", CONFIG_COUNTER, .offset = offsetof(struct config_alert, counter),
	  .size = sizeof(struct counter *) },
	{ "unit", CONFIG_WORD, AT(config_alert, unit), .words = units },
	{ "raise", CONFIG_REAL, AT(config_alert, raise), .required = true },
	{ "clear", CONFIG_REAL, AT(config_alert, clear) },
	{ "window", CONFIG_SECONDS, AT(config_alert, window_s), .min = 1, .max = 3600 },
	{ "for", CONFIG_SECONDS, AT(config_alert, for_s), .max = 86400 },
	{ "repeat", CONFIG_SECONDS, AT(config_alert, repeat_s), .max = 604800 },
	{ "priority", CONFIG_WORD, AT(config_alert, priority), .words = priorities },
	{ "hint", CONFIG_TEXT, AT(config_alert, hint) },
};

static const struct config_key match_keys[] = {
	{ "origin", CONFIG_GLOBS, AT(config_match, globs[LABEL_ORIGIN]), .words = origins },
	{ "symbol", CONFIG_GLOBS, AT(config_match, globs[LABEL_SYMBOL]) },
	{ "reason", CONFIG_GLOBS, AT(config_match, globs[LABEL_REASON]),
	  .prefix = "SKB_DROP_REASON_" },
	{ "device", CONFIG_GLOBS, AT(config_match, globs[LABEL_DEVICE]) },
	{ "in_device", CONFIG_GLOBS, AT(config_match, globs[LABEL_IN_DEVICE]) },
	{ "protocol", CONFIG_GLOBS, AT(config_match, globs[LABEL_PROTOCOL]) },
	{ "transport", CONFIG_GLOBS, AT(config_match, globs[LABEL_TRANSPORT]) },
	{ "class", CONFIG_GLOBS, AT(config_match, globs[LABEL_CLASS]), .words = classes },
	{ "cast", CONFIG_GLOBS, AT(config_match, cast), .words = casts },
};

_Static_assert(N(root_keys) <= CONFIG_KEYS_MAX, "raise CONFIG_KEYS_MAX");

const struct config_table config_root = { root_keys, N(root_keys) };
const struct config_table config_class_table = { class_keys, N(class_keys) };
const struct config_table config_alert_table = { alert_keys, N(alert_keys) };
const struct config_table config_match_table = { match_keys, N(match_keys) };

/* The part of a path that stands in this section, NULL if the path is elsewhere. */
static const char *below(const char *path, const char *section)
{
	size_t n = strlen(section);

	if (n > 0 && (strncmp(path, section, n) != 0 || path[n] != '.'))
		return NULL;
	return &path[n > 0 ? n + 1 : 0];
}

/* A key of another section with this name, or one that differs in one letter. */
static const char *elsewhere(const struct config_table *table, const char *word, size_t len)
{
	for (size_t i = 0; i < table->n; i++) {
		const char *dot = strchr(table->keys[i].path, '.');

		if (dot && config_distance(word, len, dot + 1, strlen(dot + 1)) <= 1)
			return table->keys[i].path;
	}
	return NULL;
}

bool config_key_nearest(const struct config_table *table, const char *section, const char *word,
			char *buf, size_t size)
{
	const char *best = NULL, *other = elsewhere(table, word, strlen(word));
	struct config_nearest nearest = config_nearest(word, strlen(word));
	size_t best_len = 0;

	for (size_t i = 0; i < table->n; i++) {
		const char *known = below(table->keys[i].path, section);
		size_t len = known ? strcspn(known, ".") : 0; /* a key, or a section's name */

		if (known && config_is_nearer(&nearest, known, len)) {
			best = known;
			best_len = len;
		}
	}
	if (nearest.distance > 1 && other) {
		best = other;
		best_len = strlen(best);
	}
	if (best)
		snprintf(buf, size, "%.*s", (int)best_len, best);
	return best;
}
