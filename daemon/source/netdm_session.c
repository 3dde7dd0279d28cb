/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Who runs the drop monitor. Opened by main, then looked after by the source thread.
 *
 * NET_DM has one state for the whole host. It has no owner: it goes on after the
 * program that started it died, anybody with CAP_NET_ADMIN can stop it, and nobody is
 * told. So the session asks once a second, and each question is chosen so that a
 * healthy monitor is not changed by it:
 *
 *   START              -EAGAIN: it is on. 0: whoever had started it, we or another
 *                      program, it was stopped; now we have started it, and it may be
 *                      set up otherwise: it is stopped, set up, started. Software and
 *                      hardware drops are two halves that are started and stopped
 *                      apart, so each that is wanted is asked for.
 *   CONFIG_GET         If it says other than when we started, another program took
 *                      over (nothing can be set while it runs), and is left in peace
 *                      from then on.
 *   STATS_GET          What the queues lost.
 *
 * (A CONFIG that sets nothing would tell without starting anything whether another one's
 * monitor is on; but -EBUSY means that one of the halves is, and not which.)
 *
 * After its module was reloaded the family has another id: the old one yields -ENOENT,
 * and the kernel has silently taken the membership away. Then it is found and
 * joined again. That takes CAP_SYS_ADMIN, which the daemon may have given up: then
 * the session is broken for good, and a restart of the daemon mends it.
 *
 * What was asked for and cannot be had, hardware drops or packet mode, is refused at open:
 * nobody would notice that it is missing.
 *
 * We stop only what we started. A monitor left on by a daemon that was killed is ours
 * if that one left its mark, as under systemd; else it counts as another's, is listened
 * to, and left on.
 *
 * Source: net/core/drop_monitor.c net_dm_cmd_config(), net_dm_cmd_trace(),
 * net_dm_cmd_stats_get(), Linux 7.2-rc5 and 6.1.
 */
#include "source/netdm_session.h"

#include <errno.h>
#include <inttypes.h>
#include <linux/net_dropmon.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "source/netdm_ctl.h"
#include "source/netdm_mark.h"

#define OPEN_NS	    (3 * NSEC_PER_SEC) /* the whole opening may take so long */
#define ROUND_NS    NSEC_PER_SEC       /* between two rounds of questions */
#define LATE_MAX    5		       /* rounds without an answer before we say so */
#define ANSWERS_MAX 64		       /* taken in one go */

struct netdm_session {
	struct config_netdm cfg;     /* immutable */
	struct netdm_events *events; /* immutable pointer */
	struct netdm_ctl *ctl;	     /* immutable pointer */
	uint16_t family;     /* 0: being looked for. Main, then the source thread, as below */
	bool opened;	     /* it was found, joined and started once */
	bool running;	     /* as far as we know it is on, and we are a member */
	bool silent;	     /* it does not answer */
	bool own_sw, own_hw; /* our START returned 0 */
	bool found_off;	     /* a START that was to find it on returned 0 */
	bool adopt;	     /* the next CONFIG_GET says what is ours */
	bool have_queue_drops;
	struct netdm_answer set; /* the last CONFIG_GET */
	unsigned int awaited;	 /* bits of enum netdm_ask */
	unsigned int late;	 /* rounds that found some still awaited */
	uint64_t next_ns;	 /* CLOCK_MONOTONIC of the next round */
	uint64_t queue_drops;	 /* the kernel's counter as last seen */
	uint64_t lost_kernel_queue;
	uint64_t restarts[RESTART_CAUSES];
	int broken;	    /* negative errno: for good */
	struct err trouble; /* why it is not running */
};

static void trouble(struct netdm_session *s, enum netdm_ask ask, int error)
{
	s->running = false;
	netdm_ctl_explain(ask, error, &s->trouble);
}

static void break_down(struct netdm_session *s, enum netdm_ask ask, int error)
{
	trouble(s, ask, error);
	s->broken = error;
}

