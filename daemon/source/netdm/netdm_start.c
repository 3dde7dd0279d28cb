/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Find the family, join its group, set the monitor up, start each half that is wanted.
 *
 * After its module was reloaded the family has another id: requests with the old one yield
 * -ENOENT, and the kernel has silently ended our membership of the group. So the family is looked
 * for and joined again. That needs CAP_SYS_ADMIN, which the daemon may have given up. Then the
 * session is broken for good, and a restart of the daemon fixes it. Its mark tells the next daemon
 * since when drops have been missed.
 *
 * What was configured and cannot be provided, hardware drops or packet mode, is refused, since
 * nobody would notice that it is missing.
 *
 * Source: net/core/drop_monitor.c net_dm_cmd_config(), net_dm_cmd_trace(), Linux 6.1 and 7.2-rc5.
 */
#include "source/netdm/netdm_start.h"

#include <errno.h>

void netdm_start_seek(struct netdm_session *s)
{
	s->family = 0;
	s->state = NETDM_SEEKING;
	netdm_blind_begin(&s->blind);
	netdm_state_disown(s);
	netdm_state_mark(s); /* whatever is on next, it is not what we left on */
	err_set(&s->trouble, -ENOENT, "the drop_monitor module was unloaded; looking for it again");
	netdm_state_ask(s, NETDM_ASK_FAMILY);
}

void netdm_start_begin(struct netdm_session *s)
{
	s->state = NETDM_STARTING;
	netdm_blind_begin(&s->blind);
	for (int i = 0; i < NETDM_HALVES; i++)
		if (s->halves[i].owner == NETDM_OWNER_SELF)
			netdm_state_ask(s, s->halves[i].stop);
	netdm_state_disown(s);
	netdm_state_ask(s, NETDM_ASK_CONFIG);
}

static int join_group(struct netdm_session *s, uint32_t group)
{
	int r = netdm_events_join(s->events, group);

	if (r == 0)
		return 0;
	if (r != -EPERM)
		return err_set(&s->trouble, r, "cannot join NET_DM's group 'events': %m");
	err_set(&s->trouble, r,
		"cannot join NET_DM's group 'events': since Linux 6.7 (and 6.6.7, 6.1.68, "
		"5.15.143, 5.10.204, 5.4.264) it takes CAP_SYS_ADMIN in the host's user "
		"namespace");
	return err_remedy(
		&s->trouble, r,
		netdm_state_opened(s)
			? "restart dropwatchd"
			: "run as root, or with AmbientCapabilities=CAP_SYS_ADMIN CAP_NET_ADMIN");
}

void netdm_start_on_family(struct netdm_session *s, const struct netdm_answer *a)
{
	if (a->error || !a->family) {
		netdm_ctl_explain(a->ask, a->error ? a->error : -EPROTO, &s->trouble);
		s->state = netdm_state_opened(s) ? NETDM_SEEKING : NETDM_BROKEN;
		return;
	}
	s->family = a->family;
	if (join_group(s, a->group) < 0) {
		s->state = NETDM_BROKEN;
		return;
	}
	if (netdm_events_shared(s->events)) /* what the mark says may no longer be true */
		netdm_state_disown(s);
	if (netdm_state_opened(s)) {
		s->restarts[RESTART_RELOADED]++;
		for (int i = 0; i < NETDM_HALVES; i++)
			s->halves[i].queue_drops = 0; /* a new module counts from 0 */
	}
	netdm_state_ask(s, NETDM_ASK_STATS);
	netdm_start_begin(s);
}

/*
 * Before Linux 5.4 nothing can be set, there is only summary mode, and START means software drops,
 * even if it asks for hardware drops.
 */
void netdm_start_on_config(struct netdm_session *s, const struct netdm_answer *a)
{
	const bool old = a->error == -EOPNOTSUPP && s->cfg.alert_mode == ALERT_MODE_SUMMARY;

	if (a->error && a->error != -EBUSY && !old) {
		netdm_state_break(s, a->ask, a->error);
		return;
	}
	if (old && s->halves[NETDM_HARDWARE].wanted) {
		netdm_state_break(s, NETDM_ASK_START_HW, -EOPNOTSUPP);
		return;
	}
	for (int i = 0; i < NETDM_HALVES; i++)
		if (s->halves[i].wanted)
			netdm_state_ask(s, s->halves[i].start);
}

/* -EAGAIN: another program started it. */
void netdm_start_on_start(struct netdm_session *s, const struct netdm_answer *a,
			  struct netdm_half *half)
{
	if (a->error && a->error != -EAGAIN) {
		netdm_state_break(s, a->ask, a->error);
		return;
	}
	half->owner = a->error ? NETDM_OWNER_OTHER : NETDM_OWNER_SELF;
	half->probed = -EAGAIN;
	if (a->error)
		s->kernel = NETDM_KERNEL_REFUSES;
	for (int i = 0; i < NETDM_HALVES; i++)
		if (netdm_state_awaits(s, s->halves[i].start))
			return;
	s->state = NETDM_ON;
	s->settings_known = false;
	netdm_blind_proof(&s->blind, s->now_ns, s->now_ns);
	netdm_state_mark(s);
	netdm_state_ask(s, NETDM_ASK_CONFIG_GET);
	if (s->kernel == NETDM_KERNEL_UNKNOWN)
		netdm_state_ask(s, half->probe);
}
