// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The tracepoint source: [kernel -> source] -> ring -> aggregator, on the source thread.
 *
 * skb:kfree_skb fires for each packet that is dropped, and tells the drop point and the
 * reason. tracepoint.bpf.c counts there and then, in a hash with an entry for each
 * (drop point, reason, devices, protocol, network namespace). Nothing is sent out here for a
 * packet; while packets are dropped, this side reads the counts a few times a second, so that its
 * cost does not grow with the rate of drops, and otherwise it sleeps (tracepoint_wake.h). Packets
 * that were consumed are none of this: where the kernel has SKB_CONSUMED, such a packet fires
 * consume_skb instead (net/core/skbuff.c
 * __sk_skb_reason_drop(), net/core/dev.c net_tx_action(); 6.18).
 *
 * There are two hashes. The program counts in one, found through a map of maps with one
 * place; each interval an empty one is put into that place and the full one read and emptied.
 * Updating a map of maps returns only when no program that might have seen the old one
 * still runs (kernel/bpf/syscall.c maybe_wait_bpf_programs(), a grace period of RCU, some
 * milliseconds asleep). So what is read has no writer any more, and is exact; no counter
 * has to be remembered from one reading to the next; and an entry of a device or network namespace
 * that is gone makes room by itself. A hash can only be full of what was dropped within one
 * interval.
 *
 * Lost, and counted as lost_kernel_queue: packets that found the hash full. Lost, and counted as
 * lost_recursion: packets dropped in an interrupt that hit the program at work on the same CPU,
 * which the kernel does not run a second time (kernel/trace/bpf_trace.c __bpf_trace_run()) but
 * counts as a miss. Kernels before 6.1 do run it a second time; there, the program adds atomically.
 *
 * A system call that fails loses nothing: what it took is yielded, the rest stays in the kernel,
 * and the next read() goes on where this one had to stop. Meanwhile the source says that it is
 * down.
 *
 * All that needs privilege happens in open(): the maps are used through descriptors. Kernels before
 * 5.19 refuse even that without CAP_BPF while kernel.unprivileged_bpf_disabled is set, so there
 * service/caps.c keeps it.
 */
#include "source/source.h"

#include <bpf/bpf.h>
#include <bpf/libbpf.h> /* libbpf_num_possible_cpus() */
#include <errno.h>
#include <malloc.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "source/tracepoint/reasons.h"
#include "source/tracepoint/tracepoint_btf.h"
#include "source/tracepoint/tracepoint_load.h"
#include "source/tracepoint/tracepoint_wake.h"

#define BATCH_BYTES  65536		 /* keys and values read at once, about */
#define BATCH_MIN    64			 /* entries */
#define RELEARN_NS   (60 * NSEC_PER_SEC) /* at most so often for an unknown reason's sake */
#define MEMORY_BYTES (16 << 20)		 /* of both hashes, at most, where the size is ours */
#define ENTRIES	     8192		 /* in each, where they fit */
#define ENTRY_BYTES  108		 /* and its counts, of which each CPU has one */
#define FORMAT_BYTES 65536
#define FORMAT_PATH  "events/skb/kfree_skb/format"

enum phase {
	IDLE,	  /* what comes next is an exchange */
	READING,  /* the hash that was exchanged is being read */
	FINISHED, /* the last of it was returned; the caller may ask once more */
};

struct tracepoint {
	struct source source; /* first */
	struct tracepoint_program program;
	struct tracepoint_wake wake;
	int counting; /* which of the two maps is in the place of active */
	struct reasons *reasons;
	uint64_t learned_ns; /* CLOCK_MONOTONIC when the reasons were last read */
	enum phase phase;
	bool last_batch;	   /* nothing comes after the batch at hand */
	uint32_t token;		   /* where the next batch begins */
	size_t cpus;		   /* values an entry has */
	size_t room, filled, next; /* of the batch, in entries */
	struct tracepoint_key *keys;
	struct tracepoint_count *counts; /* cpus of them for each key */
	struct tracepoint_count rest;	 /* of keys[next], while it takes more than one event */
	struct source_stats stats;
};

static void tracepoint_freep(struct tracepoint **t);

/* Opening */