/* While open the kernel is asked again in a later round, so a failure to ask is like no answer. */
static void ask(struct netdm_session *s, enum netdm_ask what)
{
	int r = netdm_ctl_send(s->ctl, what, s->family, &s->cfg);

	s->awaited |= 1u << what;
	if (r < 0 && !s->opened)
		break_down(s, what, r);
}

/* From the top: what is on is stopped if it is ours, since nothing can be set while it runs. */
static void begin(struct netdm_session *s)
{
	if (s->own_sw)
		ask(s, NETDM_ASK_STOP_SW);
	if (s->own_hw)
		ask(s, NETDM_ASK_STOP_HW);
	s->own_sw = s->own_hw = s->found_off = false;
	ask(s, NETDM_ASK_CONFIG);
}

static bool beginning(const struct netdm_session *s)
{
	return s->awaited &
	       (1u << NETDM_ASK_CONFIG | 1u << NETDM_ASK_START_SW | 1u << NETDM_ASK_START_HW);
}

static void look_for_family(struct netdm_session *s)
{
	s->family = 0;
	if (s->opened) /* whatever will be on next, it is not what we left on */
		netdm_mark_set(s->cfg.mark_dir, false);
	s->own_sw = s->own_hw = s->found_off = s->running = false;
	s->awaited = 0;
	err_set(&s->trouble, -ENOENT, "the drop_monitor module was unloaded; looking for it again");
	ask(s, NETDM_ASK_FAMILY);
}

static int join(struct netdm_session *s, uint32_t group)
{
	int r = netdm_events_join(s->events, group);

	if (r == -EPERM)
		return err_set(
			&s->trouble, r,
			"cannot join NET_DM's group 'events': since Linux 6.7 (and 6.6.7, 6.1.68, "
			"5.15.143, 5.10.204, 5.4.264) it takes CAP_SYS_ADMIN in the host's user "
			"namespace; %s",
			s->opened ? "restart dropwatchd"
				  : "run as root, or with AmbientCapabilities=CAP_SYS_ADMIN "
				    "CAP_NET_ADMIN");
	if (r < 0)
		return err_set(&s->trouble, r, "cannot join NET_DM's group 'events': %m");
	return 0;
}

static void on_family(struct netdm_session *s, const struct netdm_answer *a)
{
	if (a->error || !a->family) {
		trouble(s, a->ask, a->error ? a->error : -EPROTO);
		s->broken = s->opened ? 0 : s->trouble.code; /* later it may come back */
		return;
	}
	s->family = a->family;
	s->broken = join(s, a->group);
	if (s->broken)
		return;
	if (s->opened) {
		s->restarts[RESTART_RELOADED]++;
		s->queue_drops = 0; /* a new module counts from 0 */
	} else {
		s->own_sw = netdm_mark_found(s->cfg.mark_dir);
		s->own_hw = s->own_sw && s->cfg.hardware;
	}
	ask(s, NETDM_ASK_STATS);
	begin(s);
}

/* Before Linux 5.4 nothing can be set, summary is what there is, and START means software drops. */
static void on_config(struct netdm_session *s, const struct netdm_answer *a)
{
	const bool old = a->error == -EOPNOTSUPP && s->cfg.alert_mode == ALERT_MODE_SUMMARY;

	if (a->error && a->error != -EBUSY && !old) {
		break_down(s, a->ask, a->error);
		return;
	}
	if (old && s->cfg.hardware) { /* START would not even say that it knows no hardware */
		break_down(s, NETDM_ASK_START_HW, -EOPNOTSUPP);
		return;
	}
	ask(s, NETDM_ASK_START_SW);
	if (s->cfg.hardware)
		ask(s, NETDM_ASK_START_HW);
}

/* -EAGAIN: another program started it. */
static void on_start(struct netdm_session *s, const struct netdm_answer *a, bool *own)
{
	if (a->error && a->error != -EAGAIN) {
		break_down(s, a->ask, a->error);
		return;
	}
	*own = a->error == 0;
	netdm_mark_set(s->cfg.mark_dir, s->own_sw || s->own_hw);
	s->adopt = true;
	s->running = true;
	ask(s, NETDM_ASK_CONFIG_GET);
}

