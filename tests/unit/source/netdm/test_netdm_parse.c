/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "../../test.h"

#include <stdlib.h>
#include <string.h>

#include <linux/genetlink.h>
#include <linux/net_dropmon.h>
#include <linux/netlink.h>

#include "source/netdm/netdm_parse.h"

#define FAMILY 32
#define NOW    1700000000000000000ull
#define PC     0xffffffffbacbcae2ull

/* A message under construction. */
struct msg {
	uint8_t at[8192];
	size_t len;
};

static void put(struct msg *m, const void *data, size_t len)
{
	assert_true(m->len + len <= sizeof(m->at));
	if (len)
		memcpy(m->at + m->len, data, len);
	m->len += len;
}

static void pad(struct msg *m)
{
	while (m->len % 4)
		m->at[m->len++] = 0;
}

static struct msg begin(uint8_t cmd)
{
	struct msg m = { .len = NLMSG_HDRLEN + GENL_HDRLEN };

	m.at[4] = FAMILY;
	m.at[16] = cmd;
	m.at[17] = 2;
	return m;
}

static void attr(struct msg *m, uint16_t type, const void *data, uint16_t len)
{
	uint16_t header[2] = { NLA_HDRLEN + len, type };

	put(m, header, sizeof(header));
	put(m, data, len);
	pad(m);
}

#define attr_value(m, type, ctype, value)                                                          \
	do {                                                                                       \
		ctype _v = (value);                                                                \
		attr(m, type, &_v, sizeof(_v));                                                    \
	} while (0)

static size_t nest(struct msg *m, uint16_t type)
{
	size_t start = m->len;

	attr(m, type | NLA_F_NESTED, NULL, 0);
	return start;
}

static void nest_end(struct msg *m, size_t start)
{
	uint16_t len = m->len - start;

	memcpy(m->at + start, &len, sizeof(len));
}

static void end(struct msg *m)
{
	uint32_t len = m->len;

	memcpy(m->at, &len, sizeof(len));
}

struct result {
	struct drop_event ev[NETDM_POINTS_MAX];
	size_t n;
	struct netdm_tally tally;
};

/* Also at an odd address, in a buffer of exactly its size: the result must be the same. */
static struct result parse(const struct msg *m)
{
	struct result r = { 0 }, odd = { 0 };
	uint8_t *copy = malloc(m->len + 1);

	assert_non_null(copy);
	memcpy(copy + 1, m->at, m->len);
	r.n = netdm_parse(m->at, m->len, FAMILY, NOW, r.ev, &r.tally);
	odd.n = netdm_parse(copy + 1, m->len, FAMILY, NOW, odd.ev, &odd.tally);
	free(copy);
	assert_memory_equal(&r, &odd, sizeof(r));
	return r;
}

static struct msg summary(uint32_t claimed, uint32_t held, uint64_t first_pc, uint32_t count)
{
	struct msg m = begin(NET_DM_CMD_ALERT);
	size_t start = m.len;

	attr_value(&m, NET_DM_ATTR_UNSPEC, uint32_t, claimed);
	for (uint32_t i = 0; i < held; i++) {
		uint64_t pc = first_pc + 16ull * i;

		put(&m, &pc, sizeof(pc));
		put(&m, &count, sizeof(count));
	}
	nest_end(&m, start);
	end(&m);
	return m;
}

/* What net_dm_packet_report_fill() of 6.1 writes, in its order. */
static struct msg packet(void)
{
	static const uint8_t frame[] = {
		0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x08, 0x00,          /* Ethernet */
		0x45, 0, 0, 0x3c, 0, 0, 0x40, 0, 64, 17, 0x85, 0x94, 127, 0, 0, 1, 127, 0, 0, 1,
	};
	struct msg m = begin(NET_DM_CMD_PACKET_ALERT);
	size_t port;

