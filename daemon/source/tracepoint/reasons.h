/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/*
 * A table of the names of skb drop reasons. Their numbers differ from kernel to kernel, so the
 * table is empty until names are added.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/cleanup.h"
#include "source/drop_event.h"

/* dropreason-core.h: the bits above are the subsystem, 0 for the core. */
#define REASON_SUBSYSTEM_SHIFT 16

struct reasons;

/** reasons_new() - an empty table; NULL when out of memory. Thread: any. */
struct reasons *reasons_new(void);

/**
 * reasons_add() - add the name of a reason
 * @value: the number of the reason, including its subsystem
 * @name: "SKB_DROP_REASON_NO_SOCKET", "NO_SOCKET", "__RX_DROP_UNUSABLE"; the prefix and leading
 *        underscores are removed
 *
 * A number that has a name keeps it. Names that are not C identifiers are ignored, and so are names
 * beyond 4096, because the names come from files.
 *
 * Return: 0 or -ENOMEM. Thread: the table's owner.
 */
int reasons_add(struct reasons *r, uint32_t value, const char *name);

/**
 * reasons_add_subsystem() - add the name of a subsystem, for its reasons without a name
 * @number: as in reason >> REASON_SUBSYSTEM_SHIFT
 * @name: "SKB_DROP_REASON_SUBSYS_OPENVSWITCH"
 *
 * Return: 0 or -ENOMEM. Thread: the table's owner.
 */
int reasons_add_subsystem(struct reasons *r, uint32_t number, const char *name);

/**
 * reasons_parse_format() - add the names that tracefs lists for the tracepoint
 * @text: content of events/skb/kfree_skb/format; need not be terminated
 * @len: bytes at @text
 *
 * Return: number of names found, or -ENOMEM. Thread: the table's owner.
 * Source: include/trace/events/skb.h, __print_symbolic(REC->reason, { 2, "NOT_SPECIFIED" }, ...).
 */
int reasons_parse_format(struct reasons *r, const char *text, size_t len);

/**
 * reasons_name() - the name of a number
 * @value: number of the reason, from the kernel
 * @name: the name; for a number without one "OPENVSWITCH_7", or "UNKNOWN_7", "UNKNOWN_3_7" where
 * the subsystem has no name either
 *
 * Return: whether this number has a name. Thread: the table's owner.
 */
bool reasons_name(const struct reasons *r, uint32_t value, char name[DROP_REASON_MAX]);

/** reasons_at() - the name at a place, in the order of numbers; NULL after the last. Thread: owner.
 */
const char *reasons_at(const struct reasons *r, size_t place);

/** reasons_free() - NULL is fine. Return: NULL. Thread: any. */
struct reasons *reasons_free(struct reasons *r);

DEFINE_CLEANUP(struct reasons *, reasons_free);
