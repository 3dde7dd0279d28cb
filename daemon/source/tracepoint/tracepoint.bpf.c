// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The half of the tracepoint source that runs in the kernel: one entry of a per-CPU hash for
 * each kind of drop, and a packet more in it for each packet. It is paid for with every dropped
 * packet, so it reads the packet's fields by plain loads where the kernel's BTF lets it (tp_btf),
 * at half the cost of helper calls; the same text makes the program with helper calls (raw_tp).
 *
 * The hash is reached through a map of maps with one place, which is how tracepoint.c exchanges
 * the hash for an empty one under the running program.
 *
 * One object file for all kernels: places of fields are relocated at load (CO-RE), what
 * differs otherwise is told by struct tracepoint_kernel and the untaken branches vanish in the
 * verifier. Only the fields that are used are declared here, as vmlinux.h would do for all of them.
 */
#include <linux/bpf.h>
#include <stdbool.h>
#include <stddef.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <bpf/bpf_core_read.h>
#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>

#include "source/tracepoint/tracepoint_map.h"

#define PROC_INODES	 0xefffff00u /* ns_common.inum is at least that: include/linux/proc_fs.h */
#define SKB_DST_NOREF	 1ul	     /* a bit of _skb_refdst: include/linux/skbuff.h */
#define LOOPBACK_IFINDEX 1	     /* in every namespace: include/net/net_namespace.h */
#define IPV4_HEADER	 20
#define IPV6_HEADER	 40
#define READ_BYTES	 28 /* of a network header, at least those that are looked at */

#pragma clang attribute push(__attribute__((preserve_access_index)), apply_to = record)

struct ns_common {
	unsigned int inum;
};

struct net_device;

struct net {
	struct ns_common ns;
	struct net_device *loopback_dev;
};

typedef struct {
	struct net *net;
} possible_net_t;

struct net_device {
	int ifindex;
	possible_net_t nd_net;
};

struct sock_common {
	possible_net_t skc_net;
};

struct sock {
	struct sock_common __sk_common;
};

struct dst_entry {
	struct net_device *dev;
};

struct sk_buff {
	struct net_device *dev;
	struct sock *sk;
	unsigned long _skb_refdst;
	unsigned int len;
	__u8 pkt_type : 3;
	int skb_iif;
	__be16 protocol;
	__u16 network_header;
	unsigned int tail;
	unsigned char *head;
};

/* Any kernel struct that starts with 16 plain bytes serves to look at bytes; this one is old. */
struct in6_addr {
	union {
		__u8 u6_addr8[16];
	} in6_u;
};

#pragma clang attribute pop

extern void *bpf_rdonly_cast(const void *obj, __u32 btf_id) __ksym __weak;

const volatile struct tracepoint_kernel kernel;
struct tracepoint_state state;

struct counts {
	__uint(type, BPF_MAP_TYPE_PERCPU_HASH);
	__uint(max_entries, 1); /* set before the load */
	__type(key, struct tracepoint_key);
	__type(value, struct tracepoint_count);
} counts_a SEC(".maps"), counts_b SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY_OF_MAPS);
	__uint(max_entries, 1);
	__type(key, __u32);
	__array(values, struct counts);
} active SEC(".maps") = { .values = { &counts_a } };

/* A record for the first entry of a map wakes whoever reads the counts. */
struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 4096); /* one page; set before the load */
} wake SEC(".maps");

#define GET(direct, ptr, field) ((direct) ? (ptr)->field : BPF_CORE_READ(ptr, field))

static __always_inline __u32 netns_of(bool direct, struct net *net)
{
	__u32 inode = net ? GET(direct, net, ns.inum) : 0;

	return inode >= PROC_INODES ? inode : 0;
}

static __always_inline __u32 netns_of_sock(bool direct, struct sock *sk)
{
	return sk ? netns_of(direct, GET(direct, sk, __sk_common.skc_net.net)) : 0;
}

/* Also of what may be no device at all, for which loads yield 0 or some other object's bytes: a
 * network namespace is known by its loopback device, which leads back to it. */