	attr_value(&m, NET_DM_ATTR_ORIGIN, uint16_t, NET_DM_ORIGIN_SW);
	attr_value(&m, NET_DM_ATTR_PC, uint64_t, PC);
	attr(&m, NET_DM_ATTR_REASON, "NO_SOCKET", 10);
	attr(&m, NET_DM_ATTR_SYMBOL, "__udp4_lib_rcv+0x9a2/0xc30", 27);
	port = nest(&m, NET_DM_ATTR_IN_PORT);
	attr_value(&m, NET_DM_ATTR_PORT_NETDEV_IFINDEX, uint32_t, 3);
	nest_end(&m, port);
	attr_value(&m, NET_DM_ATTR_TIMESTAMP, uint64_t, 1795213819313296000ull);
	attr_value(&m, NET_DM_ATTR_ORIG_LEN, uint32_t, 74);
	attr_value(&m, NET_DM_ATTR_PROTO, uint16_t, 0x0800);
	attr(&m, NET_DM_ATTR_PAYLOAD, frame, sizeof(frame));
	end(&m);
	return m;
}

static void summary_points(void **state)
{
	struct msg m = summary(3, 3, PC, 7);
	struct result r = parse(&m);

	(void)state;
	assert_int_equal(r.n, 3);
	for (size_t i = 0; i < 3; i++) {
		assert_int_equal(r.ev[i].pc, PC + 16 * i);
		assert_int_equal(r.ev[i].packets, 7);
		assert_int_equal(r.ev[i].time_ns, NOW);
		assert_int_equal(r.ev[i].origin, DROP_ORIGIN_SOFTWARE);
		assert_int_equal(r.ev[i].bytes, 0);
		assert_int_equal(r.ev[i].ifindex, 0);
		assert_string_equal(r.ev[i].point, "");
	}
	assert_int_equal(r.tally.packets, 7 * r.n);
	assert_int_equal(r.tally.lost_parse, 0);
	assert_int_equal(r.tally.summary_full, 0);
}

static void summary_empty(void **state)
{
	struct msg m = summary(0, 0, 0, 0);
	struct result r = parse(&m);

	(void)state;
	assert_int_equal(m.len, 28);
	assert_int_equal(r.n, 0);
	assert_int_equal(r.tally.lost_parse, 0);
}

static void summary_full(void **state)
{
	struct msg m = summary(64, 64, PC, 1);
	struct result r = parse(&m);

	(void)state;
	assert_int_equal(r.n, 64);
	assert_int_equal(r.tally.summary_full, 1);
	assert_int_equal(r.tally.lost_parse, 0);
}

static void summary_claims_too_much(void **state)
{
	struct msg m = summary(5, 3, PC, 7);
	struct result r = parse(&m);

	(void)state;
	assert_int_equal(r.n, 3);
	assert_int_equal(r.tally.lost_parse, 2); /* their counts are unknown */

	m = summary(UINT32_MAX, 3, PC, 7);
	r = parse(&m);
	assert_int_equal(r.n, 3);
	assert_int_equal(r.tally.lost_parse, NETDM_POINTS_MAX);
}

static void summary_holds_too_much(void **state)
{
	struct msg m = summary(2, 3, PC, 7);
	struct result r = parse(&m);

	(void)state;
	assert_int_equal(r.n, 2); /* bytes beyond the claimed points are ignored */
	assert_int_equal(r.tally.lost_parse, 0);

	m = summary(70, 70, PC, 7);
	r = parse(&m);
	assert_int_equal(r.n, 64);
	assert_int_equal(r.tally.lost_parse, 6 * 7); /* readable, but more than any kernel sends */
	assert_int_equal(r.tally.summary_full, 1);
}

