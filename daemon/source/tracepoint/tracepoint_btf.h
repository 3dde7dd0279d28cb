/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/* What the BTF of the running kernel says about skb:kfree_skb: its arguments and its reasons. */

#include <linux/types.h>

#include "base/err.h"
#include "source/tracepoint/reasons.h"
#include "source/tracepoint/tracepoint_map.h"

#define TRACEPOINT_BTF_DIR "/sys/kernel/btf"

/**
 * tracepoint_btf_read() - read the BTF of the kernel and its modules
 * @dir: TRACEPOINT_BTF_DIR; contains vmlinux and a file for each module
 * @kernel: set on success only; may be NULL
 * @reasons: names are added
 * @err: what is missing and how to get it
 *
 * Takes 30 ms and, during this time, 13 MB of memory. No privilege is needed.
 *
 * Return: 0 or a negative errno. Errors: -ENOENT: no BTF. -EOPNOTSUPP: no such tracepoint.
 * Thread: any.
 */
int tracepoint_btf_read(const char *dir, struct tracepoint_kernel *kernel, struct reasons *reasons,
			struct err *err);
