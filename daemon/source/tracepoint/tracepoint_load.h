/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/* The program of tracepoint.bpf.c: fit it to the running kernel, load it and attach it. */

#include <linux/types.h>
#include <stddef.h>

#include "base/err.h"
#include "source/tracepoint/tracepoint_map.h"

struct bpf_object;
struct bpf_link;

struct tracepoint_program {
	struct bpf_object *object;	/* owns all below */
	struct bpf_link *link;		/* of the program to the tracepoint */
	int fd;				/* of the program */
	int active_fd;			/* map of maps with one entry: the hash in use */
	int counts_fd[2];		/* the hashes; the first is in use after the load */
	int wake_fd;			/* ring buffer: a record for the first new count */
	size_t cpus;			/* possible CPUs: values of an entry, elements of slots */
	struct tracepoint_slots *slots; /* mapped, shared with the program */
	struct tracepoint_state *state; /* mapped, shared with the program */
};

/* The same program with plain loads (tp_btf), and with helper calls (raw_tp), which is slower. */
#define TRACEPOINT_DIRECT     "count_direct"
#define TRACEPOINT_BY_HELPERS "count_by_helpers"

/**
 * tracepoint_load() - load and attach one form of the program
 * @name: TRACEPOINT_DIRECT or TRACEPOINT_BY_HELPERS
 * @kernel: from tracepoint_btf_read()
 * @max_entries: of each of the two hashes
 * @ret: from now on drops are counted; set on success only
 * @err: what is missing and how to get it
 *
 * Return: 0 or a negative errno. Errors: -EPERM: one of several causes, see @err.
 * Thread: main, with CAP_BPF and CAP_PERFMON.
 */
int tracepoint_load(const char *name, const struct tracepoint_kernel *kernel, __u32 max_entries,
		    struct tracepoint_program *ret, struct err *err);

/**
 * tracepoint_load_best() - load and attach the best form that this kernel accepts
 * @max_entries: of each of the two hashes; 0: 8192, or fewer without memory
 *
 * Otherwise as tracepoint_load().
 */
int tracepoint_load_best(const struct tracepoint_kernel *kernel, __u32 max_entries,
			 struct tracepoint_program *ret, struct err *err);

/** tracepoint_misses() - how often the kernel did not run the program; 0 unknown. Thread: any. */
__u64 tracepoint_misses(const struct tracepoint_program *program);

/** tracepoint_memory() - kernel memory of the maps in bytes, from the kernel; 0 unknown */
__u64 tracepoint_memory(const struct tracepoint_program *program);

/** tracepoint_unload() - detach and free; fine on all zero, and twice. Thread: main. */
void tracepoint_unload(struct tracepoint_program *program);
