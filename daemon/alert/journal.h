/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/*
 * Alerts to the journal, without ever waiting for it.
 */

#include <stddef.h>
#include <stdint.h>

#include "alert/alert.h"
#include "base/cleanup.h"
#include "base/err.h"

#define JOURNAL_SOCKET	  "/run/systemd/journal/socket"
#define JOURNAL_QUEUE_MAX 64 /* entries that wait while the journal is full or stuck */

struct journal;

/**
 * journal_open() - prepare to send to a journal
 * @path: its socket, JOURNAL_SOCKET; need not exist
 *
 * Return: 0, -ENAMETOOLONG, -ENOMEM or the errno of socket(2). Thread: main.
 */
int journal_open(const char *path, struct journal **ret, struct err *err);

/**
 * journal_send() - send an entry, or queue it while the journal is full or stuck
 * @alert: copied
 *
 * If no journal listens, the sentence is printed on stderr. When the queue is full, its oldest
 * entry is lost and counted: the latest state is what matters.
 *
 * Never blocks on the journal. Thread: main.
 */
void journal_send(struct journal *j, const struct alert *alert);

/**
 * journal_flush() - send the queued entries; call it each tick
 *
 * Return: the number of entries still queued. Thread: main.
 */
size_t journal_flush(struct journal *j);

/** journal_lost() - entries lost since journal_open(). Thread: main. */
uint64_t journal_lost(const struct journal *j);

/**
 * journal_close() - try once more to send the queued entries, then free
 * @j: may be NULL
 *
 * Return: NULL. Thread: main; does not block.
 */
struct journal *journal_close(struct journal *j);

DEFINE_CLEANUP(struct journal *, journal_close);
