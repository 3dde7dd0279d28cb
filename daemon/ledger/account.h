/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/*
 * One account per counter and device: the kernel's count, and what we counted at the drop points of
 * the counter. Most counters of a machine never grow. Only those that do, here or there, take more
 * than a hundred bytes.
 *
 * The kernel is read between two snapshots. The one before holds only drops that happened before
 * the reading. The one after holds all of those, and others that happened later.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/cleanup.h"
#include "base/hash.h"
#include "base/index.h"
#include "ledger/spans.h"

#define ACCOUNTS_MAX	   16384
#define ACCOUNT_POINTS_MAX 8 /* drop points that are counted apart, by the order of their first */

/* An account as of one reading, to count growth from. */
struct account_mark {
	uint64_t kernel;
	uint64_t seen; /* by us, in the snapshot after it */
	uint64_t most; /* that may have been dropped there, in the snapshot before it */
};

struct account_point {
	uint32_t name; /* see seen_points() */
	uint64_t packets;
};

struct account_growth {
	uint64_t seen;	      /* packets counted by us */
	uint64_t most;	      /* the same, with those whose network namespace is unknown */
	uint64_t seen_before; /* both in the snapshot before the last reading */
	uint64_t most_before;
	struct account_mark base; /* as of account.since_ns */
	struct account_mark last; /* as of the last reading */
	struct account_mark marks[SPANS_ROLLING][SPANS_PLACES];
	struct account_point points[ACCOUNT_POINTS_MAX];
	size_t n_points;
};

struct account {
	uint16_t counter; /* see counter_at() */
	char device[READING_DEVICE_MAX];
	uint64_t reading;    /* number of the last one in which it was; 0: none */
	uint64_t kernel;     /* its value then */
	uint64_t since_ns;   /* CLOCK_MONOTONIC: growth since the start is counted from then */
	uint64_t since_lost; /* seen_lost() then */
	struct account_growth *growth; /* NULL: neither side has grown since */
};

/* Empty when all zero, but for the key. */
struct accounts {
	struct account *all;
	size_t n, room;
	struct index index; /* by counter and device */
	struct hash_key key;
	size_t n_devices; /* accounts of devices that have a growth */
};

/** accounts_find() - by counter and device; NULL: there is none. Thread: the owner's. */
struct account *accounts_find(const struct accounts *a, unsigned int counter, const char *device);

/**
 * accounts_open() - find or add an account
 * @device: shorter than READING_DEVICE_MAX
 *
 * Return: its place in all, -ENOMEM, or -ENOSPC: there are ACCOUNTS_MAX. Thread: the owner's.
 */
int accounts_open(struct accounts *a, unsigned int counter, const char *device);

/**
 * accounts_track() - from now on this account grows
 *
 * Return: 0, -ENOMEM, or -ENOSPC: accounts of devices fill the rows of the ledger, except one for
 * each counter. Thread: the owner's.
 */
int accounts_track(struct accounts *a, struct account *account);

/**
 * accounts_sweep() - forget accounts of devices that are not in use, if there are many or no room
 * @reading: the last one: they were not in it, and had no drops since
 *
 * Return: whether places in all have changed. Thread: the owner's.
 */
bool accounts_sweep(struct accounts *a, uint64_t reading);

/** accounts_done() - free the memory. Thread: the owner's. */
void accounts_done(struct accounts *a);

/** account_restart() - count the growth of an account from a mark on. Thread: the owner's. */
void account_restart(struct account *account, struct account_mark mark, uint64_t time_ns,
		     uint64_t lost);
