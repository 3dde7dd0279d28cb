/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The part of the tracepoint source that runs in the kernel. It adds each dropped packet to the
 * count of its kind: the drops that share a struct tracepoint_key.
 *
 * Every dropped packet pays for this, so the common case is short. Each CPU has a small table of
 * slots, which is found without a helper call. A kind takes the slot that its hash selects if the
 * slot is free. The next packets of this kind on this CPU add to it. Kinds that find another kind
 * in their slot are counted in a hash that all CPUs share, which takes ten times as long. The hash
 * is not per CPU: it is not used often enough to justify the memory, a count per kind and CPU.
 *
 * There are two tables of slots and two hashes. tracepoint_counts.c exchanges them under the
 * running program: the table by state.generation, the hash by the only entry of a map of maps.
 *
 * One object file serves all kernels. libbpf relocates the offsets of fields at load time (CO-RE).
 * struct tracepoint_kernel describes the other differences, and the verifier removes the branches
 * that are not taken. Where BTF allows it (tp_btf), fields are read by plain loads. The same code
 * also yields a program with helper calls (raw_tp). Only the fields that are used are declared
 * here; vmlinux.h would declare all of them.
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
#define READ_BYTES	 28	      /* of a network header: as far as it is looked at */
#define HERE		 (1ull << 32) /* next to a network namespace: see locate_waiting() */
#define HASH_FACTOR	 0x9e3779b97f4a7c15ull /* 2^64 / golden ratio: Fibonacci hashing */

typedef __u64 __attribute__((may_alias)) word;

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

/* Any kernel struct that starts with 16 bytes can be used to read bytes; all kernels have this. */
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
	__uint(type, BPF_MAP_TYPE_HASH);
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

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(map_flags, BPF_F_MMAPABLE);
	__uint(max_entries, 1); /* one per possible CPU; set before the load */
	__type(key, __u32);
	__type(value, struct tracepoint_slots);
} slots SEC(".maps");

/* A record for the first new count wakes the reader of the counts. */
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

/*
 * @dev may not be a device. Then loads yield 0 or bytes of some other object. A network namespace
 * is recognized by its loopback device, which points back to it.
 */
static __always_inline __u32 netns_of_device(bool direct, struct net_device *dev)
{
	struct net *net = dev ? GET(direct, dev, nd_net.net) : NULL;
	struct net_device *loopback = net ? GET(direct, net, loopback_dev) : NULL;

	if (!loopback || GET(direct, loopback, nd_net.net) != net)
		return 0;
	return netns_of(direct, net);
}

/*
 * A packet without a valid device usually waits in a socket of this host, and was dropped where it
 * came in. The receiving socket is certain, but only newer kernels pass it. Next comes the route:
 * one that ends on this host leads to its loopback device; with any other route, the packet waits
 * in the queue of an unknown device. The packet's own socket comes last, because across a veth
 * pair it is still the sender's.
 *
 * Return: the network namespace, 0 if unknown, with HERE if the packet was dropped where it came in
 */
static __noinline __u64 locate_waiting(bool direct, struct sk_buff *skb, struct sock *rx_sk)
{
	struct net_device *route;
	struct dst_entry *dst;
	__u64 netns;

	netns = netns_of_sock(direct, rx_sk);
	if (netns)
		return netns | HERE;
	dst = (void *)(GET(direct, skb, _skb_refdst) & ~SKB_DST_NOREF);
	route = dst ? BPF_CORE_READ(dst, dev) : NULL;
	netns = netns_of_device(false, route);
	if (netns)
		return BPF_CORE_READ(route, ifindex) == LOOPBACK_IFINDEX ? netns | HERE : netns;
	return netns_of_sock(direct, GET(direct, skb, sk)) | HERE;
}

/*
 * Where the packet was. skb->dev shares its place with other members: with dev_scratch while a
 * packet waits in a UDP socket, with a tree node in a TCP socket and in some queues. So it is used
 * only if it leads to a network namespace. Without a namespace, an index is useless.
 *
 * skb_iif belongs to the same namespace as skb->dev, because it is cleared when a packet changes
 * its namespace (net/core/skbuff.c skb_scrub_packet()). The exception is macvlan, which passes
 * packets to a device of another namespace: in the backlog of a CPU, skb_iif is still the lower
 * device's.
 */
