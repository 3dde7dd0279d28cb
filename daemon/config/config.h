/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/*
 * Everything that can be configured, as one plain struct: defaults, limits, and
 * what needs a restart. A struct config is immutable once published, and
 * travels in a slot.
 */

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/counter.h"
#include "base/err.h"
#include "base/label.h"
#include "base/log.h"
#include "base/slot.h"

#define CONFIG_NAME_MAX	   64  /* names of rules and label globs, with the NUL */
#define CONFIG_TEXT_MAX	   256 /* hints and reasons why, with the NUL */
#define CONFIG_WINDOWS_MAX 4
#define CONFIG_LISTEN_MAX  8
#define CONFIG_ALERTS_MAX  64
#define CONFIG_CLASSES_MAX 256
#define CONFIG_GLOBS_MAX   32 /* globs in one field of a match */
#define CONFIG_MATCHES_MAX 8  /* matches of one alert rule */

enum config_source_kind { SOURCE_AUTO, SOURCE_NETDM, SOURCE_TRACEPOINT, SOURCE_REPLAY };
/* Their names: in the configuration, in the label "source", in the log. */
#define SOURCE_NAME_NETDM      "netdm"
#define SOURCE_NAME_TRACEPOINT "tracepoint"
#define SOURCE_NAME_REPLAY     "replay"
enum config_alert_mode { ALERT_MODE_SUMMARY, ALERT_MODE_PACKET }; /* NET_DM_ALERT_MODE_* */
enum config_hardware { HARDWARE_OFF, HARDWARE_ON, HARDWARE_AUTO };
enum config_replay_speed { REPLAY_FAST, REPLAY_RECORDED };

/* The labels that tell series of dropwatch_drops_total apart, unless configured otherwise. */
#define LABELS_DEFAULT (LABELS_ALL & ~LABEL_BIT(LABEL_IN_DEVICE))

struct config_netdm {
	enum config_alert_mode alert_mode;
	enum config_hardware hardware; /* monitor hardware drops; auto: if devlink offers traps */
	bool hardware_only;	       /* no key: another source counts software drops */
	uint32_t truncate_bytes;       /* of each packet in packet mode; 0 = whole packets */
	uint32_t queue_length;	       /* packet mode: packets per CPU in the kernel's queue */
	uint32_t receive_buffer_bytes;
	const char *mark_dir; /* no key: where netdm_mark_set() leaves its mark, or NULL */
};

#define MAX_ENTRIES_AUTO    0 /* MAX_ENTRIES_DEFAULT, or fewer without memory */
#define MAX_ENTRIES_DEFAULT 8192
#define MAX_ENTRIES_MIN	    64

struct config_tracepoint {
	uint32_t max_entries; /* distinct drop points, reasons, devices, protocols in the map */
	uint32_t interval_ms; /* between two looks into the map */
	bool need_reasons;    /* no key: refuse a kernel that reports no reasons */
};

struct config_replay {
	char file[PATH_MAX];
	enum config_replay_speed speed;
};

struct config_source {
	enum config_source_kind kind;
	struct config_replay replay; /* its file follows the kind: they are one key */
	struct config_netdm netdm;
	struct config_tracepoint tracepoint;
};

struct config_series {
	uint32_t limit;	     /* label sets; further ones are folded into "other" */
	unsigned int labels; /* LABEL_BIT()s */
	uint32_t windows_s[CONFIG_WINDOWS_MAX];
	size_t n_windows;
	uint32_t windows_top;	 /* the busiest symbols that windows are shown of */
	uint32_t tick_ms;	 /* between two snapshots */
	uint32_t retire_after_s; /* after its device is gone; 0 = never */
	uint32_t retire_idle_s;	 /* without a drop, while the table is nearly full; 0 = never */
};

struct config_symbols {
	char kallsyms[PATH_MAX];   /* this file, or a recording's own table */
	char system_map[PATH_MAX]; /* fallback; "" = /boot/System.map-RELEASE */
};

struct config_web {
	char listen[CONFIG_LISTEN_MAX][CONFIG_NAME_MAX]; /* "127.0.0.1:10059", "[::1]:10059" */
	size_t n_listen;
	uint32_t max_connections;
};

