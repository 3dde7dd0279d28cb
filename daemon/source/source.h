/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/*
 * The interface of a source. A source has no callback, no thread and no ring: its owner polls its
 * descriptor and reads, so a test can drive it by hand.
 */

#include <stddef.h>
#include <stdint.h>

#include "base/cleanup.h"
#include "base/err.h"
#include "config/config.h"
#include "source/drop_event.h"
#include "source/source_stats.h"

/* read() gets room for at least this many events: one whole summary message. */
#define SOURCE_READ_MIN 64

struct source;

struct source_ops {
	const char *name;   /* the word used in the configuration and in the label "source" */
	bool keeps;	    /* what is not read now is not lost: the loop waits for the ring */
	uint32_t upkeep_ms; /* read() is also due this often if fd() is not readable; 0: never */

	/* Open and start. Main thread, with all privileges. On failure, *err says what is missing
	 * and how to provide it. */
	int (*open)(const struct config_source *cfg, struct source **ret, struct err *err);

	/* Poll this for POLLIN. */
	int (*fd)(const struct source *s);

	/*
	 * Return how many events were written to ev; 0 = none now, and the next call reports
	 * what has happened by then; -ENODATA = the end (replay); any other negative errno =
	 * broken for good. Called when fd() is readable and every upkeep_ms, for health
	 * checks. Source thread. Never blocks.
	 */
	int (*read)(struct source *s, struct drop_event *ev, size_t n);

	/* Totals since open; NULL: it yields no drops. Source thread. Makes no system call. */
	void (*stats)(struct source *s, struct source_stats *ret);

	/* Stop what we started, free. NULL is fine. Main thread, after the source thread ended. */
	struct source *(*close)(struct source *s);
};

/* Every source embeds this first. */
struct source {
	const struct source_ops *ops; /* immutable */
};

extern const struct source_ops netdm_ops;
extern const struct source_ops tracepoint_ops; /* without libbpf, its open() fails */
extern const struct source_ops replay_ops;

/** source_close() - close any source; NULL is fine. Return: NULL. Thread: main. */
static inline struct source *source_close(struct source *s)
{
	return s ? s->ops->close(s) : NULL;
}

DEFINE_CLEANUP(struct source *, source_close);
