/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/*
 * The statistics of network drivers, by ioctl. Needs no privilege.
 */

#include <stddef.h>
#include <stdint.h>

#include "ledger/links.h"
#include "ledger/reading.h"

#define DRIVER_DEVICES_MAX 64 /* devices that are asked; those of more are left out */

/* What is known of one device: which of its statistics count lost packets. */
struct driver_device {
	uint32_t ifindex;
	uint32_t n_stats; /* all that it has */
	struct driver_statistic *wanted;
	size_t n_wanted, room;
};

/* Empty when all zero. */
struct driver_query {
	struct driver_device devices[DRIVER_DEVICES_MAX]; /* in the order of the latest reading */
};

/**
 * driver_query_read() - the counters of all devices that are not virtual: driver.rx_ring_full, ...
 * @q: what is known of the devices; names of statistics are read again only if their number changes
 * @links: the devices
 * @deadline_ns: CLOCK_MONOTONIC; one device may take longer
 * @r: the counters are added
 *
 * A device that does not give its statistics, or has more than 16,384, is left out.
 *
 * Return: 0. Errors: -ETIMEDOUT; what socket() returns. Thread: the owner's.
 * Source: net/ethtool/ioctl.c __dev_ethtool(), Linux 6.12.
 */
int driver_query_read(struct driver_query *q, const struct links *links, uint64_t deadline_ns,
		      struct reading *r);

/** driver_query_done() - free the memory; @q is empty again. Thread: the owner's. */
void driver_query_done(struct driver_query *q);
