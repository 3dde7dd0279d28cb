/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/*
 * Who runs the drop monitor, we or another program? A session starts it, checks it once a second,
 * and starts it again when another program has stopped it or its module was reloaded. It reads no
 * clock: all times are passed in, and are CLOCK_MONOTONIC.
 */

#include <stdint.h>

#include "base/cleanup.h"
#include "base/err.h"
#include "config/config.h"
#include "source/netdm/netdm_events.h"
#include "source/source_stats.h"

struct netdm_session;

/**
 * netdm_session_new() - begin a session
 * @cfg: copied
 * @events: the event socket; outlives the session
 * @now_ns: the time
 * @ret: the session; call netdm_session_opening() until it is open
 *
 * Return: 0 or a negative errno. Thread: main.
 */
int netdm_session_new(const struct config_netdm *cfg, struct netdm_events *events, uint64_t now_ns,
		      struct netdm_session **ret, struct err *err);

/** netdm_session_fd() - readable when an answer is there. Thread: main. */
int netdm_session_fd(const struct netdm_session *s);

/**
 * netdm_session_opening() - find the family, join its group, set the monitor up, start it
 * @now_ns: the time; the opening may take 3 s in all
 * @err: what is missing, and the command that provides it
 *
 * If another program runs the monitor already, it is left as it is, and we listen.
 *
 * Return: 1 call again when there is an answer, 0 it is on, or a negative errno. Errors: -ENOENT no
 * drop monitor here, -EPERM a capability is missing, -EOPNOTSUPP this kernel cannot do what is
 * configured, -ETIMEDOUT no answer. Thread: main; never waits.
 */
int netdm_session_opening(struct netdm_session *s, uint64_t now_ns, struct err *err);

/**
 * netdm_session_upkeep() - take the answers that have arrived; once a second, ask again
 * @now_ns: the time
 *
 * Return: 0, or the negative errno because of which the session can never work again.
 * Thread: source; never waits for an answer.
 */
int netdm_session_upkeep(struct netdm_session *s, uint64_t now_ns);

/** netdm_session_family() - the current id of the family; 0 if unknown. Thread: source. */
uint16_t netdm_session_family(const struct netdm_session *s);

/** netdm_session_stats() - write what the last upkeep knew. Thread: source. */
void netdm_session_stats(const struct netdm_session *s, struct source_stats *ret);

/** netdm_session_close() - stop what we started, free; NULL is fine. Return: NULL. Thread: main. */
struct netdm_session *netdm_session_close(struct netdm_session *s);

DEFINE_CLEANUP(struct netdm_session *, netdm_session_close);
