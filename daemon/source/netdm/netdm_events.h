/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/*
 * The event socket of NET_DM: many datagrams in one system call into memory that
 * is there from the start, handed out message by message; and the number of
 * messages that found no room in its receive buffer, exact since Linux 4.12.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/cleanup.h"

struct netdm_events;

/**
 * netdm_events_new() - open the socket, ask for a receive buffer
 * @receive_buffer_bytes: wanted; beyond net.core.rmem_max it takes CAP_NET_ADMIN
 * @ret: the socket, member of no group yet
 *
 * Return: 0 or a negative errno. Thread: main.
 */
int netdm_events_new(uint32_t receive_buffer_bytes, struct netdm_events **ret);

/** netdm_events_fd() - readable when datagrams wait. Thread: any. */
int netdm_events_fd(const struct netdm_events *e);

/** netdm_events_buffer_bytes() - the receive buffer as the kernel says it is. Thread: any. */
uint64_t netdm_events_buffer_bytes(const struct netdm_events *e);

/**
 * netdm_events_join() - become a member of a group, and of no other
 * @e: the socket
 * @group: its number
 *
 * Return: 0 or a negative errno. Errors: -EPERM without CAP_SYS_ADMIN (Linux 6.7 and its stable
 * relatives). Thread: main, later the source thread.
 */
int netdm_events_join(struct netdm_events *e, uint32_t group);

/** netdm_events_joined() - does the kernel still count us as a member? Thread: as join. */
bool netdm_events_joined(const struct netdm_events *e);

/** netdm_events_shared() - is another socket a member of this group as well? Thread: as join. */
bool netdm_events_shared(const struct netdm_events *e);

/**
 * netdm_events_expect() - how large will datagrams be from now on?
 * @e: the socket
 * @payload_bytes: of a packet at most, beside the message's own attributes; 0: there will be
 *		   summaries only
 *
 * Fewer datagrams are taken at once if they are large. Takes effect with the next receive.
 * Thread: main, later the source thread.
 */
void netdm_events_expect(struct netdm_events *e, uint32_t payload_bytes);

/**
 * netdm_events_receive() - take the datagrams that wait, as many as there is room for
 * @e: the socket; the last batch must be used up
 * @ret_more: whether others may be waiting
 *
 * Return: how many were taken, 0 none, or the negative errno of a broken socket.
 * Thread: source.
 */
int netdm_events_receive(struct netdm_events *e, bool *ret_more);

/**
 * netdm_events_next() - the next netlink message of the batch
 * @e: the socket
 * @ret: the message, valid until the next receive; it may be malformed in any way
 * @ret_len: bytes there
 *
 * Return: false when the batch is used up. Thread: source.
 */
bool netdm_events_next(struct netdm_events *e, const void **ret, size_t *ret_len);

/**
 * netdm_events_lost() - ask the kernel how many messages found no room since the socket was opened
 * @e: the socket
 *
 * Return: messages; before Linux 4.12 no more than one for each time that the buffer was full.
 * Thread: source.
 */
uint64_t netdm_events_lost(struct netdm_events *e);

/** netdm_events_overrun() - did the kernel report a loss since this was asked last? Thread: source.
 */
bool netdm_events_overrun(struct netdm_events *e);

/** netdm_events_free() - close and free; NULL is fine. Return: NULL. Thread: main. */
struct netdm_events *netdm_events_free(struct netdm_events *e);

DEFINE_CLEANUP(struct netdm_events *, netdm_events_free);
