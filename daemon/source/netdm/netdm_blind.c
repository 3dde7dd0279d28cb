/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Why a second is held back: net/core/drop_monitor.c trace_drop_common(), dm_delay,
 * reset_per_cpu_data(), Linux 6.1 and 7.2-rc5.
 */
#include "source/netdm/netdm_blind.h"

#include "base/clock.h"

#define HELD_BACK_NS NSEC_PER_SEC
#define FLAP_NS	     (10 * NSEC_PER_SEC)

void netdm_blind_proof(struct netdm_blind *b, uint64_t then_ns, uint64_t now_ns)
{
	if (b->since_ns || !b->proven_ns) {
		b->total_ns = netdm_blind_total(b, now_ns);
		b->since_ns = 0;
		b->until_ns = now_ns;
	}
	if (then_ns > b->proven_ns)
		b->proven_ns = then_ns;
}

void netdm_blind_begin(struct netdm_blind *b)
{
	const uint64_t held_ns = b->proven_ns > HELD_BACK_NS ? b->proven_ns - HELD_BACK_NS : 1;

	if (b->since_ns || !b->proven_ns)
		return;
	b->since_ns = held_ns > b->until_ns ? held_ns : b->until_ns;
}

uint64_t netdm_blind_total(const struct netdm_blind *b, uint64_t now_ns)
{
	if (!b->since_ns || now_ns < b->since_ns)
		return b->total_ns;
	return b->total_ns + now_ns - b->since_ns;
}

void netdm_blind_interrupted(struct netdm_blind *b, uint64_t now_ns)
{
	b->interrupted_ns[1] = b->interrupted_ns[0];
	b->interrupted_ns[0] = now_ns;
}

bool netdm_blind_flaps(const struct netdm_blind *b, uint64_t now_ns)
{
	return b->interrupted_ns[1] && b->interrupted_ns[0] - b->interrupted_ns[1] < FLAP_NS &&
	       now_ns - b->interrupted_ns[0] < FLAP_NS;
}