/* Where BTF has no names, tracefs may be mounted and have them; if not, numbers have to do. */
static void learn_from_tracefs(struct reasons *reasons)
{
	static const char *const mounts[] = { "/sys/kernel/tracing", "/sys/kernel/debug/tracing" };
	char path[128], name[DROP_REASON_MAX];
	cleanup(freep) char *text = NULL;

	if (reasons_name(reasons, 2, name))
		return;
	text = malloc(FORMAT_BYTES);
	for (size_t i = 0; text && i < 2; i++) {
		cleanup(fclosep) FILE *f = NULL;

		snprintf(path, sizeof(path), "%s/%s", mounts[i], FORMAT_PATH);
		f = fopen(path, "re");
		if (f && reasons_parse_format(reasons, text, fread(text, 1, FORMAT_BYTES, f)) > 0)
			return;
	}
}

static int reserve_batch(struct tracepoint *t, size_t entries)
{
	struct tracepoint_key *keys = realloc(t->keys, entries * sizeof(*keys));
	struct tracepoint_count *counts;

	if (!keys)
		return -ENOMEM;
	t->keys = keys;
	counts = realloc(t->counts, entries * t->cpus * sizeof(*counts));
	if (!counts)
		return -ENOMEM;
	t->counts = counts;
	t->room = entries;
	return 0;
}

static int prepare(struct tracepoint *t)
{
	const int cpus = libbpf_num_possible_cpus();
	size_t entries;

	if (cpus < 0)
		return cpus;
	t->cpus = (size_t)cpus;
	entries = BATCH_BYTES / (sizeof(*t->keys) + t->cpus * sizeof(*t->counts));
	return reserve_batch(t, entries < BATCH_MIN ? BATCH_MIN : entries);
}

/* Plain loads; if the kernel does not take them, helper calls; *err is of the first. */
static int load(struct tracepoint *t, const struct tracepoint_kernel *kernel, uint32_t max_entries,
		struct err *err)
{
	const int r = tracepoint_load(TRACEPOINT_DIRECT, kernel, max_entries, &t->program, err);

	if (r == 0 || r == -EPERM || r == -ENOMEM)
		return r;
	if (tracepoint_load(TRACEPOINT_BY_HELPERS, kernel, max_entries, &t->program, NULL) == 0)
		return 0;
	return r;
}

/* A hash has counts for each CPU that there could ever be: 64 MiB for 8192 entries and 256 CPUs. */
static uint32_t entries_for(size_t cpus)
{
	const size_t bytes = 2 * (ENTRY_BYTES + cpus * sizeof(struct tracepoint_count));
	const size_t fit = MEMORY_BYTES / bytes;

	if (fit > ENTRIES)
		return ENTRIES;
	return fit < MAX_ENTRIES_MIN ? MAX_ENTRIES_MIN : (uint32_t)fit;
}

/* With as many entries as there is memory for, unless the administrator wants a number of them. */
static int load_to_fit(struct tracepoint *t, const struct tracepoint_kernel *kernel,
		       uint32_t wanted, struct err *err)
{
	uint32_t entries = wanted ?: entries_for(t->cpus);
	int r = load(t, kernel, entries, err);

	while ((r == -ENOMEM || r == -E2BIG) && !wanted && entries / 2 >= MAX_ENTRIES_MIN) {
		entries /= 2;
		r = load(t, kernel, entries, err);
	}
	return r;
}

static int tracepoint_open(const struct config_source *cfg, struct source **ret, struct err *err)
{
	cleanup(tracepoint_freep) struct tracepoint *t = calloc(1, sizeof(*t));
	struct tracepoint_kernel kernel = { 0 };
	int r;

	if (!t)
		return err_set(err, -ENOMEM, "%m");
	t->source.ops = &tracepoint_ops;
	t->wake.epoll_fd = t->wake.timer_fd = -1;
	t->reasons = reasons_new();
	if (!t->reasons)
		return err_set(err, -ENOMEM, "%m");
	r = tracepoint_btf_read(TRACEPOINT_BTF_DIR, &kernel, t->reasons, err);
	if (r < 0)
		return r;
	if (cfg->tracepoint.need_reasons && kernel.arguments < 3)
		return err_set(err, -EOPNOTSUPP,
			       "this kernel reports no drop reasons; they came "
			       "with Linux 5.17");
	learn_from_tracefs(t->reasons);
	r = prepare(t);
	if (r < 0)
		return err_set(err, r, "preparing to read the counts: %m");
	r = load_to_fit(t, &kernel, cfg->tracepoint.max_entries, err);
	if (r < 0)
		return r;
	r = tracepoint_wake_open(&t->wake, t->program.wake_fd, cfg->tracepoint.interval_ms);
	if (r < 0)
		return err_set(err, r, "preparing to wait for drops: %m");
#ifdef __GLIBC__
	malloc_trim(0); /* reading BTF took more than all that follows ever will */
#endif
	t->stats = (struct source_stats){
		.source = "tracepoint",
		.mode = "",
		.owner = "",
		.up = true,
		.kernel_memory_bytes = tracepoint_memory(&t->program),
	};
	*ret = &take(t)->source;
	return 0;
}

