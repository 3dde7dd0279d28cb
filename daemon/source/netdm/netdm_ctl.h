/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/*
 * The control conversation with NET_DM over a generic netlink socket of its own:
 * one ask out, one answer in, and neither ever waits. The kernel answers while
 * it is asked, so that an answer is usually there at once; whoever cannot go on
 * without it polls netdm_ctl_fd().
 */

#include <stdbool.h>
#include <stdint.h>

#include "base/cleanup.h"
#include "base/err.h"
#include "config/config.h"

struct nl_sock;
struct netdm_ctl;

enum netdm_ask {
	NETDM_ASK_FAMILY, /* GETFAMILY by name: loads the module */
	NETDM_ASK_CONFIG, /* set alert mode, truncation, queue length; -EBUSY while monitoring */
	NETDM_ASK_CONFIG_GET, /* what is set */
	NETDM_ASK_STATS,      /* what the per-CPU queues lost since the module was loaded */
	NETDM_ASK_START_SW,   /* 0 started, -EAGAIN it was on already */
	NETDM_ASK_START_HW,   /* the same for hardware drops */
	NETDM_ASK_PROBE_SW,   /* START again, to learn whether it is still on */
	NETDM_ASK_PROBE_HW,
	NETDM_ASK_PROBE_CONFIG, /* set the queue length only: -EBUSY one of the halves is on */
	NETDM_ASK_RESTORE,	/* the same, to undo a probe that returned 0 */
	NETDM_ASK_STOP_SW,
	NETDM_ASK_STOP_HW,
	NETDM_ASKS,
};

struct netdm_answer {
	enum netdm_ask ask;	 /* what this answers */
	int error;		 /* 0 or the kernel's negative errno; the rest counts only if 0 */
	uint16_t family;	 /* FAMILY: id */
	uint32_t group;		 /* FAMILY: id of the group "events" */
	uint8_t alert_mode;	 /* CONFIG_GET: NET_DM_ALERT_MODE_* */
	uint32_t truncate_bytes; /* CONFIG_GET */
	uint32_t queue_length;	 /* CONFIG_GET */
	uint64_t queue_drops;	 /* STATS: software, packets */
	uint64_t hw_queue_drops; /* STATS: hardware, packets */
};

/**
 * netdm_socket() - a bound, nonblocking generic netlink socket that checks no sequence numbers
 * @ret: to be freed with nl_socket_free()
 *
 * Return: 0 or a negative errno. Thread: main.
 */
int netdm_socket(struct nl_sock **ret);

/**
 * netdm_ctl_has_traps() - does devlink offer traps, which hardware drops come from?
 *
 * It takes no privilege. No answer within a second is no.
 *
 * Return: whether there is at least one. Thread: main.
 * Source: net/devlink/trap.c devlink_nl_trap_get_dumpit(), Linux 6.12.
 */
bool netdm_ctl_has_traps(void);

/**
 * netdm_ctl_new() - open the control socket
 * @ret: the conversation
 *
 * Return: 0 or a negative errno. Thread: main.
 */
int netdm_ctl_new(struct netdm_ctl **ret);

/** netdm_ctl_fd() - readable when an answer is there. Thread: any. */
int netdm_ctl_fd(const struct netdm_ctl *c);

/**
 * netdm_ctl_send() - ask
 * @c: the conversation
 * @ask: what
 * @family: NET_DM's id, as answered to NETDM_ASK_FAMILY; unused for that one
 * @cfg: the settings for NETDM_ASK_CONFIG, else unused
 *
 * Return: 0 or a negative errno. Errors: -EAGAIN the other end takes no more just now.
 * Thread: one at a time.
 */
int netdm_ctl_send(struct netdm_ctl *c, enum netdm_ask ask, uint16_t family,
		   const struct config_netdm *cfg);

/**
 * netdm_ctl_recv() - take the next answer
 * @c: the conversation
 * @ret: filled when there is one
 *
 * What does not come from the kernel, or is no answer to an ask of ours, is skipped.
 *
 * Return: 1 with an answer, 0 none now, or a negative errno. Thread: one at a time.
 */
int netdm_ctl_recv(struct netdm_ctl *c, struct netdm_answer *ret);

/**
 * netdm_ctl_explain() - a refusal as a sentence with its remedy
 * @ask: what was refused
 * @error: negative errno
 * @err: the sentence
 *
 * Return: @error. Thread: any.
 */
int netdm_ctl_explain(enum netdm_ask ask, int error, struct err *err);

/** netdm_ctl_free() - close and free; NULL is fine. Return: NULL. Thread: main. */
struct netdm_ctl *netdm_ctl_free(struct netdm_ctl *c);

DEFINE_CLEANUP(struct netdm_ctl *, netdm_ctl_free);
