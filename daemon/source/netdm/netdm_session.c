/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Who runs the drop monitor. Main opens a session, then the source thread looks after it.
 *
 * NET_DM has one state for the whole host, and no owner. It stays on after the program that started
 * it has ended, any program with CAP_NET_ADMIN can stop it, and no event reports either. So the
 * session starts it (netdm_start.c), asks once a second whether it is still on (netdm_watch.c), and
 * starts it again when it is not. Each time that the monitor was off, or may have been,
 * netdm_blind.c measures for how long.
 *
 * We stop only what we started, and only if no other socket receives its events: the program that
 * owns that socket may have stopped and started the monitor between two rounds. A monitor that a
 * killed daemon left on is ours if that daemon left its mark, as it does under systemd, and if no
 * other socket receives its events. Otherwise it counts as another program's: we listen, and leave
 * it on.
 */
#include "source/netdm/netdm_session.h"

#include <errno.h>
#include <linux/net_dropmon.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "source/netdm/netdm_mark.h"
#include "source/netdm/netdm_start.h"
#include "source/netdm/netdm_watch.h"

#define OPEN_NS	    (3 * NSEC_PER_SEC) /* limit of the whole opening */
#define ROUND_NS    NSEC_PER_SEC       /* between two rounds of questions */
#define LATE_NS	    (5 * NSEC_PER_SEC) /* without an answer before the questions are asked again */
#define ANSWERS_MAX 64		       /* taken at once */

static struct netdm_half *half_of(struct netdm_session *s, enum netdm_ask ask)
{
	const bool hardware = ask == NETDM_ASK_START_HW || ask == NETDM_ASK_PROBE_HW;

	return &s->halves[hardware ? NETDM_HARDWARE : NETDM_SOFTWARE];
}

static void on_answer(struct netdm_session *s, const struct netdm_answer *a)
{
	s->awaited &= ~(1u << a->ask);
	if (a->error == -ENOENT && a->ask != NETDM_ASK_FAMILY) {
		if (s->family)
			netdm_start_seek(s);
		return;
	}
	switch (a->ask) {
	case NETDM_ASK_FAMILY:
		netdm_start_on_family(s, a);
		break;
	case NETDM_ASK_CONFIG:
		netdm_start_on_config(s, a);
		break;
	case NETDM_ASK_START_SW:
	case NETDM_ASK_START_HW:
		netdm_start_on_start(s, a, half_of(s, a->ask));
		break;
	case NETDM_ASK_CONFIG_GET:
		netdm_watch_on_settings(s, a);
		break;
	case NETDM_ASK_STATS:
		netdm_watch_on_stats(s, a);
		break;
	case NETDM_ASK_PROBE_SW:
	case NETDM_ASK_PROBE_HW:
		netdm_watch_on_probe(s, a, half_of(s, a->ask));
		break;
	case NETDM_ASK_PROBE_CONFIG:
		netdm_watch_on_probe_config(s, a);
		break;
	default: /* STOP always succeeds */
		break;
	}
}

static void take_answers(struct netdm_session *s)
{
	struct netdm_answer a;

	for (int i = 0; i < ANSWERS_MAX && s->state != NETDM_BROKEN; i++) {
		if (netdm_ctl_recv(s->ctl, &a) <= 0)
			return;
		on_answer(s, &a);
	}
}

static void next_round(struct netdm_session *s)
{
	if (s->awaited && s->now_ns - s->asked_ns < LATE_NS)
		return;
	if (s->awaited && s->state == NETDM_ON) {
		err_set(&s->trouble, -ETIMEDOUT, "NET_DM does not answer");
		netdm_watch_lose_sight(s);
	}
	s->awaited = 0;
	s->asked_ns = s->now_ns;
	if (s->state == NETDM_STARTING)
		netdm_start_begin(s);
	else if (s->state == NETDM_SEEKING || !netdm_events_joined(s->events))
		netdm_start_seek(s);
	else
		netdm_watch_ask(s);
}

int netdm_session_upkeep(struct netdm_session *s, uint64_t now_ns)
{
	s->now_ns = now_ns;
	if (s->awaited)
		take_answers(s);
	if (now_ns - s->asked_ns >= ROUND_NS && s->state != NETDM_BROKEN) {
		next_round(s);
		take_answers(s);
	}
	return s->state == NETDM_BROKEN ? s->trouble.code : 0;
}

int netdm_session_opening(struct netdm_session *s, uint64_t now_ns, struct err *err)
{
	const int r = netdm_session_upkeep(s, now_ns);

	if (r < 0) {
		*err = s->trouble;
		return r;
	}
	if (s->state == NETDM_ON && !s->awaited)
		return 0;
	if (now_ns - s->asked_ns >= OPEN_NS)
		return err_set(err, -ETIMEDOUT, "NET_DM has not answered for %d s",
			       (int)(OPEN_NS / NSEC_PER_SEC));
	return 1;
}