static __always_inline void locate(bool direct, struct sk_buff *skb, const __u64 *ctx,
				   struct tracepoint_key *key)
{
	struct net_device *dev = GET(direct, skb, dev);
	struct sock *rx_sk = NULL;
	__u64 where;

	key->netns = netns_of_device(direct, dev);
	if (key->netns) {
		key->ifindex = GET(direct, dev, ifindex);
		key->in_ifindex = GET(direct, skb, skb_iif);
		return;
	}
	if (kernel.arguments >= 4)
		rx_sk = (void *)ctx[3];
	where = locate_waiting(direct, skb, rx_sk);
	key->netns = where;
	if (!key->netns)
		return;
	key->in_ifindex = GET(direct, skb, skb_iif);
	if (where & HERE)
		key->ifindex = key->in_ifindex;
}

/*
 * PACKET_HOST is set for packets that were received for this host alone, and for packets that are
 * sent. The copy of a multicast packet that the sending host receives has PACKET_LOOPBACK.
 */
static __always_inline __u8 cast_of(bool direct, struct sk_buff *skb)
{
	const __u8 type = direct ? BPF_CORE_READ_BITFIELD(skb, pkt_type)
				 : BPF_CORE_READ_BITFIELD_PROBED(skb, pkt_type);

	if (type == PACKET_HOST)
		return 0;
	if (type == PACKET_LOOPBACK)
		return PACKET_MULTICAST;
	return type == PACKET_BROADCAST || type == PACKET_MULTICAST ? type : 0;
}

/*
 * The version is compared because network_header is stale until the stack sets it. An IPv6
 * extension header counts as the protocol; to walk a chain of them takes too long here.
 *
 * @bytes: the header
 * @behind: the header from byte 16: the destination in IPv4; in IPv6 it begins at byte 24
 */
static __always_inline void read_ip_header(bool ipv4, const __u8 *bytes, const __u8 *behind,
					   struct tracepoint_key *key)
{
	if (bytes[0] >> 4 != (ipv4 ? 4 : 6))
		return;
	key->ip_protocol = ipv4 ? bytes[9] : bytes[6];
	if (key->cast)
		return;
	if (ipv4 && behind[0] >= 0xe0)
		key->cast = behind[0] == 0xff ? PACKET_BROADCAST : PACKET_MULTICAST;
	if (!ipv4 && behind[8] == 0xff)
		key->cast = PACKET_MULTICAST;
}

static __always_inline const __u8 *plain_bytes(const void *at)
{
	struct in6_addr *bytes = bpf_rdonly_cast(at, bpf_core_type_id_kernel(struct in6_addr));

	return bytes->in6_u.u6_addr8;
}

static __always_inline void look_at_header(bool direct, struct sk_buff *skb,
					   struct tracepoint_key *key)
{
	const bool ipv4 = key->ethertype == bpf_htons(ETH_P_IP);
	const __u32 offset = GET(direct, skb, network_header);
	const unsigned char *header;
	__u8 copy[READ_BYTES];

	if (!ipv4 && key->ethertype != bpf_htons(ETH_P_IPV6))
		return;
	if (offset + (ipv4 ? IPV4_HEADER : IPV6_HEADER) > GET(direct, skb, tail))
		return;
	header = GET(direct, skb, head) + offset;
	if (direct && kernel.can_cast) /* a helper call would take as long as all the rest */
		read_ip_header(ipv4, plain_bytes(header), plain_bytes(header + 16), key);
	else if (bpf_probe_read_kernel(copy, sizeof(copy), header) == 0)
		read_ip_header(ipv4, copy, copy + 16, key);
}

/* If two CPUs do this at once, there are two records. If the ring is full, the reader is awake. */
static __always_inline void touch(void)
{
	const __u64 record = 0;

	if (state.touched)
		return;
	state.touched = 1;
	bpf_ringbuf_output(&wake, (void *)&record, sizeof(record), 0);
}

