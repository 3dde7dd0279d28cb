/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/*
 * What the kernel reports about this process, for the standard process_* metrics.
 */

#include <stdint.h>

struct process_stats {
	uint64_t cpu_ns;	/* user and system time of all threads */
	uint64_t start_time_ns; /* since 1970 */
	uint64_t resident_bytes;
	uint64_t virtual_bytes;
	uint64_t open_fds;
	uint64_t max_fds;
	uint64_t threads;
};

/**
 * process_read() - read all of them
 * @proc: mount point of proc, "/proc"
 * @boot_time_ns: from process_boot_time()
 *
 * Return: 0, the errno of open or read, or -EBADMSG. Thread: any.
 * Source: proc(5), /proc/pid/stat; prometheus.io/docs/instrumenting/writing_clientlibs.
 */
int process_read(const char *proc, uint64_t boot_time_ns, struct process_stats *ret);

/**
 * process_boot_time() - time of the boot, from which the kernel counts the start times of processes
 * @proc: mount point of proc
 * @ret_ns: since 1970; set on success only
 *
 * Call it once, since /proc/stat is long on a machine with many interrupts.
 *
 * Return: 0, the errno of open or read, or -EBADMSG. Thread: any.
 */
int process_boot_time(const char *proc, uint64_t *ret_ns);
