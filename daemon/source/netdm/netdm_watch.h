/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/* Is the monitor still on, does it still have our settings, and what did its queues lose? */

#include "source/netdm/netdm_state.h"

/** netdm_watch_ask() - one round of questions. Thread: one, as below. */
void netdm_watch_ask(struct netdm_session *s);

/** netdm_watch_lose_sight() - whether it is on is not known any more; the trouble says why */
void netdm_watch_lose_sight(struct netdm_session *s);

/** netdm_watch_on_settings() - the answer to CONFIG_GET */
void netdm_watch_on_settings(struct netdm_session *s, const struct netdm_answer *a);

/** netdm_watch_on_stats() - the answer to STATS */
void netdm_watch_on_stats(struct netdm_session *s, const struct netdm_answer *a);

/** netdm_watch_on_probe() - the answer to START for one half that should be on */
void netdm_watch_on_probe(struct netdm_session *s, const struct netdm_answer *a,
			  struct netdm_half *half);

/** netdm_watch_on_probe_config() - the answer to CONFIG while the monitor should be on */
void netdm_watch_on_probe_config(struct netdm_session *s, const struct netdm_answer *a);