/*
 * Globs over the labels; all fields must fit. A field is NULL, which fits anything, or holds one
 * glob a line (newlines between them), of which one must fit. An unknown label is "": the glob ""
 * fits only that, and "?*" anything but that. The texts belong to the config (config_own_text()).
 */
struct config_match {
	const char *globs[LABELS];
	const char *cast; /* "multicast" or "broadcast"; no label, so for classes only */
};

/* One noise rule: the first that matches determines the class. */
struct config_class {
	struct config_match match;  /* its LABEL_CLASS is NULL */
	enum drop_class drop_class; /* of the drops that match */
	char why[CONFIG_TEXT_MAX];
	unsigned int line; /* of the file, where the rule begins */
};

/* The kernel's counters next to ours. */
struct config_ledger {
	bool enabled;
	uint32_t interval_s; /* between two readings of the kernel's counters */
	uint32_t canary_s;   /* between two datagrams that the kernel drops; 0: none are sent */
};

enum config_alert_unit { ALERT_PER_SECOND, ALERT_COUNT };

#define CONFIG_COUNTER_WINDOW_MIN 30 /* s; the kernel's counters are read every 15 s */

struct config_alert {
	char name[CONFIG_NAME_MAX];
	struct config_match matches[CONFIG_MATCHES_MAX]; /* any of them */
	size_t n_matches;				 /* 0 = every drop */
	const struct counter *counter; /* of the kernel, in place of drops; NULL = none */
	enum config_alert_unit unit;   /* "rate" or "count" */
	double raise;		       /* raised at this value or more … */
	double clear;		       /* … and cleared below this one (<= raise) */
	uint32_t window_s;	       /* the rolling span that the value is taken over */
	uint32_t for_s;		       /* raised after it has been at the limit for this long */
	uint32_t repeat_s;	       /* repeated in this interval while raised; 0 = never */
	int priority;		       /* syslog(3), 0 to 7 */
	char hint[CONFIG_TEXT_MAX];
	unsigned int line; /* of the file, where the rule begins */
};

struct config {
	struct slot_value value; /* refcount */
	char path[PATH_MAX];	 /* the file it came from, to be shown; "" = defaults only */
	uint64_t loaded_ns;	 /* CLOCK_REALTIME when it was parsed */
	struct config_source source;
	uint32_t ring_capacity; /* events, a power of two */
	struct config_series series;
	struct config_symbols symbols;
	struct config_web web;
	struct config_ledger ledger;
	enum log_level log_level;
	bool shipped_classes;	      /* the rules of conf/classes.yaml come after the user's own */
	struct config_class *classes; /* the user's, then the shipped ones; the first fit counts */
	size_t n_classes;
	size_t n_own_classes; /* of them, the user's */
	struct config_alert *alerts;
	size_t n_alerts;
	struct config_text *texts; /* what the matches point into */
};

/**
 * config_new() - the defaults without any class rule; config_load() adds the shipped ones
 *
 * Return: a config that its one owner may still change, NULL when out of memory. Thread: any.
 */
struct config *config_new(void);

/**
 * config_own_text() - copy a text that lives as long as the config
 * @c: still private
 * @text: bytes
 * @len: how many
 *
 * Return: the copy, terminated; NULL when out of memory. Thread: the owner of @c.
 */
const char *config_own_text(struct config *c, const char *text, size_t len);

/** config_globs_fit() - does one field of a match fit a text? Thread: any; pure. */
bool config_globs_fit(const char *globs, const char *text);

/**
 * config_match_fits() - does a match fit a drop?
 * @labels: the texts of the labels; unknown ones are ""
 * @cast: "multicast" or "broadcast" if the packet is one, else ""
 *
 * Return: whether every field fits. Thread: any; pure.
 */
bool config_match_fits(const struct config_match *m, const char *const labels[LABELS],
		       const char *cast);

/** config_match_same() - are two matches the same? Thread: any; pure. */
bool config_match_same(const struct config_match *a, const struct config_match *b);

DEFINE_SLOT_VALUE(config);
