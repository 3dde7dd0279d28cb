/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/*
 * What privilege is held when. Opening a source may take CAP_SYS_ADMIN (to join
 * NET_DM's group) or CAP_BPF and CAP_PERFMON; counting takes none of them.
 */

#include <stddef.h>

#include "base/err.h"
#include "config/config.h"

/**
 * caps_drop() - give up for good what the open sources do not need any more
 * @sources: the names of the sources that were opened
 * @n: how many
 * @err: what failed
 *
 * Kept, where held: CAP_NET_ADMIN for netdm (the health check is a START, the end a STOP),
 * CAP_SYSLOG for all but replay (/proc/kallsyms shows addresses to its holder only), CAP_BPF for
 * the tracepoint on kernels before 5.19 (they let nobody else read a map).
 * Everything else leaves the permitted, effective, inheritable and ambient sets and, where
 * CAP_SETPCAP is held, the bounding set, which under the unit stays as it is there; no_new_privs
 * keeps it away either way. To be called before any thread is started: capabilities are a
 * thread's own, and new threads inherit them.
 *
 * Return: 0 or a negative errno. Thread: main.
 * Source: capabilities(7), prctl(2).
 */
int caps_drop(const char *const *sources, size_t n, struct err *err);

/**
 * caps_text() - the capabilities that this thread holds, for the log
 * @buf: "CAP_NET_ADMIN, CAP_SYSLOG"; "none"; numbers for those that no source needs
 * @size: bytes at @buf
 *
 * Thread: any.
 */
void caps_text(char *buf, size_t size);
