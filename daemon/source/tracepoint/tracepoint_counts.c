/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * There are two hashes, and two tables of slots for each CPU. The program counts in one of them;
 * the other is empty or being read. state.generation selects the table of slots, and the only entry
 * of a map of maps selects the hash. An exchange sets both.
 *
 * An update of a map of maps returns after all runs of the program that may have seen the old state
 * have ended (kernel/bpf/syscall.c maybe_wait_bpf_programs(): an RCU grace period, some
 * milliseconds asleep). So nobody writes to what is read then. The counts are exact, no counter has
 * to be compared with its previous value, and kinds of drops that no longer occur free their
 * entries. A hash can only be full of the drops of one interval.
 */
#include "source/tracepoint/tracepoint_counts.h"

#include <bpf/bpf.h>
#include <errno.h>
#include <stdlib.h>

#define BATCH 1024 /* entries of a hash that are read at once */

static int reserve_batch(struct tracepoint_counts *c, size_t entries)
{
	struct tracepoint_key *keys = realloc(c->keys, entries * sizeof(*keys));
	struct tracepoint_count *values;

	if (!keys)
		return -ENOMEM;
	c->keys = keys;
	values = realloc(c->values, entries * sizeof(*values));
	if (!values)
		return -ENOMEM;
	c->values = values;
	c->room = entries;
	return 0;
}

int tracepoint_counts_open(struct tracepoint_counts *c, const struct tracepoint_program *program)
{
	c->program = program;
	return reserve_batch(c, BATCH);
}

bool tracepoint_counts_pending(const struct tracepoint_counts *c)
{
	return __atomic_load_n(&c->program->state->touched, __ATOMIC_SEQ_CST) != 0;
}

/*
 * touched is set to zero first. The program sets it after it adds a kind, so a kind that is still
 * part of this exchange makes, at worst, the next exchange unnecessary. If the update fails, the
 * slots are exchanged already, but nobody reads them: the next call repeats both steps.
 */
int tracepoint_counts_exchange(struct tracepoint_counts *c)
{
	const struct tracepoint_program *p = c->program;
	const int unused = !c->active;
	const __u32 first = 0;

	if (!__atomic_exchange_n(&p->state->touched, 0, __ATOMIC_SEQ_CST))
		return 0;
	__atomic_store_n(&p->state->generation, (__u64)unused, __ATOMIC_SEQ_CST);
	if (bpf_map_update_elem(p->active_fd, &first, &p->counts_fd[unused], BPF_ANY) < 0) {
		const int code = -errno;

		__atomic_store_n(&p->state->touched, 1, __ATOMIC_SEQ_CST);
		return code;
	}
	c->active = unused;
	c->slot = c->filled = c->next = 0;
	c->last_batch = false;
	c->token = 0;
	return 1;
}

static bool next_slot(struct tracepoint_counts *c, struct tracepoint_key *key,
		      struct tracepoint_count *count)
{
	while (c->slot < c->program->cpus * TRACEPOINT_SLOTS) {
		const size_t cpu = c->slot / TRACEPOINT_SLOTS, i = c->slot % TRACEPOINT_SLOTS;
		struct tracepoint_slot *slot = &c->program->slots[cpu].of[!c->active][i];

		c->slot++;
		if (slot->count.packets) {
			*key = slot->key;
			*count = slot->count;
			*slot = (struct tracepoint_slot){ 0 };
			return true;
		}
	}
	return false;
}

/*
 * Reads the next batch of the hash. The kernel removes bucket after bucket. At the end (-ENOENT),
 * and without memory for a large bucket (-ENOMEM), it returns what it has removed until then; with
 * any other error it has removed nothing (kernel/bpf/hashtab.c
 * __htab_map_lookup_and_delete_batch(), Linux 6.12; -EFAULT would be our bug).
 *
 * Return: 0, or a negative errno if the batch is empty
 */
static int read_batch(struct tracepoint_counts *c)
{
	const int fd = c->program->counts_fd[!c->active];
	__u32 n, token = c->token;
	int r;

	c->filled = c->next = 0;
	for (;;) {
		n = (__u32)c->room;
		r = bpf_map_lookup_and_delete_batch(fd, c->token ? &c->token : NULL, &token,
						    c->keys, c->values, &n, NULL);
		if (r != -ENOSPC)
			break;
		r = reserve_batch(c, 2 * c->room); /* a bucket of the hash has more entries */
		if (r < 0)
			return r;
	}
	if (r < 0 && r != -ENOENT && r != -ENOMEM)
		return r;
	c->token = token;
	c->last_batch = r == -ENOENT;
	c->filled = n;
	return r == -ENOMEM && !n ? r : 0;
}

int tracepoint_counts_next(struct tracepoint_counts *c, struct tracepoint_key *key,
			   struct tracepoint_count *count)
{
	if (next_slot(c, key, count))
		return 1;
	while (c->next == c->filled) {
		int r;

		if (c->last_batch)
			return 0;
		r = read_batch(c);
		if (r < 0)
			return r;
	}
	*key = c->keys[c->next];
	*count = c->values[c->next++];
	return 1;
}

void tracepoint_counts_close(struct tracepoint_counts *c)
{
	free(c->keys);
	free(c->values);
	*c = (struct tracepoint_counts){ 0 };
}