static void summary_cut(void **state)
{
	struct msg m = summary(3, 3, PC, 7);
	struct result r;

	(void)state;
	m.len -= 13; /* into the second point */
	r = parse(&m);
	assert_int_equal(r.n, 1);
	assert_int_equal(r.tally.lost_parse, 2);

	m.len = 26; /* into the number of entries */
	r = parse(&m);
	assert_int_equal(r.n, 0);
	assert_int_equal(r.tally.lost_parse, 1);

	m.len = 20; /* no attribute at all */
	r = parse(&m);
	assert_int_equal(r.tally.lost_parse, 1);
}

static void summary_napi_notes(void **state)
{
	struct msg m = summary(1, 1, 0, 3);
	struct result r = parse(&m);

	(void)state;
	assert_int_equal(r.n, 0);
	assert_int_equal(r.tally.napi_notes, 3);
	assert_int_equal(r.tally.lost_parse, 0);
}

static void summary_zero_count(void **state)
{
	struct msg m = summary(1, 1, PC, 0);
	struct result r = parse(&m);

	(void)state;
	assert_int_equal(r.n, 0);
	assert_int_equal(r.tally.lost_parse, 0);
}

/* Before 4.10 nlmsg_len leaves out the points, or even the attribute. */
static void summary_of_old_kernels(void **state)
{
	(void)state;
	for (uint32_t nlmsg_len = 20; nlmsg_len <= 28; nlmsg_len += 8) {
		struct msg m = summary(3, 3, PC, 7);
		struct result r;

		memcpy(m.at, &nlmsg_len, sizeof(nlmsg_len));
		r = parse(&m);
		assert_int_equal(r.n, 3);
		assert_int_equal(r.tally.lost_parse, 0);
	}
}

/* Not the summary of an old kernel: the first attribute ends within nlmsg_len. */
static void nlmsg_len_that_already_suffices(void **state)
{
	const uint32_t whole = 28, only_headers = 20;
	struct msg m = begin(NET_DM_CMD_ALERT);
	struct result r;

	(void)state;
	attr(&m, NET_DM_ATTR_UNSPEC, NULL, 0);
	memcpy(m.at, &only_headers, sizeof(only_headers));
	m.len = only_headers;
	r = parse(&m); /* no attribute, and nothing is read beyond the end */
	assert_int_equal(r.tally.lost_parse, 1);
	m.len = whole - NLA_HDRLEN;
	attr(&m, NET_DM_ATTR_UNSPEC, NULL, 0);
	memcpy(m.at, &whole, sizeof(whole));
	r = parse(&m); /* not cut after the first of the two */
	assert_int_equal(r.tally.lost_parse, 2);
	m = summary(5, 0, 0, 0);
	memcpy(m.at, &only_headers, sizeof(only_headers));
	r = parse(&m);
	assert_int_equal(r.tally.lost_parse, 5);
}

static void stops_at_nlmsg_len(void **state)
{
	struct msg m = summary(0, 0, 0, 0);
	struct msg second = summary(3, 3, PC, 7);
	struct result r;

	(void)state;
	put(&m, second.at, second.len);
	r = parse(&m);
	assert_int_equal(r.n, 0); /* the second message is not part of the first */
}

static void hw_entry(struct msg *m, const char *trap, uint32_t count)
{
	size_t entry = nest(m, NET_DM_ATTR_HW_ENTRY);

	if (trap)
		attr(m, NET_DM_ATTR_HW_TRAP_NAME, trap, strlen(trap) + 1);
	attr_value(m, NET_DM_ATTR_HW_TRAP_COUNT, uint32_t, count);
	nest_end(m, entry);
}

static void hardware_summary(void **state)
{
	struct msg m = summary(0, 0, 0, 0);
	size_t entries = nest(&m, NET_DM_ATTR_HW_ENTRIES);
	struct result r;

	(void)state;
	hw_entry(&m, "blackhole_route", 157);
	hw_entry(&m, "tail_drop", 2);
	hw_entry(&m, NULL, 4);
	nest_end(&m, entries);
	end(&m);
	r = parse(&m);
	assert_int_equal(r.n, 2);
	assert_string_equal(r.ev[0].point, "blackhole_route");
	assert_int_equal(r.ev[0].packets, 157);
	assert_int_equal(r.ev[0].origin, DROP_ORIGIN_HARDWARE);
	assert_string_equal(r.ev[1].point, "tail_drop");
	assert_int_equal(r.tally.lost_parse, 4); /* four packets of a trap without a name */
}

