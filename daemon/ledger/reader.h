/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/*
 * Reads all counters of the kernel that the ledger compares: files in /proc/net, netlink, drivers.
 * An input that cannot be read is left out, so its counters are missing and the others are right.
 */

#include <stddef.h>
#include <stdint.h>

#include "base/cleanup.h"
#include "base/log.h"
#include "ledger/reading.h"

#define READER_NET	"/proc/self/net"
#define READER_NOTE_MAX 512 /* with the NUL */

/* What has changed with an input, as a line of the log. */
struct reader_note {
	enum log_level level; /* debug for an input that this kernel does not have */
	char text[READER_NOTE_MAX];
};

struct reader;

/**
 * reader_new() - reads nothing yet
 * @net: READER_NET, or a directory with such files; stays the caller's
 *
 * Return: NULL when out of memory. Thread: any.
 */
struct reader *reader_new(const char *net);

/**
 * reader_read() - read all inputs
 * @r: the reader
 * @deadline_ns: CLOCK_MONOTONIC; inputs that were not begun by then are left out
 * @ret: what was found, perhaps nothing; the caller's to free. Set on success only
 *
 * A driver may take longer than the deadline: no other thread may wait for this.
 *
 * Return: 0 or -ENOMEM. Thread: the owner's.
 */
int reader_read(struct reader *r, uint64_t deadline_ns, struct reading **ret);

/**
 * reader_notes() - what changed with the latest reading
 * @r: the reader
 * @n: how many
 *
 * An input that fails in every other reading is in each of them: limit how many are logged.
 *
 * Return: the notes; valid until the next reading. Thread: the owner's.
 */
const struct reader_note *reader_notes(const struct reader *r, size_t *n);

/**
 * reader_missing() - how many inputs the latest reading left out, wholly or in part
 *
 * Without those that this kernel does not have, such as IPv6. If there were more counters than a
 * reading can hold, that is one more. Thread: the owner's.
 */
size_t reader_missing(const struct reader *r);

/** reader_free() - free; NULL is fine. Return: NULL. Thread: the owner's. */
struct reader *reader_free(struct reader *r);

DEFINE_CLEANUP(struct reader *, reader_free);
