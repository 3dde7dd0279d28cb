/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The event socket: kernel -> [socket -> batch] -> netdm_parse(). Source thread.
 *
 * One arena is divided into slots for the datagrams of a recvmmsg(2). There are 64 for truncated
 * packets, which touch about 100 KiB, or for summaries, which touch 256 KiB at most and usually one
 * slot per CPU. If whole packets of up to 64 KiB are expected, the slots are larger and fewer. The
 * arena is mapped but not touched beforehand, so what is never needed takes no memory.
 *
 * How many messages the socket lost comes from the kernel's counter (sk_drops). ENOBUFS does not
 * say: it is reported once for any number of losses. It is a reason to read the counter soon and,
 * if the kernel has no such counter (before Linux 4.12), counts as one loss.
 */
#include "source/netdm/netdm_events.h"

#include <errno.h>
#include <linux/netlink.h>
#include <linux/sock_diag.h>
#include <netlink/netlink.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>

#include "source/netdm/netdm_ctl.h"
#include "source/netdm/netdm_peers.h"

#define SOCKETS	    "/proc/net/netlink"
#define BATCH_MAX   64
#define ATTRS_MAX   1024  /* of a packet message, without the payload */
#define SUMMARY_MAX 4096  /* 64 points take 796 bytes, 64 hardware traps up to 3620 */
#define PAYLOAD_MAX 65536 /* more than drop_monitor.c NET_DM_MAX_PACKET_SIZE */
#define SLOTS_MIN   16
#define ARENA_BYTES ((size_t)SLOTS_MIN * (ATTRS_MAX + PAYLOAD_MAX))
#define GROUPS_MAX  32 /* words of 32 groups each; generic netlink has far fewer */

struct netdm_events {
	struct nl_sock *sock;  /* immutable */
	int fd;		       /* immutable: its descriptor */
	uint64_t buffer_bytes; /* immutable */
	uint32_t group;	       /* 0: none; source thread, as all below */
	uint32_t sk_drops;     /* the kernel's counter as last seen; it wraps */
	uint64_t lost;
	uint64_t uncounted;  /* times that losses were reported and not yet counted */
	size_t wanted_bytes; /* of a slot, from the next receive on */
	size_t slot_bytes;   /* of a slot in this batch */
	unsigned int slots;
	unsigned int n;	 /* datagrams in this batch */
	unsigned int at; /* … of which this one is being handed out */
	size_t offset;	 /* … from here on */
	char *arena;
	struct mmsghdr headers[BATCH_MAX];
	struct iovec iovs[BATCH_MAX];
	struct sockaddr_nl from[BATCH_MAX];
};

static uint64_t set_receive_buffer(int fd, uint32_t bytes)
{
	int wanted = bytes > INT32_MAX ? INT32_MAX : (int)bytes;
	socklen_t len = sizeof(wanted);

	if (setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &wanted, len) < 0)
		setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &wanted, len); /* capped by rmem_max */
	if (getsockopt(fd, SOL_SOCKET, SO_RCVBUF, &wanted, &len) < 0)
		return 0;
	return (uint64_t)wanted;
}

