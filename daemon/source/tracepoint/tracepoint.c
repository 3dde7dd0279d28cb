/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The tracepoint source: [kernel -> source] -> ring -> aggregator, on the source thread.
 *
 * skb:kfree_skb fires for each dropped packet, with its drop point and reason. tracepoint.bpf.c
 * counts the packets in the kernel, by drop point, reason, devices, protocol and network namespace;
 * it sends nothing to this side. While packets are dropped, the counts are read a few times a
 * second (tracepoint_counts.c), so the cost does not grow with the rate of drops. Otherwise this
 * side sleeps (tracepoint_wake.h). Consumed packets are not included: on kernels with SKB_CONSUMED
 * they fire consume_skb instead (net/core/skbuff.c __sk_skb_reason_drop(), net/core/dev.c
 * net_tx_action(); 6.18).
 *
 * Lost, and counted as LOST_KERNEL_QUEUE: packets that found the hash full. Lost, and counted as
 * LOST_RECURSION: packets dropped in an interrupt that hit the running program on the same CPU. The
 * kernel does not run the program again (kernel/trace/bpf_trace.c __bpf_trace_run()), but counts a
 * miss. Kernels before 6.1 do run it again; there, the program adds atomically.
 *
 * A system call that fails loses nothing. Counts that were read are yielded, the others stay in the
 * kernel, and the next read() continues there. Until then, the source reports that it is down.
 *
 * Only open() needs privileges: afterwards the maps are used through descriptors. Kernels before
 * 5.19 require CAP_BPF even for this if kernel.unprivileged_bpf_disabled is set, so
 * service/caps.c keeps it there.
 */
#include "source/source.h"

#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "source/tracepoint/tracepoint_counts.h"
#include "source/tracepoint/tracepoint_load.h"
#include "source/tracepoint/tracepoint_reasons.h"
#include "source/tracepoint/tracepoint_wake.h"

enum phase {
	IDLE,	  /* the next read() begins with an exchange */
	READING,  /* the counts of the last exchange are being read */
	FINISHED, /* all of them were returned; the caller may call once more */
};

struct tracepoint {
	struct source source; /* first */
	struct tracepoint_program program;
	struct tracepoint_counts counts;
	struct tracepoint_reasons reasons;
	struct tracepoint_wake wake;
	enum phase phase;
	struct source_stats stats;
};

static struct source *tracepoint_close(struct source *source)
{
	struct tracepoint *t = (struct tracepoint *)source;

	if (!t)
		return NULL;
	tracepoint_wake_close(&t->wake);
	tracepoint_counts_close(&t->counts);
	tracepoint_unload(&t->program);
	tracepoint_reasons_close(&t->reasons);
	free(t);
	return NULL;
}

static void tracepoint_freep(struct tracepoint **t)
{
	if (*t)
		tracepoint_close(&(*t)->source);
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
	r = tracepoint_reasons_open(&t->reasons, &kernel, err);
	if (r < 0)
		return r;
	if (cfg->tracepoint.need_reasons && kernel.arguments < 3)
		return err_remedy(err,
				  err_set(err, -EOPNOTSUPP, "this kernel reports no drop reasons"),
				  "they came with Linux 5.17");
	r = tracepoint_load_best(&kernel, cfg->tracepoint.max_entries, &t->program, err);
	if (r < 0)
		return r;
	r = tracepoint_counts_open(&t->counts, &t->program);
	if (r < 0)
		return err_set(err, r, "preparing to read the counts: %m");
	r = tracepoint_wake_open(&t->wake, t->program.wake_fd, cfg->tracepoint.interval_ms);
	if (r < 0)
		return err_set(err, r, "preparing to wait for drops: %m");
	t->stats = (struct source_stats){
		.source = SOURCE_NAME_TRACEPOINT,
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

/* A counter never decreases, whatever the kernel returns. */
static void raise_to(uint64_t *counter, uint64_t value)
{
	if (value > *counter)
		*counter = value;
}

static void update_losses(struct tracepoint *t)
{
	raise_to(&t->stats.lost[LOST_RECURSION], tracepoint_misses(&t->program));
	raise_to(&t->stats.lost[LOST_KERNEL_QUEUE],
		 __atomic_load_n(&t->program.state->lost, __ATOMIC_RELAXED));
}

static void report_trouble(struct tracepoint *t, int code)
{
	t->stats.up = false;
	snprintf(t->stats.trouble, sizeof(t->stats.trouble),
		 "cannot read the counts (%s); they stay in the kernel, trying again",
		 strerror(-code));
}

static void report_no_trouble(struct tracepoint *t)
{
	t->stats.up = true;
	t->stats.trouble[0] = '\0';
}

static void make_event(struct tracepoint *t, const struct tracepoint_key *key,
		       const struct tracepoint_count *count, uint64_t now_ns, struct drop_event *ev)
{
	*ev = (struct drop_event){
		.time_ns = now_ns,
		.pc = key->location,
		.bytes = count->bytes,
		.packets = count->packets,
		.ifindex = key->ifindex,
		.in_ifindex = key->in_ifindex,
		.netns = key->netns,
		.ethertype = ntohs(key->ethertype),
		.ip_protocol = key->ip_protocol,
		.cast = key->cast,
		.origin = DROP_ORIGIN_SOFTWARE,
	};
	if (key->reason)
		tracepoint_reasons_name(&t->reasons, key->reason, ev->reason);
	t->stats.events++;
	t->stats.packets += count->packets;
}

static int read_counts(struct tracepoint *t, struct drop_event *ev, size_t n)
{
	const uint64_t now_ns = clock_realtime_ns();
	struct tracepoint_count count;
	struct tracepoint_key key;
	size_t written = 0;
	int r = 1;

	while (written < n && (r = tracepoint_counts_next(&t->counts, &key, &count)) > 0)
		make_event(t, &key, &count, now_ns, &ev[written++]);
	if (r < 0)
		report_trouble(t, r);
	else
		report_no_trouble(t);
	if (r == 0)
		t->phase = written ? FINISHED : IDLE;
	return (int)written;
}

/*
 * Nothing was counted for a whole interval: let the program wake us at the next drop. A drop that
 * was counted while we went to sleep is detected here.
 */
static void sleep_until_a_drop(struct tracepoint *t)
{
	tracepoint_wake_sleep(&t->wake);
	if (tracepoint_counts_pending(&t->counts))
		tracepoint_wake_up(&t->wake);
}

/*
 * A caller reads until it gets 0, and then waits for fd(). This 0 must come even while packets are
 * dropped all the time. So after a reading, only the timer begins another.
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
	r = tracepoint_counts_exchange(&t->counts);
	update_losses(t);
	if (r == 0) {
		if (due || !t->wake.awake)
			sleep_until_a_drop(t);
		return 0;
	}
	tracepoint_wake_up(&t->wake);
	if (r < 0) {
		report_trouble(t, r);
		return 0;
	}
	t->phase = READING;
	return read_counts(t, ev, n);
}

static void tracepoint_stats(struct source *source, struct source_stats *ret)
{
	*ret = ((const struct tracepoint *)source)->stats;
}

const struct source_ops tracepoint_ops = {
	.name = SOURCE_NAME_TRACEPOINT,
	.keeps = true,
	.open = tracepoint_open,
	.fd = tracepoint_fd,
	.read = tracepoint_read,
	.stats = tracepoint_stats,
	.close = tracepoint_close,
};
