/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/*
 * What the running kernel's BTF says of skb:kfree_skb: which arguments it has, and the
 * names of its reasons.
 */

#include <linux/types.h>

#include "base/err.h"
#include "source/tracepoint/reasons.h"
#include "source/tracepoint/tracepoint_map.h"

#define TRACEPOINT_BTF_DIR "/sys/kernel/btf"

/**
 * tracepoint_btf_read() - look into the BTF of the kernel and its modules
 * @dir: TRACEPOINT_BTF_DIR; holds vmlinux, and a file for each module
 * @kernel: set on success only; NULL: not wanted
 * @reasons: names are added; those of a subsystem stand in its module
 * @err: what is missing and the command that mends it
 *
 * Takes 30 ms and for that time some 13 MB. No privilege is needed.
 *
 * Return: 0 or a negative errno. Errors: -ENOENT: no BTF. -EOPNOTSUPP: no such tracepoint.
 * Thread: any.
 */
int tracepoint_btf_read(const char *dir, struct tracepoint_kernel *kernel, struct reasons *reasons,
			struct err *err);
