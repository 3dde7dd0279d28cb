/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/*
 * The memory that a configuration may need, against what the control group
 * allows. Without this check, a large series.limit works until enough series
 * and slow clients have come together, and then the kernel kills the daemon.
 */

#include <stdint.h>

#include "base/err.h"
#include "config/config.h"

struct budget_limit {
	uint64_t bytes; /* UINT64_MAX: there is no limit, or it is unknown */
	char group[PATH_MAX];
};

/**
 * budget_limit() - what our control group allows, its ancestors included
 * @self: "/proc/self/cgroup"
 * @root: where the unified hierarchy is mounted, "/sys/fs/cgroup"
 * @ret: the lowest memory.max, and whose it is; always filled
 *
 * Limits of cgroup v1 are not looked at.
 *
 * Thread: main. Source: cgroups(7), "/proc/[pid]/cgroup"; cgroup-v2.rst, "memory.max".
 */
void budget_limit(const char *self, const char *root, struct budget_limit *ret);

/**
 * budget_check() - does a configuration fit?
 * @c: the configuration
 * @limit: from budget_limit()
 * @err: what needs how much, and what to do
 *
 * Return: 0 or -ENOMEM. Thread: any; pure.
 */
int budget_check(const struct config *c, const struct budget_limit *limit, struct err *err);
