/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/*
 * Dropping privileges. Opening a source may require CAP_SYS_ADMIN (to join NET_DM's group), or
 * CAP_BPF and CAP_PERFMON. Counting requires none of them.
 */

#include <stddef.h>

#include "base/err.h"
#include "config/config.h"

/**
 * caps_drop() - permanently drop the capabilities that the open sources no longer need
 * @sources: the names of the open sources
 * @n: how many
 *
 * These are kept if they are held: CAP_NET_ADMIN for netdm (the health check is a START, the end a
 * STOP), CAP_SYSLOG for all sources but replay (/proc/kallsyms shows addresses only to its holder),
 * CAP_BPF for the tracepoint on kernels before 5.19 (which otherwise do not allow reading a map).
 *
 * All others are removed from the permitted, effective, inheritable and ambient sets. They are
 * removed from the bounding set if CAP_SETPCAP is held, which is not the case under the unit;
 * no_new_privs prevents their return in any case. Call this before any thread is started: each
 * thread has its own capabilities, and new threads inherit them.
 *
 * Return: 0 or a negative errno. Thread: main.
 * Source: capabilities(7), prctl(2).
 */
int caps_drop(const char *const *sources, size_t n, struct err *err);

/**
 * caps_text() - the capabilities that this thread holds, for the log
 * @buf: "CAP_NET_ADMIN, CAP_SYSLOG"; "none"; a number for each that no source needs
 * @size: bytes at @buf
 *
 * Thread: any.
 */
void caps_text(char *buf, size_t size);