static void hardware_summary_full(void **state)
{
	struct msg m = summary(0, 0, 0, 0);
	size_t entries = nest(&m, NET_DM_ATTR_HW_ENTRIES);
	struct result r;

	(void)state;
	for (int i = 0; i < 66; i++)
		hw_entry(&m, "a_trap", 3);
	nest_end(&m, entries);
	end(&m);
	r = parse(&m);
	assert_int_equal(r.n, 64);
	assert_int_equal(r.tally.lost_parse, 2 * 3);
	assert_int_equal(r.tally.summary_full, 1);
}

/* Wherever it is cut: no entry has less than its count, and the loss is counted. */
static void hardware_summary_cut(void **state)
{
	struct msg m = summary(0, 0, 0, 0);
	const size_t start = m.len, entry_len = 4 + 4 + 8 + 8;
	size_t entries = nest(&m, NET_DM_ATTR_HW_ENTRIES);

	(void)state;
	for (int i = 0; i < 3; i++)
		hw_entry(&m, "trap", 1000);
	nest_end(&m, entries);
	end(&m);
	assert_int_equal(m.len, start + 4 + 3 * entry_len);
	for (m.len--; m.len >= start + 4; m.len--) {
		struct result r = parse(&m);

		assert_int_equal(r.n, (m.len - start - 4) / entry_len);
		for (size_t i = 0; i < r.n; i++)
			assert_int_equal(r.ev[i].packets, 1000);
		assert_int_equal(r.tally.lost_parse, 1);
	}
}

static void packet_software(void **state)
{
	struct msg m = packet();
	struct result r = parse(&m);
	const struct drop_event *ev = &r.ev[0];

	(void)state;
	assert_int_equal(r.n, 1);
	assert_int_equal(ev->packets, 1);
	assert_int_equal(ev->pc, PC);
	assert_int_equal(ev->origin, DROP_ORIGIN_SOFTWARE);
	assert_string_equal(ev->point, "__udp4_lib_rcv+0x9a2/0xc30");
	assert_string_equal(ev->reason, "NO_SOCKET");
	/* IN_PORT is where the packet came in. It may have been dropped elsewhere. */
	assert_int_equal(ev->in_ifindex, 3);
	assert_int_equal(ev->ifindex, 0);
	assert_int_equal(ev->bytes, 74);
	assert_int_equal(ev->time_ns, 1795213819313296000ull);
	assert_int_equal(ev->ethertype, 0x0800);
	assert_int_equal(ev->ip_protocol, 17);
}

static void packet_hardware(void **state)
{
	struct msg m = begin(NET_DM_CMD_PACKET_ALERT);
	struct result r;
	size_t port;

	(void)state;
	attr_value(&m, NET_DM_ATTR_ORIGIN, uint16_t, NET_DM_ORIGIN_HW);
	attr(&m, NET_DM_ATTR_HW_TRAP_GROUP_NAME, "l3_drops", 9);
	attr(&m, NET_DM_ATTR_HW_TRAP_NAME, "blackhole_route", 16);
	attr(&m, NET_DM_ATTR_FLOW_ACTION_COOKIE, "\x01\x02", 2);
	port = nest(&m, NET_DM_ATTR_IN_PORT);
	attr_value(&m, NET_DM_ATTR_PORT_NETDEV_IFINDEX, uint32_t, 9);
	attr(&m, NET_DM_ATTR_PORT_NETDEV_NAME, "eni1np1", 8);
	nest_end(&m, port);
	end(&m);
	r = parse(&m);
	assert_int_equal(r.n, 1);
	assert_int_equal(r.ev[0].origin, DROP_ORIGIN_HARDWARE);
	assert_int_equal(r.ev[0].pc, 0);
	assert_string_equal(r.ev[0].point, "blackhole_route");
	assert_string_equal(r.ev[0].reason, "l3_drops");
	assert_int_equal(r.ev[0].ifindex, 9);
	assert_int_equal(r.ev[0].bytes, 0);
	assert_int_equal(r.ev[0].time_ns, NOW);
}

