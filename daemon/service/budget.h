/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/*
 * Compares the memory that a configuration may need with the limit of the control
 * group. Without this check, a large series.limit works until there are many series
 * and slow clients, and then the kernel kills the daemon.
 */

#include <stdint.h>

#include "base/err.h"
#include "config/config.h"

struct budget_limit {
	uint64_t bytes; /* UINT64_MAX: no limit, or unknown */
	char group[PATH_MAX];
};

/**
 * budget_limit() - read the memory limit of our control group and its ancestors
 * @self: "/proc/self/cgroup"
 * @root: mount point of the unified hierarchy, "/sys/fs/cgroup"
 * @ret: the lowest memory.max, and the group that has it; always filled
 *
 * Limits of cgroup v1 are ignored.
 *
 * Thread: main. Source: cgroups(7), "/proc/[pid]/cgroup"; cgroup-v2.rst, "memory.max".
 */
void budget_limit(const char *self, const char *root, struct budget_limit *ret);

/**
 * budget_check() - check whether a configuration fits the limit
 * @limit: from budget_limit()
 * @err: how much memory each setting needs, and what to do
 *
 * Return: 0 or -ENOMEM. Thread: any; pure.
 */
int budget_check(const struct config *c, const struct budget_limit *limit, struct err *err);
