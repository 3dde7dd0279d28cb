/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/*
 * Who runs the drop monitor, we or another program? Started once, looked after
 * once a second, healed when somebody stops it or its module is reloaded.
 */

#include <stdint.h>

#include "base/cleanup.h"
#include "base/err.h"
#include "config/config.h"
#include "source/netdm/netdm_events.h"
#include "source/source_stats.h"

struct netdm_session;

/**
 * netdm_session_new() - ask for the family
 * @cfg: copied
 * @events: the event socket; outlives the session
 * @now_ns: CLOCK_MONOTONIC, as everywhere here
 * @ret: the session, to be opened by netdm_session_opening()
 * @err: what failed
 *
 * Return: 0 or a negative errno. Thread: main.
 */
int netdm_session_new(const struct config_netdm *cfg, struct netdm_events *events, uint64_t now_ns,
		      struct netdm_session **ret, struct err *err);

/** netdm_session_fd() - readable when an answer is there. Thread: main. */
int netdm_session_fd(const struct netdm_session *s);

/**
 * netdm_session_opening() - find the family, join its events, set it up, start it
 * @s: the session
 * @now_ns: an answer may take 3 s in all
 * @err: what is missing, and the command that mends it
 *
 * If another program runs the monitor already it is left as it is and we listen.
 *
 * Return: 1 call again when there is an answer, 0 it is on, or a negative errno. Errors: -ENOENT no
 * drop monitor here, -EPERM a capability is missing, -EOPNOTSUPP this kernel cannot do what the
 * configuration wants, -ETIMEDOUT no answer. Thread: main; never waits.
 */
int netdm_session_opening(struct netdm_session *s, uint64_t now_ns, struct err *err);

/**
 * netdm_session_upkeep() - take the answers that came, once a second ask anew
 * @s: the session
 * @now_ns: CLOCK_MONOTONIC
 *
 * Return: 0, or the negative errno for which the session can never work again.
 * Thread: source; never waits for an answer.
 */
int netdm_session_upkeep(struct netdm_session *s, uint64_t now_ns);

/** netdm_session_family() - the family id of messages now; 0 while there is none. Thread: source.
 */
uint16_t netdm_session_family(const struct netdm_session *s);

/** netdm_session_stats() - write what is known as of the last upkeep. Thread: source. */
void netdm_session_stats(const struct netdm_session *s, struct source_stats *ret);

/** netdm_session_close() - stop what we started, free; NULL is fine. Return: NULL. Thread: main. */
struct netdm_session *netdm_session_close(struct netdm_session *s);

DEFINE_CLEANUP(struct netdm_session *, netdm_session_close);