/* A live receive buffer may be shorter than the payload, and dwdump cuts frames. */
static void packet_cut(void **state)
{
	struct msg m = packet();
	const size_t whole = m.len;
	struct result r;

	(void)state;
	m.len = whole - 10;
	r = parse(&m);
	assert_int_equal(r.n, 1);
	assert_int_equal(r.ev[0].ip_protocol, 17);
	m.len = 45; /* through the PC, into the reason */
	r = parse(&m);
	assert_int_equal(r.n, 1);
	assert_int_equal(r.ev[0].pc, PC);
	assert_string_equal(r.ev[0].reason, "N");
	m.len = 36; /* into the PC */
	r = parse(&m);
	assert_int_equal(r.n, 0);
	assert_int_equal(r.tally.lost_parse, 1);
}

/* A message is one packet wherever it is cut, counted or lost. */
static void packet_cut_anywhere(void **state)
{
	struct msg m = packet();
	const size_t whole = m.len;

	(void)state;
	for (m.len = 16; m.len < whole; m.len++) {
		struct result r = parse(&m);

		assert_int_equal(r.n + r.tally.lost_parse, 1);
	}
}

static void packet_odd_attributes(void **state)
{
	char text[100];
	struct msg m = begin(NET_DM_CMD_PACKET_ALERT);
	struct result r;

	(void)state;
	memset(text, 'x', sizeof(text));
	attr_value(&m, NET_DM_ATTR_PC, uint64_t, PC);
	attr(&m, NET_DM_ATTR_SYMBOL, text, sizeof(text)); /* too long, unterminated */
	attr(&m, NET_DM_ATTR_REASON, "\xff\x01z", 3);     /* unterminated, no UTF-8 */
	attr(&m, NET_DM_ATTR_IN_PORT | NLA_F_NESTED, NULL, 0);
	attr(&m, NET_DM_ATTR_TIMESTAMP, "abc", 3);
	attr(&m, NET_DM_ATTR_ORIG_LEN, "", 0);
	attr(&m, NET_DM_ATTR_PROTO, "x", 1);
	attr(&m, NET_DM_ATTR_ORIGIN, "", 0);
	attr(&m, 0x3f00, "from the future", 15);
	end(&m);
	r = parse(&m);
	assert_int_equal(r.n, 1);
	assert_int_equal(r.ev[0].pc, PC);
	assert_int_equal(strlen(r.ev[0].point), DROP_POINT_MAX - 1);
	assert_string_equal(r.ev[0].reason, "\xff\x01z");
	assert_int_equal(r.ev[0].bytes, 0);
	assert_int_equal(r.ev[0].in_ifindex, 0);
	assert_int_equal(r.ev[0].time_ns, NOW);
	assert_int_equal(r.ev[0].ethertype, 0);
}

static void packet_in_port_zero(void **state)
{
	struct msg m = begin(NET_DM_CMD_PACKET_ALERT);
	struct result r;
	size_t port;

	(void)state;
	attr_value(&m, NET_DM_ATTR_PC, uint64_t, PC);
	port = nest(&m, NET_DM_ATTR_IN_PORT);
	attr_value(&m, NET_DM_ATTR_PORT_NETDEV_IFINDEX, uint32_t, 0);
	nest_end(&m, port);
	end(&m);
	r = parse(&m);
	assert_int_equal(r.n, 1);
	assert_int_equal(r.ev[0].bytes, 0);
	assert_int_equal(r.ev[0].in_ifindex, 0);
}

