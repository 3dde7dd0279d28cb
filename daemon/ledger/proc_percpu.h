/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/*
 * The counters that /proc/net shows in one line per CPU, in hexadecimal. The CPUs are added up.
 * Pure.
 *
 * The counters of softnet_stat and of connection tracking have 32 bits per CPU. When one of them
 * wraps around, or a CPU of softnet_stat goes offline, the sum decreases.
 */

#include <stddef.h>

#include "base/err.h"
#include "ledger/reading.h"

/**
 * proc_softnet_parse() - /proc/net/softnet_stat: softnet.dropped and softnet.flow_limit
 * @text: the file, any bytes: a line per CPU that is online
 * @len: bytes at @text
 * @ret: to which its counters are added; on failure, only some are
 * @err: filled on failure: the line, and what is wrong with it
 *
 * Return: 0 or -EBADMSG. Thread: any; pure.
 * Source: net/core/net-procfs.c softnet_seq_show(), Linux 6.12: 15 columns; 9 in Linux 2.6, and the
 * column of flow_limit since 3.11.
 */
int proc_softnet_parse(const char *text, size_t len, struct reading *ret, struct err *err);

/**
 * proc_conntrack_parse() - the same of /proc/net/stat/nf_conntrack: nf_conntrack.drop and others
 *
 * The first line has the names. The column "entries" is not of a CPU, but of the whole table; it is
 * no counter, and counter.h does not have it.
 *
 * Source: net/netfilter/nf_conntrack_standalone.c ct_cpu_seq_show(), Linux 6.12.
 */
int proc_conntrack_parse(const char *text, size_t len, struct reading *ret, struct err *err);

/**
 * proc_arp_parse() - the same of /proc/net/stat/arp_cache: arp_cache.table_fulls and others
 *
 * It exists in the initial network namespace only, and counts for all of them.
 *
 * Source: net/core/neighbour.c neigh_stat_seq_show(), Linux 6.12.
 */
int proc_arp_parse(const char *text, size_t len, struct reading *ret, struct err *err);

/** proc_ndisc_parse() - the same of /proc/net/stat/ndisc_cache. */
int proc_ndisc_parse(const char *text, size_t len, struct reading *ret, struct err *err);
