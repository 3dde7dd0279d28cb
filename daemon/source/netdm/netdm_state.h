/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/*
 * The inside of a session, for netdm_session.c and the two files that move it from one state to
 * the next: netdm_start.c gets the drop monitor going, netdm_watch.c notices when it stops.
 *
 *                        ┌── stopped ──┐
 *                        ▼             │
 *     SEEKING ──────▶ STARTING ──────▶ ON ◀─────▶ SILENT
 *        ▲               │             │             │
 *        └───────────────┴─ unloaded ──┴─────────────┘
 *
 * Each of them may end in BROKEN. A session never waits: it sends requests, and each answer moves
 * it on. Time is passed in. Main's while it opens, then the source thread's, then main's again.
 */

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "config/config.h"
#include "source/netdm/netdm_blind.h"
#include "source/netdm/netdm_ctl.h"
#include "source/netdm/netdm_events.h"
#include "source/source_stats.h"

enum netdm_state {
	NETDM_SEEKING,	/* the family is not known; the module may not be loaded */
	NETDM_STARTING, /* set up and started, not all of it acknowledged yet */
	NETDM_ON,	/* according to the last answers */
	NETDM_SILENT,	/* it was on; whether it still is cannot be asked at present */
	NETDM_BROKEN,	/* for good */
};

/* What the kernel answers to START while the monitor is on. */
enum netdm_kernel {
	NETDM_KERNEL_UNKNOWN, /* not seen yet */
	NETDM_KERNEL_REFUSES, /* -EAGAIN, as in mainline Linux */
	NETDM_KERNEL_COUNTS,  /* 0: it counts references, as SONiC's kernel does */
};

enum netdm_owner {
	NETDM_OWNER_NOBODY, /* it is off, or that is not known */
	NETDM_OWNER_SELF,   /* we started it */
	NETDM_OWNER_OTHER,  /* another program did */
};

/* The two halves are started and stopped separately; the settings apply to both. */
enum { NETDM_SOFTWARE, NETDM_HARDWARE, NETDM_HALVES };

struct netdm_half {
	enum netdm_ask start, probe, stop; /* immutable */
	bool wanted;			   /* immutable */
	enum netdm_owner owner;
	int probed; /* the error that the last probe yielded; -EAGAIN: it is on */
	bool queue_drops_known;
	uint64_t queue_drops; /* the kernel's counter as last seen */
};

struct netdm_session {
	struct config_netdm cfg;     /* immutable */
	struct netdm_events *events; /* immutable pointer */
	struct netdm_ctl *ctl;	     /* immutable pointer */
	enum netdm_state state;
	enum netdm_kernel kernel;
	struct netdm_half halves[NETDM_HALVES];
	struct netdm_blind blind;
	struct netdm_answer settings; /* of the monitor, by the last CONFIG_GET … */
	bool settings_known;	      /* … since the monitor was started */
	bool shared;	      /* in the last round another socket received its events, too */
	uint16_t family;      /* 0: unknown */
	unsigned int awaited; /* answers: bits of enum netdm_ask */
	uint64_t now_ns;      /* CLOCK_MONOTONIC of this upkeep */
	uint64_t asked_ns;    /* … and of the last round of questions */
	uint64_t lost_kernel_queue;
	uint64_t restarts[RESTART_CAUSES];
	struct err trouble; /* why it is not on */
};

/**
 * netdm_state_opened() - has the monitor ever been on?
 *
 * The first start has to succeed at once. After that, everything is tried again.
 * Thread: one at a time, as for all functions here.
 */
bool netdm_state_opened(const struct netdm_session *s);

/** netdm_state_awaits() - is an answer to this request still missing? */
bool netdm_state_awaits(const struct netdm_session *s, enum netdm_ask what);

/**
 * netdm_state_ask() - send a request, with the configured settings where it takes any
 *
 * A request that cannot be sent breaks a session that is being opened. Later, it is like an answer
 * that never comes: a later round sends it again.
 */
void netdm_state_ask(struct netdm_session *s, enum netdm_ask what);

/** netdm_state_ask_queue_length() - send a request that sets the queue length */
void netdm_state_ask_queue_length(struct netdm_session *s, enum netdm_ask what, uint32_t length);

/** netdm_state_break() - end the session for good, since the kernel answered with this error */
void netdm_state_break(struct netdm_session *s, enum netdm_ask what, int error);

/** netdm_state_disown() - none of the monitor is on because of us, or because of others */
void netdm_state_disown(struct netdm_session *s);

/** netdm_state_mark() - leave the next daemon what it has to know */
void netdm_state_mark(const struct netdm_session *s);