static bool same_setting(const struct netdm_answer *a, const struct netdm_answer *b)
{
	return a->alert_mode == b->alert_mode && a->truncate_bytes == b->truncate_bytes &&
	       a->queue_length == b->queue_length;
}

static void on_config_get(struct netdm_session *s, const struct netdm_answer *a)
{
	if (a->error)
		return; /* before Linux 5.4: summary mode, which is 0 */
	if (!s->adopt && !same_setting(a, &s->set)) { /* another program took over */
		s->own_sw = s->own_hw = false;
		netdm_mark_set(s->cfg.mark_dir, false);
	}
	s->adopt = false;
	s->set = *a;
	if (a->alert_mode == NET_DM_ALERT_MODE_SUMMARY)
		netdm_events_expect(s->events, 0);
	else
		netdm_events_expect(s->events, a->truncate_bytes ? a->truncate_bytes : UINT32_MAX);
}

/* The counter lives as long as the module: what it says at first was before our time. */
static void on_stats(struct netdm_session *s, const struct netdm_answer *a)
{
	if (a->error)
		return;
	if (s->have_queue_drops)
		s->lost_kernel_queue += a->queue_drops >= s->queue_drops
						? a->queue_drops - s->queue_drops
						: a->queue_drops;
	s->queue_drops = a->queue_drops;
	s->have_queue_drops = true;
}

/*
 * 0 = it was off. Any other error (-EPERM: the capability was given up) tells nothing. What is to
 * be done about it waits until both halves are known: what our questions started is stopped with
 * the rest before it is set up.
 */
static void on_probe(struct netdm_session *s, const struct netdm_answer *a, bool *own)
{
	if (beginning(s))
		return;
	if (!a->error)
		*own = s->found_off = true;
	if (!s->found_off || s->awaited & (1u << NETDM_ASK_PROBE_SW | 1u << NETDM_ASK_PROBE_HW))
		return;
	s->restarts[RESTART_STOPPED]++;
	begin(s);
}

static void on_answer(struct netdm_session *s, const struct netdm_answer *a)
{
	s->awaited &= ~(1u << a->ask);
	s->late = 0;
	s->silent = false;
	if (a->error == -ENOENT && a->ask != NETDM_ASK_FAMILY) {
		if (s->family)
			look_for_family(s);
		return;
	}
	switch (a->ask) {
	case NETDM_ASK_FAMILY:
		on_family(s, a);
		break;
	case NETDM_ASK_CONFIG:
		on_config(s, a);
		break;
	case NETDM_ASK_START_SW:
		on_start(s, a, &s->own_sw);
		break;
	case NETDM_ASK_START_HW:
		on_start(s, a, &s->own_hw);
		break;
	case NETDM_ASK_CONFIG_GET:
		on_config_get(s, a);
		break;
	case NETDM_ASK_STATS:
		on_stats(s, a);
		break;
	case NETDM_ASK_PROBE_SW:
		on_probe(s, a, &s->own_sw);
		break;
	case NETDM_ASK_PROBE_HW:
		on_probe(s, a, &s->own_hw);
		break;
	default: /* STOP always succeeds */
		break;
	}
}

static void take_answers(struct netdm_session *s)
{
	struct netdm_answer a;

	for (int i = 0; i < ANSWERS_MAX && !s->broken && netdm_ctl_recv(s->ctl, &a) > 0; i++)
		on_answer(s, &a);
}

static void ask_around(struct netdm_session *s)
{
	if (!netdm_events_joined(s->events)) {
		look_for_family(s);
		return;
	}
	ask(s, NETDM_ASK_STATS);
	ask(s, NETDM_ASK_CONFIG_GET);
	ask(s, NETDM_ASK_PROBE_SW);
	if (s->cfg.hardware)
		ask(s, NETDM_ASK_PROBE_HW);
}

