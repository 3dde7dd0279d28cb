/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/*
 * The inputs of a reading that are not files: netlink and drivers. Each reads its counters once.
 */

#include <stdint.h>

#include "ledger/driver_query.h"
#include "ledger/links.h"
#include "ledger/reading.h"

/* Empty when all zero. */
struct net_inputs {
	struct links links;	     /* those of the latest net_inputs_links() */
	struct driver_query drivers; /* what is known of them */
};

/*
 * Each adds what it found to @r. All but the devlink input use the devices that net_inputs_links()
 * has found, so that one is read first.
 *
 * Return: 0. Errors: -EOPNOTSUPP this kernel does not have the input; -ENODEV the devices could not
 * be read; those of dump_run() and driver_query_read(). On failure, part of the counters may have
 * been added. Thread: the owner's.
 */

/** net_inputs_links() - counters of devices: link.rx_dropped, ... */
int net_inputs_links(struct net_inputs *in, uint64_t deadline_ns, struct reading *r);

/** net_inputs_qdiscs() - counters of queueing disciplines: qdisc.drops, ingress.drops */
int net_inputs_qdiscs(struct net_inputs *in, uint64_t deadline_ns, struct reading *r);

/** net_inputs_queues() - counters of the queues of devices: queue.rx_hw_drops, ... */
int net_inputs_queues(struct net_inputs *in, uint64_t deadline_ns, struct reading *r);

/** net_inputs_devlink() - counters of devlink traps: devlink.trapped, devlink.rx_dropped */
int net_inputs_devlink(struct net_inputs *in, uint64_t deadline_ns, struct reading *r);

/** net_inputs_drivers() - counters of drivers: driver.rx_ring_full, ... */
int net_inputs_drivers(struct net_inputs *in, uint64_t deadline_ns, struct reading *r);

/** net_inputs_done() - free the memory; @in is empty again. Thread: the owner's. */
void net_inputs_done(struct net_inputs *in);
