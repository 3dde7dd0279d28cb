/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/*
 * The values of the kernel's counters, as one pass over the kernel's files and messages found them.
 * The parsers add to it; they need not know which counters the ledger compares.
 */

#include <stdbool.h>
#include <stdint.h>

#include "base/cleanup.h"

#define READING_DEVICE_MAX 64	/* with the NUL: a device, or a devlink handle */
#define READING_VALUES_MAX 8192 /* counters of devices; more are left out */

struct reading_value {
	uint16_t counter;		 /* see counter_at() */
	char device[READING_DEVICE_MAX]; /* valid UTF-8; "": not the counter of a device */
	uint64_t value;
};

struct reading;

/** reading_new() - without any value. Return: NULL when out of memory. Thread: the owner's. */
struct reading *reading_new(void);

/**
 * reading_add() - add a value
 * @r: the reading
 * @group: of the counter: "Udp"; any text
 * @name: of the counter: "NoPorts"; any text. Counters unknown to counter.h are ignored.
 * @device: any bytes before its NUL; "" if it is not the counter of a device
 * @value: is added to an earlier value of the same counter and device: queues, CPUs
 *
 * Without memory, or beyond READING_VALUES_MAX, reading_is_cut() becomes true.
 * Thread: the owner's.
 */
void reading_add(struct reading *r, const char *group, const char *name, const char *device,
		 uint64_t value);

/**
 * reading_merge() - add all values of another reading
 * @to: if the other one is cut, it is cut as well
 * @from: the other one
 *
 * Thread: the owner's.
 */
void reading_merge(struct reading *to, const struct reading *from);

/** reading_is_cut() - are values missing? Thread: the owner's. */
bool reading_is_cut(const struct reading *r);

/**
 * reading_values() - all values
 * @r: the reading
 * @n: how many
 *
 * Return: in the order in which they were found; valid until the next reading_add().
 * Thread: the owner's.
 */
const struct reading_value *reading_values(const struct reading *r, size_t *n);

/** reading_free() - free; NULL is fine. Return: NULL. Thread: the owner's. */
struct reading *reading_free(struct reading *r);

DEFINE_CLEANUP(struct reading *, reading_free);