static void packet_nowhere(void **state)
{
	struct msg m = begin(NET_DM_CMD_PACKET_ALERT);
	struct result r;

	(void)state;
	attr_value(&m, NET_DM_ATTR_ORIGIN, uint16_t, NET_DM_ORIGIN_HW);
	attr_value(&m, NET_DM_ATTR_PC, uint64_t, PC); /* is no trap */
	end(&m);
	r = parse(&m);
	assert_int_equal(r.n, 0);
	assert_int_equal(r.tally.lost_parse, 1);
}

static uint8_t protocol_of(uint16_t ethertype, const void *payload, size_t len)
{
	struct msg m = begin(NET_DM_CMD_PACKET_ALERT);

	attr_value(&m, NET_DM_ATTR_PC, uint64_t, PC);
	attr_value(&m, NET_DM_ATTR_PROTO, uint16_t, ethertype);
	attr(&m, NET_DM_ATTR_PAYLOAD, payload, len);
	end(&m);
	return parse(&m).ev[0].ip_protocol;
}

static uint8_t cast_of(const void *payload, size_t len)
{
	struct msg m = begin(NET_DM_CMD_PACKET_ALERT);

	attr_value(&m, NET_DM_ATTR_PC, uint64_t, PC);
	attr_value(&m, NET_DM_ATTR_PROTO, uint16_t, 0x0800);
	attr(&m, NET_DM_ATTR_PAYLOAD, payload, len);
	end(&m);
	return parse(&m).ev[0].cast;
}

static void finds_multicasts_and_broadcasts(void **state)
{
	uint8_t eth[15] = { 0x01, 0x00, 0x5e, [12] = 0x08, 0x00 };

	(void)state;
	assert_int_equal(cast_of(eth, 15), DROP_CAST_MULTICAST);
	assert_int_equal(cast_of(eth, 14), DROP_CAST_UNKNOWN); /* an empty packet */
	memset(eth, 0xff, 6);
	assert_int_equal(cast_of(eth, 15), DROP_CAST_BROADCAST);
	eth[5] = 0xfe;
	assert_int_equal(cast_of(eth, 15), DROP_CAST_MULTICAST);
	eth[0] = 0x52; /* to one host */
	assert_int_equal(cast_of(eth, 15), DROP_CAST_UNKNOWN);
	memset(eth, 0x45, 15); /* no Ethernet */
	assert_int_equal(cast_of(eth, 15), DROP_CAST_UNKNOWN);
	assert_int_equal(cast_of(eth, 0), DROP_CAST_UNKNOWN);
}

static void finds_ip_protocol(void **state)
{
	uint8_t eth[14 + 40 + 8] = { [12] = 0x86, 0xdd, 0x60, [20] = 58 };

	(void)state;
	assert_int_equal(protocol_of(0x86dd, eth, sizeof(eth)), 58);
	assert_int_equal(protocol_of(0x86dd, eth + 14, sizeof(eth) - 14), 58); /* tun: raw */
	eth[20] = 0; /* hop-by-hop options, as in every MLD report … */
	eth[54] = 58; /* … before ICMPv6 */
	assert_int_equal(protocol_of(0x86dd, eth, sizeof(eth)), 58);
	assert_int_equal(protocol_of(0x86dd, eth, 54), 0); /* cut before the protocol */
	eth[54] = 0; /* endless options */
	assert_int_equal(protocol_of(0x86dd, eth, sizeof(eth)), 0);
	assert_int_equal(protocol_of(0x0806, eth, sizeof(eth)), 0);
	assert_int_equal(protocol_of(0x0800, eth, sizeof(eth)), 0); /* neither IPv4 nor IPv6 */
	assert_int_equal(protocol_of(0x0800, "\x45\0\0\0\0\0\0\0\x40\x06", 10), 6);
	assert_int_equal(protocol_of(0x0800, "\x45\0\0\0\0\0\0\0\x40", 9), 0);
	assert_int_equal(protocol_of(0x0800, "", 0), 0);
}