static int tracepoint_fd(const struct source *source)
{
	return ((const struct tracepoint *)source)->wake.epoll_fd;
}

/* Reading */

/* A counter never goes back, come what may. */
static void raise_to(uint64_t *counter, uint64_t value)
{
	if (value > *counter)
		*counter = value;
}

static void count_lost(struct tracepoint *t)
{
	struct bpf_prog_info info = { 0 };
	__u32 len = sizeof(info);

	if (bpf_obj_get_info_by_fd(t->program.fd, &info, &len) == 0)
		raise_to(&t->stats.lost_recursion, info.recursion_misses);
	raise_to(&t->stats.lost_kernel_queue,
		 __atomic_load_n(&t->program.state->lost, __ATOMIC_RELAXED));
}

/* The counts stay where they are, and are asked for again. */
static void tell_trouble(struct tracepoint *t, int code)
{
	t->stats.up = false;
	snprintf(t->stats.trouble, sizeof(t->stats.trouble),
		 "cannot read the counts (%s); they stay in the kernel, trying again",
		 strerror(-code));
}

static void tell_no_trouble(struct tracepoint *t)
{
	t->stats.up = true;
	t->stats.trouble[0] = '\0';
}

/*
 * touched is zeroed before the exchange: the program sets it after it added an entry, so an entry
 * that this exchange still catches makes at worst the next one needless.
 *
 * Return: 1 exchanged, 0 nothing was counted since last time, or a negative errno.
 */
static int exchange(struct tracepoint *t)
{
	const __u32 place = 0;

	if (!__atomic_exchange_n(&t->program.state->touched, 0, __ATOMIC_SEQ_CST))
		return 0;
	if (bpf_map_update_elem(t->program.active_fd, &place, &t->program.counts_fd[!t->counting],
				BPF_ANY) < 0) {
		const int code = -errno;

		__atomic_store_n(&t->program.state->touched, 1, __ATOMIC_SEQ_CST);
		return code;
	}
	t->counting = !t->counting;
	t->filled = t->next = 0;
	t->last_batch = false;
	t->token = 0;
	return 1;
}

/*
 * The next batch out of the hash that nobody counts in. The kernel takes bucket after bucket. At
 * the end (-ENOENT), and without memory for a large bucket (-ENOMEM), it tells what it has taken
 * until then; with any other error it has taken nothing (kernel/bpf/hashtab.c
 * __htab_map_lookup_and_delete_batch(), Linux 6.12; -EFAULT would be our bug).
 *
 * Return: 0, or a negative errno: call again later, after what may be in the batch.
 */
static int fetch(struct tracepoint *t)
{
	const int fd = t->program.counts_fd[!t->counting];
	__u32 count, token = t->token;
	int r;

	t->filled = t->next = 0;
	for (;;) {
		count = (__u32)t->room;
		r = bpf_map_lookup_and_delete_batch(fd, t->token ? &t->token : NULL, &token,
						    t->keys, t->counts, &count, NULL);
		if (r != -ENOSPC)
			break;
		r = reserve_batch(t, 2 * t->room); /* more in one bucket of the hash than fit */
		if (r < 0)
			return r;
	}
	if (r < 0 && r != -ENOENT && r != -ENOMEM)
		return r;
	t->token = token;
	t->last_batch = r == -ENOENT;
	t->filled = count;
	return r == -ENOMEM ? r : 0;
}

/* A subsystem's module may have been loaded after us. */
static void name_reason(struct tracepoint *t, uint32_t reason, char name[DROP_REASON_MAX])
{
	const uint64_t now_ns = clock_monotonic_ns();

	if (reasons_name(t->reasons, reason, name) || reason >> REASON_SUBSYSTEM_SHIFT == 0)
		return;
	if (t->learned_ns && now_ns - t->learned_ns < RELEARN_NS)
		return;
	t->learned_ns = now_ns;
	if (tracepoint_btf_read(TRACEPOINT_BTF_DIR, NULL, t->reasons, NULL) == 0)
		reasons_name(t->reasons, reason, name);
#ifdef __GLIBC__
	malloc_trim(0);
#endif
}

