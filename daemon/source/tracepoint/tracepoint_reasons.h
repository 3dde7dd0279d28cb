/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/*
 * The names of drop reasons of the running kernel: from BTF, else from tracefs; once more from BTF
 * when a reason of an unknown subsystem occurs.
 */

#include <stdint.h>

#include "base/err.h"
#include "source/tracepoint/reasons.h"
#include "source/tracepoint/tracepoint_map.h"

struct tracepoint_reasons {
	struct reasons *names;
	uint64_t relearned_ns; /* CLOCK_MONOTONIC when BTF was read again; 0 never */
};

/**
 * tracepoint_reasons_open() - read the names, and what else BTF has
 * @t: all zero
 * @kernel: as from tracepoint_btf_read()
 * @err: what is missing and how to get it
 *
 * Return: 0 or a negative errno; tracepoint_reasons_close() is due in any case. Errors: as of
 * tracepoint_btf_read(), and -ENOMEM. Thread: main.
 */
int tracepoint_reasons_open(struct tracepoint_reasons *t, struct tracepoint_kernel *kernel,
			    struct err *err);

/**
 * tracepoint_reasons_name() - the name of a reason
 * @reason: number
 * @name: as from reasons_name()
 *
 * The module of a subsystem may have been loaded after we read BTF. So BTF is read again for an
 * unknown reason of a subsystem, at most once a minute.
 *
 * Thread: source.
 */
void tracepoint_reasons_name(struct tracepoint_reasons *t, uint32_t reason,
			     char name[DROP_REASON_MAX]);

/** tracepoint_reasons_close() - fine on all zero. Thread: main. */
void tracepoint_reasons_close(struct tracepoint_reasons *t);
