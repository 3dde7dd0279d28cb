/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/*
 * The counters of the network protocols, as /proc/net shows them. Pure.
 */

#include <stddef.h>

#include "base/err.h"
#include "ledger/reading.h"

/**
 * proc_snmp_parse() - /proc/net/snmp or /proc/net/netstat
 * @text: the file, any bytes: pairs of lines, names and values
 * @len: bytes at @text
 * @ret: to which its counters are added; on failure, only some are
 * @err: filled on failure: the line, and what is wrong with it
 *
 * Return: 0 or -EBADMSG. Thread: any; pure.
 * Source: net/ipv4/proc.c snmp_seq_show(), netstat_seq_show(), net/mptcp/mib.c mptcp_seq_show(),
 * Linux 6.12.
 */
int proc_snmp_parse(const char *text, size_t len, struct reading *ret, struct err *err);

/**
 * proc_snmp6_parse() - the same of /proc/net/snmp6, where each line has a name and a value
 *
 * The group of a name ends with its "6".
 *
 * Source: net/ipv6/proc.c snmp6_seq_show(), Linux 6.12.
 */
int proc_snmp6_parse(const char *text, size_t len, struct reading *ret, struct err *err);