/* Seven extension headers are followed, each of another kind or size; an eighth is not. */
static void follows_seven_extension_headers(void **state)
{
	enum { IP = 40, HOPS = 0, ROUTING = 43, FRAGMENT = 44, DESTINATION = 60, TCP = 6 };
	static const uint8_t kinds[] = { HOPS, DESTINATION, ROUTING, FRAGMENT,
					 DESTINATION, DESTINATION, DESTINATION, DESTINATION };
	const size_t n = sizeof(kinds);

	(void)state;
	for (size_t used = 0; used <= n; used++) {
		uint8_t ip[IP + 2 * 8 * 8] = { 0x60 };
		size_t at = IP;

		ip[6] = used ? kinds[0] : TCP;
		for (size_t i = 0; i < used; i++) {
			ip[at] = i + 1 < used ? kinds[i + 1] : TCP;
			ip[at + 1] = kinds[i] == FRAGMENT ? 0 : i % 2; /* 8 octets more */
			at += 8 + 8 * (size_t)ip[at + 1];
		}
		assert_int_equal(protocol_of(0x86dd, ip, sizeof(ip)), used < n ? TCP : 0);
	}
}

static void not_ours(void **state)
{
	struct msg m = packet();
	struct result r;

	(void)state;
	m.at[4]++; /* another family */
	r = parse(&m);
	assert_int_equal(r.n + r.tally.packets + r.tally.lost_parse, 0);

	m = packet();
	m.at[16] = NET_DM_CMD_STATS_NEW;
	r = parse(&m);
	assert_int_equal(r.n + r.tally.packets + r.tally.lost_parse, 0);

	m = packet();
	m.at[6] = NLM_F_REQUEST | NLM_F_ACK; /* a request to the kernel */
	r = parse(&m);
	assert_int_equal(r.n + r.tally.packets + r.tally.lost_parse, 0);
}

static void no_message(void **state)
{
	struct msg m = { .len = 10 };
	struct result r = parse(&m);

	(void)state;
	assert_int_equal(r.n, 0);
	assert_int_equal(r.tally.lost_parse, 1);

	m = packet();
	memset(m.at, 0, 4); /* nlmsg_len */
	r = parse(&m);
	assert_int_equal(r.n, 0);
	assert_int_equal(r.tally.lost_parse, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(summary_points),
		cmocka_unit_test(summary_empty),
		cmocka_unit_test(summary_full),
		cmocka_unit_test(summary_claims_too_much),
		cmocka_unit_test(summary_holds_too_much),
		cmocka_unit_test(summary_cut),
		cmocka_unit_test(summary_napi_notes),
		cmocka_unit_test(summary_zero_count),
		cmocka_unit_test(summary_of_old_kernels),
		cmocka_unit_test(nlmsg_len_that_already_suffices),
		cmocka_unit_test(stops_at_nlmsg_len),
		cmocka_unit_test(hardware_summary),
		cmocka_unit_test(hardware_summary_full),
		cmocka_unit_test(hardware_summary_cut),
		cmocka_unit_test(packet_software),
		cmocka_unit_test(packet_hardware),
		cmocka_unit_test(packet_cut),
		cmocka_unit_test(packet_cut_anywhere),
		cmocka_unit_test(packet_odd_attributes),
		cmocka_unit_test(packet_in_port_zero),
		cmocka_unit_test(packet_nowhere),
		cmocka_unit_test(finds_ip_protocol),
		cmocka_unit_test(finds_multicasts_and_broadcasts),
		cmocka_unit_test(follows_seven_extension_headers),
		cmocka_unit_test(not_ours),
		cmocka_unit_test(no_message),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
