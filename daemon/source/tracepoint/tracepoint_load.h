/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/*
 * The program that counts, in the kernel: loaded, fitted to that kernel and attached, or the
 * sentence that says why not.
 */

#include <linux/types.h>

#include "base/err.h"
#include "source/tracepoint/tracepoint_map.h"

struct bpf_object;
struct bpf_link;

struct tracepoint_program {
	struct bpf_object *object; /* owns all below */
	struct bpf_link *link;	   /* of the program to the tracepoint */
	int fd;			   /* of the program */
	int active_fd;		   /* map of maps with one place: where the program counts */
	int counts_fd[2];	   /* the two that take that place in turn; the first has it now */
	int wake_fd;		   /* ring buffer: a record for the first entry of a map */
	struct tracepoint_state *state; /* mapped, shared with the program */
};

/* The same program by plain loads (tp_btf), and by helper calls (raw_tp) at twice the cost. */
#define TRACEPOINT_DIRECT     "count_direct"
#define TRACEPOINT_BY_HELPERS "count_by_helpers"

/**
 * tracepoint_load() - load and attach
 * @name: TRACEPOINT_DIRECT or TRACEPOINT_BY_HELPERS
 * @kernel: what tracepoint_btf_read() found
 * @max_entries: of each of the two maps
 * @ret: from now on drops are counted; set on success only
 * @err: what is missing and the command that mends it
 *
 * Return: 0 or a negative errno. Errors: -EPERM: see @err for which of the many causes.
 * Thread: main, with CAP_BPF and CAP_PERFMON.
 */
int tracepoint_load(const char *name, const struct tracepoint_kernel *kernel, __u32 max_entries,
		    struct tracepoint_program *ret, struct err *err);

/** tracepoint_memory() - bytes of kernel memory that the maps take, as the kernel says; 0 unknown.
 */
__u64 tracepoint_memory(const struct tracepoint_program *program);

/** tracepoint_unload() - detach and free; fine on all zero, and twice. Thread: main. */
void tracepoint_unload(struct tracepoint_program *program);