static void set_up_halves(struct netdm_session *s)
{
	const struct netdm_mark mark = netdm_mark_read(s->cfg.mark_dir, s->now_ns);

	s->halves[NETDM_SOFTWARE] = (struct netdm_half){
		.start = NETDM_ASK_START_SW,
		.probe = NETDM_ASK_PROBE_SW,
		.stop = NETDM_ASK_STOP_SW,
		.wanted = !s->cfg.hardware_only,
		.owner = mark.software ? NETDM_OWNER_SELF : NETDM_OWNER_NOBODY,
	};
	s->halves[NETDM_HARDWARE] = (struct netdm_half){
		.start = NETDM_ASK_START_HW,
		.probe = NETDM_ASK_PROBE_HW,
		.stop = NETDM_ASK_STOP_HW,
		.wanted = s->cfg.hardware == HARDWARE_ON,
		.owner = mark.hardware ? NETDM_OWNER_SELF : NETDM_OWNER_NOBODY,
	};
	s->blind.since_ns = mark.blind_since_ns;
}

int netdm_session_new(const struct config_netdm *cfg, struct netdm_events *events, uint64_t now_ns,
		      struct netdm_session **ret, struct err *err)
{
	cleanup(netdm_session_closep) struct netdm_session *s = calloc(1, sizeof(*s));
	int r;

	if (!s)
		return err_set(err, -ENOMEM, "drop monitor: %m");
	s->cfg = *cfg;
	s->events = events;
	s->now_ns = s->asked_ns = now_ns;
	set_up_halves(s);
	r = netdm_ctl_new(&s->ctl);
	if (r < 0)
		return err_set(err, r, "cannot open a generic netlink socket: %m");
	netdm_state_ask(s, NETDM_ASK_FAMILY);
	*ret = take(s);
	return 0;
}

int netdm_session_fd(const struct netdm_session *s)
{
	return netdm_ctl_fd(s->ctl);
}

uint16_t netdm_session_family(const struct netdm_session *s)
{
	return s->family;
}

/*
 * If another program owns one half, its settings apply to both. Where the kernel counts references,
 * nobody owns the monitor.
 */
static enum source_owner find_owner(const struct netdm_session *s)
{
	enum source_owner owner = s->shared ? OWNER_UNKNOWN : OWNER_SELF;

	if (s->kernel == NETDM_KERNEL_COUNTS)
		return OWNER_NONE;
	if (!s->settings_known && netdm_state_awaits(s, NETDM_ASK_CONFIG_GET))
		return OWNER_NONE; /* not known yet */
	for (int i = 0; i < NETDM_HALVES; i++) {
		if (s->halves[i].wanted && s->halves[i].owner == NETDM_OWNER_NOBODY)
			return OWNER_NONE;
		if (s->halves[i].wanted && s->halves[i].owner == NETDM_OWNER_OTHER)
			owner = OWNER_OTHER;
	}
	return owner;
}

static const char *why_not_up(const struct netdm_session *s)
{
	if ((s->state == NETDM_ON || s->state == NETDM_STARTING) &&
	    netdm_blind_flaps(&s->blind, s->now_ns))
		return "other programs stop the drop monitor again and again; it is started again "
		       "each time, and drops in between are not counted";
	return s->trouble.text;
}

void netdm_session_stats(const struct netdm_session *s, struct source_stats *ret)
{
	ret->mode = s->settings.alert_mode == NET_DM_ALERT_MODE_PACKET ? MODE_PACKET : MODE_SUMMARY;
	ret->owner = find_owner(s);
	ret->up = s->state == NETDM_ON && !netdm_blind_flaps(&s->blind, s->now_ns);
	ret->lost[LOST_KERNEL_QUEUE] = s->lost_kernel_queue;
	ret->blind_ns = netdm_blind_total(&s->blind, s->now_ns);
	memcpy(ret->restarts, s->restarts, sizeof(ret->restarts));
	snprintf(ret->trouble, sizeof(ret->trouble), "%.255s", ret->up ? "" : why_not_up(s));
}

/* Where the kernel counts references, STOP takes away only ours. */
static bool may_stop(const struct netdm_session *s)
{
	return s->family && (!netdm_state_opened(s) || s->kernel == NETDM_KERNEL_COUNTS ||
			     !netdm_events_shared(s->events));
}

struct netdm_session *netdm_session_close(struct netdm_session *s)
{
	if (!s)
		return NULL;
	for (int i = 0; i < NETDM_HALVES; i++)
		if (s->halves[i].owner == NETDM_OWNER_SELF && may_stop(s))
			netdm_ctl_send(s->ctl, s->halves[i].stop, s->family, &s->cfg);
	netdm_state_disown(s);
	netdm_state_mark(s);
	netdm_ctl_free(s->ctl);
	free(s);
	return NULL;
}
