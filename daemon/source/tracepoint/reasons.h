/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/*
 * The running kernel's own names of skb drop reasons. The numbers differ from one
 * kernel to the next, so nothing is known here before it is added.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/cleanup.h"
#include "source/drop_event.h"

/* dropreason-core.h: what is above is the subsystem, 0 for the core's own. */
#define REASON_SUBSYSTEM_SHIFT 16

struct reasons;

/** reasons_new() - an empty table; NULL when out of memory. Thread: any. */
struct reasons *reasons_new(void);

/**
 * reasons_add() - a name, as the enumerator or the string that the kernel has for it
 * @r: the table
 * @value: the reason's number, its subsystem included
 * @name: "SKB_DROP_REASON_NO_SOCKET", "NO_SOCKET", "__RX_DROP_UNUSABLE"; the prefix and leading
 *        underscores are left out
 *
 * A number that is known already keeps its name. A name that is no C identifier is ignored, and so
 * is everything past 4096 names: this is read from files.
 *
 * Return: 0 or -ENOMEM. Thread: the table's owner.
 */
int reasons_add(struct reasons *r, uint32_t value, const char *name);

/**
 * reasons_add_subsystem() - the name of a subsystem, for those of its reasons that have none
 * @number: as in reason >> REASON_SUBSYSTEM_SHIFT
 * @name: "SKB_DROP_REASON_SUBSYS_OPENVSWITCH"
 *
 * Return: 0 or -ENOMEM. Thread: the table's owner.
 */
int reasons_add_subsystem(struct reasons *r, uint32_t number, const char *name);

/**
 * reasons_parse_format() - add what tracefs says of the tracepoint
 * @text: content of events/skb/kfree_skb/format; need not be terminated
 * @len: bytes at @text
 *
 * Return: how many names were found, or -ENOMEM. Thread: the table's owner.
 * Source: include/trace/events/skb.h, __print_symbolic(REC->reason, { 2, "NOT_SPECIFIED" }, ...).
 */
int reasons_parse_format(struct reasons *r, const char *text, size_t len);

/**
 * reasons_name() - the name of a number
 * @value: as the kernel gave it
 * @name: the name; for a number without one "OPENVSWITCH_7", or "UNKNOWN_7", "UNKNOWN_3_7" where
 * the subsystem has no name either
 *
 * Return: whether the very number is known. Thread: the table's owner.
 */
bool reasons_name(const struct reasons *r, uint32_t value, char name[DROP_REASON_MAX]);

/** reasons_at() - the name at a place, in order of numbers; NULL after the last. Thread: owner. */
const char *reasons_at(const struct reasons *r, size_t place);

/** reasons_free() - NULL is fine. Return: NULL. Thread: any. */
struct reasons *reasons_free(struct reasons *r);

DEFINE_CLEANUP(struct reasons *, reasons_free);
