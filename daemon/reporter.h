/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/*
 * What the main thread derives from each snapshot: alerts for the journal, the status line for
 * systemd, lines for the log, and the status for scrapes.
 */

#include <stdbool.h>

#include "base/cleanup.h"
#include "base/err.h"
#include "base/slot.h"
#include "config/config.h"

struct reporter;

/**
 * reporter_new() - with the alert rules of a configuration
 * @c: the one in force; a reference is kept
 * @snapshots: struct snapshot, in
 * @ledger: struct ledger, in; may stay empty
 * @status: struct status, out; the first one is published at once
 *
 * Return: 0 or a negative errno. Thread: main.
 */
int reporter_new(struct config *c, struct slot *snapshots, struct slot *ledger, struct slot *status,
		 struct reporter **ret, struct err *err);

/**
 * reporter_begin() - take the first snapshot as what everything later is compared with
 *
 * Thread: main, once, before the source thread runs.
 */
void reporter_begin(struct reporter *r);

/**
 * reporter_tick() - report what is new in the latest snapshot
 *
 * Return: whether the source of software drops has broken for good. Thread: main.
 */
bool reporter_tick(struct reporter *r);

/**
 * reporter_reloaded() - the configuration was loaded again
 * @c: the new one; NULL: it could not be loaded, and the old one stays in force
 *
 * Return: 0, or -ENOMEM and the old alert rules stay. Thread: main.
 */
int reporter_reloaded(struct reporter *r, struct config *c);

/**
 * reporter_line() - the status line as of now, to be sent by the caller
 *
 * Return: valid until the next call of any function here. Thread: main.
 */
const char *reporter_line(struct reporter *r);

/**
 * reporter_end() - log what changed in the sources until the last snapshot
 * @r: may be NULL
 *
 * Thread: main, after the aggregator has stopped.
 */
void reporter_end(struct reporter *r);

/**
 * reporter_free() - send what is queued for the journal, if possible, and free
 * @r: may be NULL
 *
 * Return: NULL. Thread: main.
 */
struct reporter *reporter_free(struct reporter *r);

DEFINE_CLEANUP(struct reporter *, reporter_free);