static void sum_up(const struct tracepoint *t, struct tracepoint_count *ret)
{
	const struct tracepoint_count *of = &t->counts[t->next * t->cpus];

	*ret = (struct tracepoint_count){ 0 };
	for (size_t cpu = 0; cpu < t->cpus; cpu++) {
		ret->packets += of[cpu].packets;
		ret->bytes += of[cpu].bytes;
	}
}

/* One event of keys[next]; goes on to the next key unless there are more packets than fit. */
static void yield(struct tracepoint *t, uint64_t now_ns, struct drop_event *ev)
{
	const struct tracepoint_key *key = &t->keys[t->next];

	if (!t->rest.packets)
		sum_up(t, &t->rest);
	*ev = (struct drop_event){
		.time_ns = now_ns,
		.pc = key->location,
		.bytes = t->rest.bytes,
		.packets = t->rest.packets > UINT32_MAX ? UINT32_MAX : (uint32_t)t->rest.packets,
		.ifindex = key->ifindex,
		.in_ifindex = key->in_ifindex,
		.netns = key->netns,
		.ethertype = ntohs(key->ethertype),
		.ip_protocol = key->ip_protocol,
		.cast = key->cast,
		.origin = DROP_ORIGIN_SOFTWARE,
		.has_bytes = true,
	};
	if (key->reason)
		name_reason(t, key->reason, ev->reason);
	t->stats.events++;
	t->stats.packets += ev->packets;
	t->rest.packets -= ev->packets;
	t->rest.bytes = 0;
	if (!t->rest.packets)
		t->next++;
}

static int read_counts(struct tracepoint *t, struct drop_event *ev, size_t n)
{
	const uint64_t now_ns = clock_realtime_ns();
	size_t written = 0;
	int r;

	while (written < n) {
		if (t->next < t->filled) {
			yield(t, now_ns, &ev[written++]);
			continue;
		}
		if (t->last_batch) {
			t->phase = written ? FINISHED : IDLE;
			break;
		}
		r = fetch(t);
		if (r == 0)
			tell_no_trouble(t);
		else if (!t->filled) {
			tell_trouble(t, r);
			break;
		}
	}
	return (int)written;
}

/*
 * Nothing was counted for a whole interval: the program wakes us for the next drop. One that was
 * counted while we went to sleep is seen here.
 */
static void sleep_until_a_drop(struct tracepoint *t)
{
	tracepoint_wake_sleep(&t->wake);
	if (__atomic_load_n(&t->program.state->touched, __ATOMIC_SEQ_CST))
		tracepoint_wake_up(&t->wake);
}

/*
 * A caller reads until it gets 0, and waits for fd() then. The 0 that ends one reading must come
 * even while packets are being dropped all the time; so right after a reading, only the timer
 * begins another.
 */
static int tracepoint_read(struct source *source, struct drop_event *ev, size_t n)
{
	struct tracepoint *t = (struct tracepoint *)source;
	const bool due = tracepoint_wake_due(&t->wake);
	int r;

	if (t->phase == READING)
		return read_counts(t, ev, n);
	if (t->phase == FINISHED && !due) {
		t->phase = IDLE;
		return 0;
	}
	t->phase = IDLE;
	r = exchange(t);
	count_lost(t);
	if (r == 0) {
		if (due || !t->wake.awake)
			sleep_until_a_drop(t);
		return 0;
	}
	tracepoint_wake_up(&t->wake);
	if (r < 0) {
		tell_trouble(t, r);
		return 0;
	}
	t->phase = READING;
	return read_counts(t, ev, n);
}

static void tracepoint_stats(struct source *source, struct source_stats *ret)
{
	*ret = ((const struct tracepoint *)source)->stats;
}

static struct source *tracepoint_close(struct source *source)
{
	struct tracepoint *t = (struct tracepoint *)source;

	if (!t)
		return NULL;
	tracepoint_wake_close(&t->wake);
	tracepoint_unload(&t->program);
	reasons_free(t->reasons);
	free(t->keys);
	free(t->counts);
	free(t);
	return NULL;
}

static void tracepoint_freep(struct tracepoint **t)
{
	if (*t)
		tracepoint_close(&(*t)->source);
}

const struct source_ops tracepoint_ops = {
	.name = "tracepoint",
	.keeps = true,
	.open = tracepoint_open,
	.fd = tracepoint_fd,
	.read = tracepoint_read,
	.stats = tracepoint_stats,
	.close = tracepoint_close,
};