int netdm_events_new(uint32_t receive_buffer_bytes, struct netdm_events **ret)
{
	cleanup(netdm_events_freep) struct netdm_events *e = calloc(1, sizeof(*e));
	int r;

	if (!e)
		return -ENOMEM;
	e->arena = mmap(NULL, ARENA_BYTES, PROT_READ | PROT_WRITE,
			MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (e->arena == MAP_FAILED) {
		e->arena = NULL;
		return -ENOMEM;
	}
	r = netdm_ctl_socket(&e->sock);
	if (r < 0)
		return r;
	e->fd = nl_socket_get_fd(e->sock);
	e->buffer_bytes = set_receive_buffer(e->fd, receive_buffer_bytes);
	netdm_events_expect(e, 0);
	*ret = take(e);
	return 0;
}

int netdm_events_fd(const struct netdm_events *e)
{
	return e->fd;
}

uint64_t netdm_events_buffer_bytes(const struct netdm_events *e)
{
	return e->buffer_bytes;
}

int netdm_events_join(struct netdm_events *e, uint32_t group)
{
	if (e->group && e->group != group)
		setsockopt(e->fd, SOL_NETLINK, NETLINK_DROP_MEMBERSHIP, &e->group,
			   sizeof(e->group));
	if (setsockopt(e->fd, SOL_NETLINK, NETLINK_ADD_MEMBERSHIP, &group, sizeof(group)) < 0)
		return -errno;
	e->group = group;
	return 0;
}

bool netdm_events_joined(const struct netdm_events *e)
{
	uint32_t groups[GROUPS_MAX] = { 0 };
	socklen_t len = sizeof(groups);
	const uint32_t bit = e->group - 1;

	if (!e->group)
		return false;
	if (bit / 32 >= GROUPS_MAX ||
	    getsockopt(e->fd, SOL_NETLINK, NETLINK_LIST_MEMBERSHIPS, groups, &len) < 0)
		return true; /* not known */
	return groups[bit / 32] >> (bit % 32) & 1;
}

bool netdm_events_shared(const struct netdm_events *e)
{
	return netdm_peers(SOCKETS, e->group, nl_socket_get_local_port(e->sock));
}

void netdm_events_expect(struct netdm_events *e, uint32_t payload_bytes)
{
	const size_t payload = payload_bytes > PAYLOAD_MAX ? PAYLOAD_MAX : payload_bytes;

	e->wanted_bytes = payload ? NLMSG_ALIGN(ATTRS_MAX + payload) : SUMMARY_MAX;
}

static void divide_arena(struct netdm_events *e)
{
	const size_t slots = ARENA_BYTES / e->wanted_bytes;

	e->slot_bytes = e->wanted_bytes;
	e->slots = slots < BATCH_MAX ? (unsigned int)slots : BATCH_MAX;
	for (unsigned int i = 0; i < e->slots; i++) {
		e->iovs[i] = (struct iovec){ e->arena + i * e->slot_bytes, e->slot_bytes };
		e->headers[i].msg_hdr = (struct msghdr){ .msg_name = &e->from[i],
							 .msg_iov = &e->iovs[i],
							 .msg_iovlen = 1 };
	}
}

/* Losses do not break the socket: it reports ENOBUFS once and continues. */
static bool is_temporary(struct netdm_events *e, int error)
{
	if (error == ENOBUFS)
		e->uncounted++;
	return error == ENOBUFS || error == EINTR;
}

int netdm_events_receive(struct netdm_events *e, bool *ret_more)
{
	int n = -1;

	*ret_more = false;
	e->n = e->at = 0;
	e->offset = 0;
	if (e->slot_bytes != e->wanted_bytes)
		divide_arena(e);
	for (unsigned int i = 0; i < e->slots; i++) /* the kernel overwrites it */
		e->headers[i].msg_hdr.msg_namelen = sizeof(e->from[i]);
	for (int i = 0; i < 3 && n < 0; i++) {
		n = recvmmsg(e->fd, e->headers, e->slots, MSG_DONTWAIT, NULL);
		if (n < 0 && !is_temporary(e, errno))
			return errno == EAGAIN || errno == ENOMEM ? 0 : -errno;
	}
	if (n < 0)
		return 0;
	*ret_more = n == (int)e->slots;
	e->n = (unsigned int)n;
	return n;
}

/* Only the kernel has port 0. A process with CAP_NET_ADMIN may send to the group, too. */
static bool from_kernel(const struct netdm_events *e, unsigned int i)
{
	return e->headers[i].msg_hdr.msg_namelen >= sizeof(e->from[i]) && e->from[i].nl_pid == 0;
}

static void next_datagram(struct netdm_events *e)
{
	e->at++;
	e->offset = 0;
}

/*
 * The first message of a datagram is always handed out, even if it is empty, so that the parser
 * counts what cannot be read. Later ones need a whole header. A message with a wrong length is the
 * last one of its datagram, since where the next one begins is unknown.
 */
bool netdm_events_next(struct netdm_events *e, const void **ret, size_t *ret_len)
{
	for (; e->at < e->n; next_datagram(e)) {
		const char *p = e->arena + e->at * e->slot_bytes + e->offset;
		const size_t len = e->headers[e->at].msg_len;
		const size_t rest = len > e->offset ? len - e->offset : 0;
		struct nlmsghdr hdr;

		if (!from_kernel(e, e->at) || (e->offset > 0 && rest < sizeof(hdr)))
			continue;
		*ret = p;
		*ret_len = rest;
		if (rest >= sizeof(hdr))
			memcpy(&hdr, p, sizeof(hdr));
		/* compared before rounding up, which could turn it into 0 */
		if (rest < sizeof(hdr) || hdr.nlmsg_len < sizeof(hdr) || hdr.nlmsg_len >= rest)
			next_datagram(e);
		else
			e->offset += NLMSG_ALIGN(hdr.nlmsg_len);
		return true;
	}
	return false;
}

/*
 * Source: net/core/sock.c sk_get_meminfo(), SO_MEMINFO, Linux 4.12 and later; 32 bits, so
 * differences are summed.
 */
uint64_t netdm_events_lost(struct netdm_events *e)
{
	uint32_t info[SK_MEMINFO_VARS];
	socklen_t len = sizeof(info);

	if (getsockopt(e->fd, SOL_SOCKET, SO_MEMINFO, info, &len) < 0 ||
	    len < (SK_MEMINFO_DROPS + 1) * sizeof(info[0])) {
		e->lost += e->uncounted;
	} else {
		e->lost += info[SK_MEMINFO_DROPS] - e->sk_drops;
		e->sk_drops = info[SK_MEMINFO_DROPS];
	}
	e->uncounted = 0;
	return e->lost;
}

bool netdm_events_overrun(const struct netdm_events *e)
{
	return e->uncounted != 0;
}

struct netdm_events *netdm_events_free(struct netdm_events *e)
{
	if (!e)
		return NULL;
	nl_socket_free(e->sock);
	if (e->arena)
		munmap(e->arena, ARENA_BYTES);
	free(e);
	return NULL;
}
