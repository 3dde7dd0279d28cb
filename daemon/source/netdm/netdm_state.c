/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "source/netdm/netdm_state.h"

#include "source/netdm/netdm_mark.h"

bool netdm_state_opened(const struct netdm_session *s)
{
	return s->blind.proven_ns != 0;
}

bool netdm_state_awaits(const struct netdm_session *s, enum netdm_ask what)
{
	return s->awaited >> what & 1;
}

static void send_request(struct netdm_session *s, enum netdm_ask what,
			 const struct config_netdm *cfg)
{
	const int r = netdm_ctl_send(s->ctl, what, s->family, cfg);

	s->awaited |= 1u << what;
	if (r < 0 && !netdm_state_opened(s))
		netdm_state_break(s, what, r);
}

void netdm_state_ask(struct netdm_session *s, enum netdm_ask what)
{
	send_request(s, what, &s->cfg);
}

void netdm_state_ask_queue_length(struct netdm_session *s, enum netdm_ask what, uint32_t length)
{
	struct config_netdm cfg = s->cfg;

	cfg.queue_length = length;
	send_request(s, what, &cfg);
}

void netdm_state_break(struct netdm_session *s, enum netdm_ask what, int error)
{
	s->state = NETDM_BROKEN;
	netdm_blind_begin(&s->blind);
	netdm_ctl_explain(what, error, &s->trouble);
}

void netdm_state_disown(struct netdm_session *s)
{
	for (int i = 0; i < NETDM_HALVES; i++)
		s->halves[i].owner = NETDM_OWNER_NOBODY;
}

void netdm_state_mark(const struct netdm_session *s)
{
	const struct netdm_mark mark = {
		.software = s->halves[NETDM_SOFTWARE].owner == NETDM_OWNER_SELF,
		.hardware = s->halves[NETDM_HARDWARE].owner == NETDM_OWNER_SELF,
		.blind_since_ns = s->blind.since_ns,
	};

	netdm_mark_write(s->cfg.mark_dir, &mark);
}