static __always_inline void add_shared(struct tracepoint_count *count, __u32 bytes)
{
	__sync_fetch_and_add(&count->packets, 1);
	__sync_fetch_and_add(&count->bytes, bytes);
}

static __noinline int count_in_hash(const struct tracepoint_key *key, __u32 bytes)
{
	struct tracepoint_count *found, fresh = { .packets = 1, .bytes = bytes };
	const __u32 first = 0;
	void *counts = bpf_map_lookup_elem(&active, &first);

	if (!counts)
		return 0; /* never: the entry is set before the program is attached */
	found = bpf_map_lookup_elem(counts, key);
	if (found) {
		add_shared(found, bytes);
		return 0;
	}
	if (bpf_map_update_elem(counts, key, &fresh, BPF_NOEXIST) == 0) {
		touch();
		return 0;
	}
	found = bpf_map_lookup_elem(counts, key); /* another CPU was faster, or the map is full */
	if (found)
		add_shared(found, bytes);
	else
		__sync_fetch_and_add(&state.lost, 1);
	return 0;
}

static __always_inline bool same_kind(const struct tracepoint_key *a,
				      const struct tracepoint_key *b)
{
	const word *x = (const word *)a, *y = (const word *)b;

	return x[0] == y[0] && x[1] == y[1] && x[2] == y[2] && x[3] == y[3];
}

static __always_inline __u32 slot_index(const struct tracepoint_key *key)
{
	const __u32 low = key->netns ^ key->ifindex ^ key->reason << 8 ^ key->ethertype << 4 ^
			  key->ip_protocol << 16;

	return ((key->location ^ (__u64)low << 32) * HASH_FACTOR) >> (64 - TRACEPOINT_SLOT_BITS);
}

static __always_inline bool add_to_slot(struct tracepoint_slot *slot,
					const struct tracepoint_key *key, __u32 bytes)
{
	if (same_kind(&slot->key, key)) {
		slot->count.packets += 1;
		slot->count.bytes += bytes;
		return true;
	}
	if (slot->count.packets)
		return false;
	slot->key = *key;
	slot->count = (struct tracepoint_count){ .packets = 1, .bytes = bytes };
	touch();
	return true;
}

/*
 * Only this CPU writes to its slots. If an interrupt can run this program while it runs, busy keeps
 * the second run away from the slots.
 *
 * Return: whether the packet was counted
 */
static __always_inline bool count_in_slot(struct tracepoint_slots *mine,
					  const struct tracepoint_key *key, __u32 bytes)
{
	bool counted;

	if (!mine || mine->busy)
		return false;
	if (kernel.interrupted)
		mine->busy = 1;
	barrier();
	counted = add_to_slot(&mine->of[state.generation & 1][slot_index(key)], key, bytes);
	barrier();
	if (kernel.interrupted)
		mine->busy = 0;
	return counted;
}

/*
 * The arguments of the tracepoint are @ctx: packet, location, reason, receiving socket. What calls
 * a function comes first, because a call clobbers most registers.
 */
static __always_inline int count_drop(bool direct, const __u64 *ctx)
{
	const __u32 cpu = bpf_get_smp_processor_id();
	struct tracepoint_slots *mine = bpf_map_lookup_elem(&slots, &cpu);
	struct sk_buff *skb = (void *)ctx[0];
	struct tracepoint_key copy, key = { 0 };
	__u32 bytes;

	key.ethertype = GET(direct, skb, protocol);
	key.cast = cast_of(direct, skb);
	look_at_header(direct, skb, &key);
	locate(direct, skb, ctx, &key);
	key.location = ctx[1];
	if (kernel.arguments >= 3)
		key.reason = ctx[2];
	bytes = GET(direct, skb, len);
	if (count_in_slot(mine, &key, bytes))
		return 0;
	copy = key; /* so that key stays in registers until here */
	return count_in_hash(&copy, bytes);
}

SEC("tp_btf/kfree_skb")
int count_direct(const __u64 *ctx)
{
	return count_drop(true, ctx);
}

SEC("raw_tp/kfree_skb")
int count_by_helpers(const __u64 *ctx)
{
	return count_drop(false, ctx);
}

const char program_license[] SEC("license") = "GPL";