static void next_round(struct netdm_session *s)
{
	if (s->awaited && ++s->late < LATE_MAX)
		return;
	if (s->awaited) {
		s->silent = true;
		s->awaited = 0;
		s->late = 0;
	}
	if (!s->family)
		look_for_family(s);
	else if (!s->running)
		begin(s);
	else
		ask_around(s);
}

int netdm_session_upkeep(struct netdm_session *s, uint64_t now_ns)
{
	if (s->awaited)
		take_answers(s);
	if (now_ns >= s->next_ns && !s->broken) {
		s->next_ns = now_ns + ROUND_NS;
		next_round(s);
		take_answers(s);
	}
	return s->broken;
}

static int open_all(struct netdm_session *s)
{
	const uint64_t end_ns = clock_monotonic_ns() + OPEN_NS;
	struct pollfd fd = { .fd = netdm_ctl_fd(s->ctl), .events = POLLIN };

	ask(s, NETDM_ASK_FAMILY);
	take_answers(s);
	while (s->awaited && !s->broken) {
		const uint64_t now_ns = clock_monotonic_ns();

		if (now_ns >= end_ns)
			return err_set(&s->trouble, -ETIMEDOUT, "NET_DM has not answered for %d s",
				       (int)(OPEN_NS / NSEC_PER_SEC));
		poll(&fd, 1, (int)((end_ns - now_ns) / NSEC_PER_MSEC) + 1);
		take_answers(s);
	}
	s->opened = true;
	s->next_ns = clock_monotonic_ns() + ROUND_NS;
	return s->broken;
}

int netdm_session_open(const struct config_netdm *cfg, struct netdm_events *events,
		       struct netdm_session **ret, struct err *err)
{
	cleanup(netdm_session_closep) struct netdm_session *s = calloc(1, sizeof(*s));
	int r;

	if (!s)
		return err_set(err, -ENOMEM, "drop monitor: %m");
	s->cfg = *cfg;
	s->events = events;
	r = netdm_ctl_new(&s->ctl);
	if (r < 0)
		return err_set(err, r, "cannot open a generic netlink socket: %m");
	r = open_all(s);
	if (r < 0)
		return err_set(err, r, "%s", s->trouble.text);
	*ret = take(s);
	return 0;
}

uint16_t netdm_session_family(const struct netdm_session *s)
{
	return s->family;
}

/* Half of it another program's: its settings are in force, for both. */
static bool all_ours(const struct netdm_session *s)
{
	return s->own_sw && (s->own_hw || !s->cfg.hardware);
}

void netdm_session_stats(const struct netdm_session *s, struct source_stats *ret)
{
	ret->mode = s->set.alert_mode == NET_DM_ALERT_MODE_PACKET ? "packet" : "summary";
	ret->owner = all_ours(s) ? "self" : "other";
	ret->up = s->running && !s->silent && !s->broken;
	ret->lost_kernel_queue = s->lost_kernel_queue;
	memcpy(ret->restarts, s->restarts, sizeof(ret->restarts));
	ret->trouble[0] = '\0';
	if (!ret->up)
		snprintf(ret->trouble, sizeof(ret->trouble), "%.255s",
			 s->running && !s->broken ? "NET_DM does not answer" : s->trouble.text);
}

struct netdm_session *netdm_session_close(struct netdm_session *s)
{
	if (!s)
		return NULL;
	if (s->own_sw)
		netdm_ctl_send(s->ctl, NETDM_ASK_STOP_SW, s->family, &s->cfg);
	if (s->own_hw)
		netdm_ctl_send(s->ctl, NETDM_ASK_STOP_HW, s->family, &s->cfg);
	if (s->own_sw || s->own_hw)
		netdm_mark_set(s->cfg.mark_dir, false);
	netdm_ctl_free(s->ctl);
	free(s);
	return NULL;
}
