/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/*
 * The event socket of NET_DM. One system call receives many datagrams into memory that is allocated
 * at the start; they are handed out message by message. Messages that did not fit into the receive
 * buffer are counted, exactly since Linux 4.12.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/cleanup.h"

struct netdm_events;

/**
 * netdm_events_new() - open the socket
 * @receive_buffer_bytes: to ask for; exceeding net.core.rmem_max takes CAP_NET_ADMIN
 * @ret: the socket; it has not joined a group
 *
 * Return: 0 or a negative errno. Thread: main.
 */
int netdm_events_new(uint32_t receive_buffer_bytes, struct netdm_events **ret);

/** netdm_events_fd() - readable when datagrams wait. Thread: any. */
int netdm_events_fd(const struct netdm_events *e);

/** netdm_events_buffer_bytes() - the size of the receive buffer, from the kernel. Thread: any. */
uint64_t netdm_events_buffer_bytes(const struct netdm_events *e);

/**
 * netdm_events_join() - join a group and leave the previous one
 * @group: its number
 *
 * Return: 0 or a negative errno. Errors: -EPERM without CAP_SYS_ADMIN (since Linux 6.7 and
 * stable releases of that time). Thread: main, later the source thread.
 */
int netdm_events_join(struct netdm_events *e, uint32_t group);

/** netdm_events_joined() - are we still a member according to the kernel? Thread: as join. */
bool netdm_events_joined(const struct netdm_events *e);

/** netdm_events_shared() - is another socket a member of the group, too? Thread: as join. */
bool netdm_events_shared(const struct netdm_events *e);

/**
 * netdm_events_expect() - set how large datagrams can be from now on
 * @payload_bytes: the largest payload of a packet message; 0: only summary messages are expected
 *
 * The larger they are, the fewer are received at once. Takes effect with the next receive.
 * Thread: main, later the source thread.
 */
void netdm_events_expect(struct netdm_events *e, uint32_t payload_bytes);

/**
 * netdm_events_receive() - receive waiting datagrams, as many as there is room for
 * @e: the socket; all messages of the last batch have been handed out
 * @ret_more: whether more may be waiting
 *
 * Return: how many were received, 0 none, or the negative errno of a broken socket.
 * Thread: source.
 */
int netdm_events_receive(struct netdm_events *e, bool *ret_more);

/**
 * netdm_events_next() - the next netlink message of the batch
 * @ret: the message, valid until the next receive; not trusted
 * @ret_len: the rest of its datagram in bytes
 *
 * Return: false at the end of the batch. Thread: source.
 */
bool netdm_events_next(struct netdm_events *e, const void **ret, size_t *ret_len);

/**
 * netdm_events_lost() - ask the kernel how many messages did not fit since the socket was opened
 *
 * Return: messages; before Linux 4.12, only one for each time that the buffer was full.
 * Thread: source.
 */
uint64_t netdm_events_lost(struct netdm_events *e);

/** netdm_events_overrun() - were losses reported since netdm_events_lost()? Thread: source. */
bool netdm_events_overrun(const struct netdm_events *e);

/** netdm_events_free() - close and free; NULL is fine. Return: NULL. Thread: main. */
struct netdm_events *netdm_events_free(struct netdm_events *e);

DEFINE_CLEANUP(struct netdm_events *, netdm_events_free);