static __always_inline __u32 netns_of_device(bool direct, struct net_device *dev)
{
	struct net *net = dev ? GET(direct, dev, nd_net.net) : NULL;
	struct net_device *loopback = net ? GET(direct, net, loopback_dev) : NULL;

	if (!loopback || GET(direct, loopback, nd_net.net) != net)
		return 0;
	return netns_of(direct, net);
}

/*
 * Of a packet whose device is not valid. Mostly it waits in a socket of this host, and where it
 * came in is where it died. The receiving socket is sure, but only newer kernels tell it. Next
 * comes the route: one that ends on this host leads to its loopback, and any other means that the
 * packet waits in the queue of a device that is not known. The packet's own socket comes last:
 * across a veth pair it is still the sender's. Without a known namespace an index could be
 * anybody's.
 */
static __always_inline void locate_waiting(bool direct, struct sk_buff *skb, struct sock *rx_sk,
					   struct tracepoint_key *key)
{
	struct net_device *route = NULL;
	struct dst_entry *dst;

	key->netns = netns_of_sock(direct, rx_sk);
	if (!key->netns) {
		dst = (void *)(GET(direct, skb, _skb_refdst) & ~SKB_DST_NOREF);
		route = dst ? BPF_CORE_READ(dst, dev) : NULL;
		key->netns = netns_of_device(false, route);
	}
	if (!key->netns) {
		route = NULL;
		key->netns = netns_of_sock(direct, GET(direct, skb, sk));
	}
	if (!key->netns)
		return;
	key->in_ifindex = GET(direct, skb, skb_iif);
	if (!route || BPF_CORE_READ(route, ifindex) == LOOPBACK_IFINDEX)
		key->ifindex = key->in_ifindex;
}

/*
 * Where the packet was. skb->dev shares its place with other things: with dev_scratch while a
 * packet waits in a UDP socket, with a tree node in a TCP one or in some queues. So it is believed
 * only if it leads to a network namespace.
 *
 * skb_iif is of the same namespace as skb->dev, since whatever takes a packet across clears it
 * (net/core/skbuff.c skb_scrub_packet()). The exception is macvlan, which hands packets to a device
 * of another namespace: in the backlog of a CPU, skb_iif is still the lower device's.
 */
static __always_inline void locate(bool direct, struct sk_buff *skb, struct sock *rx_sk,
				   struct tracepoint_key *key)
{
	struct net_device *dev = GET(direct, skb, dev);

	key->netns = netns_of_device(direct, dev);
	if (!key->netns) {
		locate_waiting(direct, skb, rx_sk, key);
		return;
	}
	key->ifindex = GET(direct, dev, ifindex);
	key->in_ifindex = GET(direct, skb, skb_iif);
}

/*
 * A packet that was received for this host alone has PACKET_HOST, and so has each one to be sent.
 * The copy of a multicast that this host gets itself has PACKET_LOOPBACK.
 */
static __always_inline __u8 cast_of(bool direct, struct sk_buff *skb)
{
	const __u8 type = direct ? BPF_CORE_READ_BITFIELD(skb, pkt_type)
				 : BPF_CORE_READ_BITFIELD_PROBED(skb, pkt_type);

	if (type == PACKET_LOOPBACK)
		return PACKET_MULTICAST;
	return type == PACKET_BROADCAST || type == PACKET_MULTICAST ? type : 0;
}

/*
 * The version is compared, since network_header is stale before the stack has set it. An IPv6
 * extension header counts as what it is; walking a chain of them is not worth the time here.
 * @bytes: the header from its start; @behind: the same from its byte 16, of the destination's
 * address in IPv4, which is at byte 24 in IPv6
 */
static __always_inline void read_header(__be16 ethertype, const __u8 *bytes, const __u8 *behind,
					struct tracepoint_key *key)
{
	const bool ipv4 = ethertype == bpf_htons(ETH_P_IP);
	const __u8 to = ipv4 ? behind[0] : behind[8];

	if (bytes[0] >> 4 != (ipv4 ? 4 : 6))
		return;
	key->ip_protocol = ipv4 ? bytes[9] : bytes[6];
	if (!key->cast && to >= 0xe0 && (ipv4 || to == 0xff))
		key->cast = ipv4 && to == 0xff ? PACKET_BROADCAST : PACKET_MULTICAST;
}

