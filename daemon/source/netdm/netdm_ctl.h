/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/*
 * Requests to NET_DM and its answers, over a generic netlink socket of their own. Neither sending
 * nor receiving waits. The kernel answers within the system call that sends the request, so the
 * answer is usually there at once. To wait for it, poll netdm_ctl_fd().
 */

#include <stdbool.h>
#include <stdint.h>

#include "base/cleanup.h"
#include "base/err.h"
#include "config/config.h"

struct nl_sock;
struct netdm_ctl;

enum netdm_ask {
	NETDM_ASK_FAMILY,     /* GETFAMILY by name: loads the module */
	NETDM_ASK_CONFIG,     /* set alert mode, truncation, queue length; -EBUSY while it is on */
	NETDM_ASK_CONFIG_GET, /* read these settings */
	NETDM_ASK_STATS,      /* how much the per-CPU queues lost since the module was loaded */
	NETDM_ASK_START_SW,   /* software drops: 0 started, -EAGAIN it was on already */
	NETDM_ASK_START_HW,   /* hardware drops: the same */
	NETDM_ASK_PROBE_SW,   /* START again, to see whether it is still on */
	NETDM_ASK_PROBE_HW,
	NETDM_ASK_PROBE_CONFIG, /* set the queue length only; -EBUSY if one of the halves is on */
	NETDM_ASK_RESTORE,	/* the same, to undo a probe that returned 0 */
	NETDM_ASK_STOP_SW,
	NETDM_ASK_STOP_HW,
	NETDM_ASKS,
};

struct netdm_answer {
	enum netdm_ask ask;	 /* the request */
	int error;		 /* 0 or the kernel's negative errno; the rest is valid if 0 */
	uint16_t family;	 /* FAMILY: id */
	uint32_t group;		 /* FAMILY: id of the group "events" */
	uint8_t alert_mode;	 /* CONFIG_GET: NET_DM_ALERT_MODE_* */
	uint32_t truncate_bytes; /* CONFIG_GET */
	uint32_t queue_length;	 /* CONFIG_GET */
	uint64_t queue_drops;	 /* STATS: software, packets */
	uint64_t hw_queue_drops; /* STATS: hardware, packets */
};

/**
 * netdm_ctl_socket() - open a nonblocking generic netlink socket without sequence checks
 * @ret: the socket, bound; free it with nl_socket_free()
 *
 * Return: 0 or a negative errno. Thread: main.
 */
int netdm_ctl_socket(struct nl_sock **ret);

/**
 * netdm_ctl_has_traps() - does devlink offer traps, the source of hardware drops?
 *
 * Needs no privilege.
 *
 * Return: whether there is at least one; false if there is no answer within a second. Thread: main.
 * Source: net/devlink/trap.c devlink_nl_trap_get_dumpit(), Linux 6.12.
 */
bool netdm_ctl_has_traps(void);

/** netdm_ctl_new() - open the control socket. Return: 0 or a negative errno. Thread: main. */
int netdm_ctl_new(struct netdm_ctl **ret);

/** netdm_ctl_fd() - readable when an answer is there. Thread: any. */
int netdm_ctl_fd(const struct netdm_ctl *c);

/**
 * netdm_ctl_send() - send a request
 * @family: NET_DM's id, from the answer to NETDM_ASK_FAMILY; not used for that request
 * @cfg: the settings, for requests that set any
 *
 * Return: 0 or a negative errno. Errors: -EAGAIN the socket is full.
 * Thread: one at a time.
 */
int netdm_ctl_send(struct netdm_ctl *c, enum netdm_ask ask, uint16_t family,
		   const struct config_netdm *cfg);

/**
 * netdm_ctl_recv() - receive the next answer
 * @ret: set if there is one
 *
 * Messages that do not come from the kernel, or answer no request of ours, are skipped.
 *
 * Return: 1 with an answer, 0 none now, or a negative errno. Thread: one at a time.
 */
int netdm_ctl_recv(struct netdm_ctl *c, struct netdm_answer *ret);

/**
 * netdm_ctl_explain() - turn a refusal into a sentence with a remedy
 * @error: negative errno
 *
 * Return: @error. Thread: any.
 */
int netdm_ctl_explain(enum netdm_ask ask, int error, struct err *err);

/** netdm_ctl_free() - close and free; NULL is fine. Return: NULL. Thread: main. */
struct netdm_ctl *netdm_ctl_free(struct netdm_ctl *c);

DEFINE_CLEANUP(struct netdm_ctl *, netdm_ctl_free);
