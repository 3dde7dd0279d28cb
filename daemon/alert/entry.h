/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/*
 * An alert in words: the sentence for people, and the fields of a journal entry
 * for programs.
 */

#include <stddef.h>

#include "alert/alert.h"

/* systemd/dropwatchd.catalog explains these; never change one. */
#define ALERT_RAISED_ID	   "12624eb70fe940b5940328bf33d3b0ef" /* and repeated */
#define ALERT_CLEARED_ID   "ef682f0035424d418cb9d37a0ee37718"

#define ALERT_SENTENCE_MAX 1024
#define ALERT_ENTRY_MAX	   8192

/**
 * alert_sentence() - what happened, in one line
 * @buf: room for ALERT_SENTENCE_MAX bytes, terminated
 *
 * Thread: any; pure.
 */
void alert_sentence(const struct alert *alert, char *buf);

/**
 * alert_entry() - an alert in the native protocol of journald
 * @buf: room for ALERT_ENTRY_MAX bytes
 *
 * Return: its length. Thread: any; pure.
 * Source: systemd.io, "Native Journal Protocol"; systemd.journal-fields(7).
 */
size_t alert_entry(const struct alert *alert, char *buf);