static __always_inline void look_at_header(bool direct, struct sk_buff *skb, __be16 ethertype,
					   struct tracepoint_key *key)
{
	const __u32 offset = GET(direct, skb, network_header);
	const __u32 size = ethertype == bpf_htons(ETH_P_IP) ? IPV4_HEADER : IPV6_HEADER;
	struct in6_addr *bytes, *behind;
	const unsigned char *head;
	__u8 copy[READ_BYTES] = { 0 };

	if (ethertype != bpf_htons(ETH_P_IP) && ethertype != bpf_htons(ETH_P_IPV6))
		return;
	if (offset + size > GET(direct, skb, tail))
		return;
	head = GET(direct, skb, head) + offset;
	if (direct &&
	    kernel.can_cast) { /* a helper call would cost as much as all the rest of this */
		bytes = bpf_rdonly_cast(head, bpf_core_type_id_kernel(struct in6_addr));
		behind = bpf_rdonly_cast(head + 16, bpf_core_type_id_kernel(struct in6_addr));
		read_header(ethertype, bytes->in6_u.u6_addr8, behind->in6_u.u6_addr8, key);
		return;
	}
	bpf_probe_read_kernel(copy, sizeof(copy), head);
	read_header(ethertype, copy, copy + 16, key);
}

static __always_inline void add(struct tracepoint_count *count, __u32 bytes)
{
	if (kernel.interrupted) {
		__sync_fetch_and_add(&count->packets, 1);
		__sync_fetch_and_add(&count->bytes, bytes);
	} else {
		count->packets += 1;
		count->bytes += bytes;
	}
}

/* Two CPUs at once write two records, which does no harm. When the ring is full, the reader has
 * not looked yet. */
static __always_inline void touch(void)
{
	const __u64 record = 0;

	if (state.touched)
		return;
	state.touched = 1;
	bpf_ringbuf_output(&wake, (void *)&record, sizeof(record), 0);
}

static __always_inline int count(bool direct, struct sk_buff *skb, __u64 location, __u32 reason,
				 struct sock *rx_sk)
{
	const __be16 ethertype = GET(direct, skb, protocol);
	const __u32 bytes = GET(direct, skb, len), first = 0;
	struct tracepoint_key key = { .location = location, .reason = reason };
	struct tracepoint_count *found, fresh = { .packets = 1, .bytes = bytes };
	void *counts;

	locate(direct, skb, rx_sk, &key);
	key.ethertype = ethertype;
	key.cast = cast_of(direct, skb);
	look_at_header(direct, skb, ethertype, &key);
	counts = bpf_map_lookup_elem(&active, &first);
	if (!counts)
		return 0; /* never: the place is filled before the program is attached */
	found = bpf_map_lookup_elem(counts, &key);
	if (found) {
		add(found, bytes);
		return 0;
	}
	if (bpf_map_update_elem(counts, &key, &fresh, BPF_NOEXIST) == 0) {
		touch();
		return 0;
	}
	found = bpf_map_lookup_elem(counts, &key); /* another CPU was quicker, or the map is full */
	if (found)
		add(found, bytes);
	else
		__sync_fetch_and_add(&state.lost, 1);
	return 0;
}

SEC("tp_btf/kfree_skb")
int count_direct(__u64 *ctx)
{
	struct sk_buff *skb = (void *)ctx[0];
	const __u32 reason = kernel.arguments >= 3 ? ctx[2] : 0;
	struct sock *rx_sk = NULL;

	if (kernel.arguments >= 4)
		rx_sk = (void *)ctx[3];
	return count(true, skb, ctx[1], reason, rx_sk);
}

SEC("raw_tp/kfree_skb")
int count_by_helpers(struct bpf_raw_tracepoint_args *ctx)
{
	struct sk_buff *skb = (void *)ctx->args[0];
	const __u32 reason = kernel.arguments >= 3 ? ctx->args[2] : 0;
	struct sock *rx_sk = kernel.arguments >= 4 ? (void *)ctx->args[3] : NULL;

	return count(false, skb, ctx->args[1], reason, rx_sk);
}

const char program_license[] SEC("license") = "GPL";
