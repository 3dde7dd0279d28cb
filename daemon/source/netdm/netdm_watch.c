/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Once a second, ask whether the drop monitor is still on. No event says that another program has
 * stopped it, so each question is chosen such that it does not change a healthy monitor:
 *
 *   START              -EAGAIN: this half is on. 0: it had been stopped. Now we have started it,
 *                      possibly with other settings, so it is stopped, set up and started. Each
 *                      half that is wanted is asked for.
 *   CONFIG_GET         If the settings have changed since the start, another program has taken
 *                      over, since they cannot be changed while the monitor is on. From then on we
 *                      only listen.
 *   STATS_GET          How many packets the queues lost.
 *
 * Some kernels (SONiC's) count references: START always answers 0, and each START needs a STOP to
 * undo it. So the first START that answers 0 is repeated. If the second one answers 0 as well, it
 * is undone, and from then on the question is a CONFIG that would change the queue length. -EBUSY:
 * the monitor is on. 0: it was off, and the old length is restored. Other kernels cannot be asked
 * this way, since -EBUSY does not say which half is on.
 *
 * A STOP and a START by another program between two rounds that leave the settings as they are
 * cannot be noticed.
 *
 * Source: net/core/drop_monitor.c net_dm_cmd_config(), net_dm_cmd_trace(), net_dm_cmd_stats_get(),
 * Linux 6.1 and 7.2-rc5.
 */
#include "source/netdm/netdm_watch.h"

#include <errno.h>
#include <linux/net_dropmon.h>

#include "source/netdm/netdm_start.h"

void netdm_watch_lose_sight(struct netdm_session *s)
{
	s->state = NETDM_SILENT;
	netdm_blind_begin(&s->blind);
}

/* It was on when the last round began. */
static void prove_on(struct netdm_session *s)
{
	s->state = NETDM_ON;
	netdm_blind_proof(&s->blind, s->asked_ns, s->now_ns);
}

static bool should_be_on(const struct netdm_session *s)
{
	return s->state == NETDM_ON || s->state == NETDM_SILENT;
}

static void ask_by_config(struct netdm_session *s)
{
	netdm_state_ask_queue_length(s, NETDM_ASK_PROBE_CONFIG, s->settings.queue_length + 1);
}

void netdm_watch_ask(struct netdm_session *s)
{
	s->shared = netdm_events_shared(s->events);
	netdm_state_ask(s, NETDM_ASK_STATS);
	netdm_state_ask(s, NETDM_ASK_CONFIG_GET);
	if (s->kernel == NETDM_KERNEL_COUNTS) {
		ask_by_config(s);
		return;
	}
	for (int i = 0; i < NETDM_HALVES; i++)
		if (s->halves[i].wanted)
			netdm_state_ask(s, s->halves[i].probe);
}

static bool same_settings(const struct netdm_answer *a, const struct netdm_answer *b)
{
	return a->alert_mode == b->alert_mode && a->truncate_bytes == b->truncate_bytes &&
	       a->queue_length == b->queue_length;
}

/* It was off in between, since nothing can be set while it is on. So none of it is ours now. */
static void on_taken_over(struct netdm_session *s)
{
	netdm_blind_begin(&s->blind);
	netdm_blind_interrupted(&s->blind, s->now_ns);
	for (int i = 0; i < NETDM_HALVES; i++)
		s->halves[i].owner = s->halves[i].wanted ? NETDM_OWNER_OTHER : NETDM_OWNER_NOBODY;
	netdm_state_mark(s);
}

/* An error: before Linux 5.4 there is only summary mode, which is 0. */
void netdm_watch_on_settings(struct netdm_session *s, const struct netdm_answer *a)
{
	if (a->error)
		return;
	if (s->settings_known && should_be_on(s) && !same_settings(a, &s->settings))
		on_taken_over(s);
	s->settings_known = true;
	s->settings = *a;
	if (a->alert_mode == NET_DM_ALERT_MODE_SUMMARY)
		netdm_events_expect(s->events, 0);
	else
		netdm_events_expect(s->events, a->truncate_bytes ? a->truncate_bytes : UINT32_MAX);
}

/* The counter is as old as the module: what it shows at first was lost before our time. */
static uint64_t queue_drops_since(struct netdm_half *half, uint64_t queue_drops)
{
	const bool reset = queue_drops < half->queue_drops;
	const uint64_t lost = reset ? queue_drops : queue_drops - half->queue_drops;
	const bool known = half->queue_drops_known;

	half->queue_drops_known = true;
	half->queue_drops = queue_drops;
	return known && half->wanted ? lost : 0;
}

void netdm_watch_on_stats(struct netdm_session *s, const struct netdm_answer *a)
{
	if (a->error)
		return;
	s->lost_kernel_queue += queue_drops_since(&s->halves[NETDM_SOFTWARE], a->queue_drops);
	s->lost_kernel_queue += queue_drops_since(&s->halves[NETDM_HARDWARE], a->hw_queue_drops);
}

static void on_stopped(struct netdm_session *s)
{
	s->restarts[RESTART_STOPPED]++;
	netdm_blind_interrupted(&s->blind, s->now_ns);
	err_set(&s->trouble, -EAGAIN,
		"another program stopped the drop monitor; it is being started again");
	netdm_start_begin(s);
}

/*
 * Called once both halves have answered, so that what our own questions started is stopped as well
 * before the monitor is set up. An error other than -EAGAIN proves nothing: -EPERM, for instance,
 * means that the capability was given up.
 */
static void judge_probes(struct netdm_session *s)
{
	for (int i = 0; i < NETDM_HALVES; i++) {
		if (s->halves[i].wanted && s->halves[i].probed == 0) {
			on_stopped(s);
			return;
		}
	}
	for (int i = 0; i < NETDM_HALVES; i++) {
		if (s->halves[i].wanted && s->halves[i].probed != -EAGAIN) {
			netdm_ctl_explain(s->halves[i].probe, s->halves[i].probed, &s->trouble);
			netdm_watch_lose_sight(s);
			return;
		}
	}
	prove_on(s);
}

/* 0: nobody holds a reference any more, nor do we. */
void netdm_watch_on_probe_config(struct netdm_session *s, const struct netdm_answer *a)
{
	if (!should_be_on(s))
		return;
	if (!a->error) {
		netdm_state_ask_queue_length(s, NETDM_ASK_RESTORE, s->settings.queue_length);
		s->kernel = NETDM_KERNEL_UNKNOWN;
		netdm_state_disown(s);
		on_stopped(s);
	} else if (a->error == -EBUSY) {
		prove_on(s);
	} else {
		netdm_ctl_explain(a->ask, a->error, &s->trouble);
		netdm_watch_lose_sight(s);
	}
}

void netdm_watch_on_probe(struct netdm_session *s, const struct netdm_answer *a,
			  struct netdm_half *half)
{
	if (!should_be_on(s))
		return;
	if (!a->error && s->kernel != NETDM_KERNEL_REFUSES) { /* the second 0 in a row */
		s->kernel = NETDM_KERNEL_COUNTS;
		netdm_state_ask(s, half->stop);
		ask_by_config(s);
		return;
	}
	if (a->error == -EAGAIN)
		s->kernel = NETDM_KERNEL_REFUSES;
	half->probed = a->error;
	if (!a->error)
		half->owner = NETDM_OWNER_SELF;
	for (int i = 0; i < NETDM_HALVES; i++)
		if (netdm_state_awaits(s, s->halves[i].probe))
			return;
	judge_probes(s);
}
