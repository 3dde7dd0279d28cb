/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Untrusted bytes become drop events here and nowhere else. netdm.c reads them from a socket,
 * replay.c from a file, both on the source thread, up to a million messages a second. So this is
 * one pass of bounded reads, without an allocation, and each event is written once.
 *
 * What is malformed costs as little as possible. An attribute that is too short or cut off counts
 * as absent and does not affect the others. A packet message is one packet, whatever is in it: it
 * becomes an event if it says at least where the packet was dropped, otherwise it is one lost
 * packet. For a summary message, `entries` says how many points there are, and the bytes have to
 * prove it:
 *
 *   - a point within both becomes an event;
 *   - a readable point beyond NETDM_POINTS_MAX is lost, with the count in it;
 *   - a point that is claimed but not in the bytes is one lost packet, but no more than
 *     NETDM_POINTS_MAX of those per message, since no kernel sends more;
 *   - a point that counts zero packets is ignored.
 *
 * A hardware summary does not say how many entries it has. If it is cut, the entry at the cut is
 * discarded, and one packet is lost for it and all that may have followed.
 *
 * Kernels before 4.10 finish a summary message before they write its points, so nlmsg_len is 20 or
 * 28 whatever follows (fixed by "drop_monitor: consider inserted data in genlmsg_end"). Then the
 * length of the datagram counts.
 *
 * 32-bit kernels set only half of a summary point's address and leave the other half undefined.
 * There is no workaround for that here.
 *
 * Source: net/core/drop_monitor.c of Linux 6.1 and 7.2-rc5: net_dm_packet_report_fill(),
 * net_dm_hw_packet_report_fill(), net_dm_hw_summary_report_fill(), trace_drop_common();
 * include/uapi/linux/net_dropmon.h.
 */
#include "source/netdm/netdm_parse.h"

#include <linux/genetlink.h>
#include <linux/if_ether.h>
#include <linux/in.h>
#include <linux/ipv6.h>
#include <linux/net_dropmon.h>
#include <linux/netlink.h>

#include "base/attr.h"

#define HEADERS_LEN (NLMSG_HDRLEN + GENL_HDRLEN)

/* Where the events of one message go. */
struct out {
	struct drop_event *ev;
	size_t n;
	uint64_t now_ns;
	struct netdm_tally *tally;
};

#define PACKET_ATTRS (NET_DM_ATTR_REASON + 1)

/*
 * The attributes of a packet message by their type. The lengths are apart, since only they have to
 * be cleared for each message.
 */
struct packet {
	uint16_t len[PACKET_ATTRS];	 /* 0: there is none */
	const uint8_t *at[PACKET_ATTRS]; /* only valid if there is one */
};

/*
 * A new event of this many packets, all else zero. It starts as a copy of a blank one, since GCC
 * clears 128 bytes with a string instruction, which takes longer.
 */
static struct drop_event *event_add(struct out *out, enum drop_origin origin, uint32_t packets)
{
	static const struct drop_event blank;
	struct drop_event *ev = &out->ev[out->n++];

	out->tally->packets += packets;
	*ev = blank;
	ev->time_ns = out->now_ns;
	ev->packets = packets;
	ev->origin = (uint8_t)origin;
	return ev;
}

/* If there is no room for another event, its packets are lost. */
static bool room_for(struct out *out, uint32_t packets)
{
	if (out->n < NETDM_POINTS_MAX)
		return true;
	out->tally->lost_parse += packets;
	return false;
}

static void parse_point(struct out *out, const uint8_t *at)
{
	uint64_t pc = attr_u64(at);
	uint32_t count = attr_u32(at + offsetof(struct net_dm_drop_point, count));

	if (pc == 0)
		out->tally->napi_notes += count;
	else if (count && room_for(out, count))
		event_add(out, DROP_ORIGIN_SOFTWARE, count)->pc = pc;
}

/* Return: how many points the message claims. */
static uint64_t parse_points(struct out *out, struct bytes data)
{
	const size_t point_len = sizeof(struct net_dm_drop_point);
	uint64_t claimed, held, missing;

	if (data.len < sizeof(struct net_dm_alert_msg)) {
		out->tally->lost_parse++;
		return 0;
	}
	claimed = attr_u32(data.at);
	data = bytes_skip(data, sizeof(struct net_dm_alert_msg));
	held = data.len / point_len;
	if (held > claimed)
		held = claimed;
	for (size_t i = 0; i < held; i++)
		parse_point(out, data.at + i * point_len);
	missing = claimed - held;
	out->tally->lost_parse += missing < NETDM_POINTS_MAX ? missing : NETDM_POINTS_MAX;
	return claimed;
}

static void parse_hw_entry(struct out *out, struct bytes entry)
{
	struct bytes trap = { NULL, 0 };
	uint32_t count = 1; /* unless it says otherwise, at least one */
	struct attr a;

	while (attr_next(&entry, &a)) {
		if (a.type == NET_DM_ATTR_HW_TRAP_NAME)
			trap = a.data;
		else if (a.type == NET_DM_ATTR_HW_TRAP_COUNT && a.data.len >= sizeof(count))
			count = attr_u32(a.data.at);
	}
	if (!trap.len || !trap.at[0])
		out->tally->lost_parse += count;
	else if (count && room_for(out, count))
		bytes_text(trap, event_add(out, DROP_ORIGIN_HARDWARE, count)->point,
			   DROP_POINT_MAX);
}

/* Return: how many whole entries there are. */
static uint32_t parse_hw_entries(struct out *out, const struct attr *nest)
{
	struct bytes entries = nest->data;
	bool cut = nest->data.len < nest->claimed;
	uint32_t n = 0;
	struct attr a;

	while (attr_next(&entries, &a)) {
		if (a.type != NET_DM_ATTR_HW_ENTRY)
			continue;
		if (a.data.len < a.claimed) {
			cut = true;
			continue;
		}
		parse_hw_entry(out, a.data);
		n++;
	}
	out->tally->lost_parse += cut;
	return n;
}

static void parse_summary(struct out *out, struct bytes attrs)
{
	bool any = false, full = false;
	struct attr a;

	while (attr_next(&attrs, &a)) {
		if (a.type == NET_DM_ATTR_UNSPEC)
			full |= parse_points(out, a.data) >= NETDM_POINTS_MAX;
		else if (a.type == NET_DM_ATTR_HW_ENTRIES)
			full |= parse_hw_entries(out, &a) >= NETDM_POINTS_MAX;
		else
			continue;
		any = true;
	}
	if (!any)
		out->tally->lost_parse++;
	out->tally->summary_full += full;
}

static uint32_t parse_in_port(struct bytes nest)
{
	struct attr a;

	while (attr_next(&nest, &a))
		if (a.type == NET_DM_ATTR_PORT_NETDEV_IFINDEX && a.data.len >= sizeof(uint32_t))
			return attr_u32(a.data.at);
	return 0;
}

/* After at most seven extension headers; 0 if there are more, or if the payload ends before. */
static uint8_t ipv6_protocol(struct bytes ip)
{
	uint8_t next;

	if (ip.len < sizeof(struct ipv6hdr))
		return 0;
	next = ip.at[offsetof(struct ipv6hdr, nexthdr)];
	ip = bytes_skip(ip, sizeof(struct ipv6hdr));
	for (int depth = 0; depth < 8; depth++) {
		switch (next) {
		case IPPROTO_HOPOPTS:
		case IPPROTO_ROUTING:
		case IPPROTO_FRAGMENT:
		case IPPROTO_DSTOPTS:
			break;
		default:
			return next;
		}
		if (ip.len < 2)
			return 0;
		/* RFC 8200, section 4: length in units of 8 octets, not including the first 8;
		 * the fragment header's second octet is reserved and zero. */
		next = ip.at[0];
		ip = bytes_skip(ip, ((size_t)ip.at[1] + 1) * 8);
	}
	return 0;
}

/*
 * The payload starts with the MAC header, which may be empty (tun). It is taken as Ethernet only if
 * it contains the same ethertype.
 */
static bool is_ethernet(struct bytes payload, uint16_t ethertype)
{
	return payload.len > ETH_HLEN && payload.at[12] == ethertype >> 8 &&
	       payload.at[13] == (ethertype & 0xff);
}

static uint8_t ip_protocol(struct bytes ip, uint16_t ethertype)
{
	uint8_t version;

	if (ethertype != ETH_P_IP && ethertype != ETH_P_IPV6)
		return 0;
	version = ethertype == ETH_P_IP ? 4 : 6;
	if (ip.len < 10 || ip.at[0] >> 4 != version)
		return 0;
	return version == 4 ? ip.at[9] : ipv6_protocol(ip);
}

/* By the destination's address, which comes first. */
static enum drop_cast ethernet_cast(const uint8_t destination[ETH_ALEN])
{
	static const uint8_t broadcast[ETH_ALEN] = { 0xff, 0xff, 0xff, 0xff, 0xff, 0xff };

	if (!(destination[0] & 1))
		return DROP_CAST_UNKNOWN;
	return memcmp(destination, broadcast, ETH_ALEN) == 0 ? DROP_CAST_BROADCAST
							     : DROP_CAST_MULTICAST;
}

static void parse_payload(struct drop_event *ev, struct bytes payload, uint16_t ethertype)
{
	ev->ethertype = ethertype;
	if (is_ethernet(payload, ethertype)) {
		ev->cast = (uint8_t)ethernet_cast(payload.at);
		payload = bytes_skip(payload, ETH_HLEN);
	}
	ev->ip_protocol = ip_protocol(payload, ethertype);
}

static void packet_attrs(struct packet *p, struct bytes attrs)
{
	struct attr a;

	memset(p->len, 0, sizeof(p->len));
	while (attr_next(&attrs, &a)) {
		if (a.type >= PACKET_ATTRS)
			continue;
		p->len[a.type] = (uint16_t)a.data.len;
		p->at[a.type] = a.data.at;
	}
}

static struct bytes packet_attr(const struct packet *p, unsigned int type)
{
	return p->len[type] ? (struct bytes){ p->at[type], p->len[type] } : (struct bytes){ 0 };
}

/* An origin that is missing or unknown follows from the other attributes. */
static bool is_hardware(const struct packet *p, uint64_t pc)
{
	const struct bytes origin = packet_attr(p, NET_DM_ATTR_ORIGIN);

	if (origin.len >= sizeof(uint16_t) && attr_u16(origin.at) <= NET_DM_ORIGIN_HW)
		return attr_u16(origin.at) == NET_DM_ORIGIN_HW;
	return p->len[NET_DM_ATTR_HW_TRAP_NAME] && !pc;
}

/* IN_PORT is where a packet came in. A trap is reported by the device that dropped it. */
static void packet_event(struct drop_event *ev, const struct packet *p, bool hardware)
{
	const uint64_t time_ns = bytes_u64(packet_attr(p, NET_DM_ATTR_TIMESTAMP));

	if (time_ns)
		ev->time_ns = time_ns;
	ev->bytes = bytes_u32(packet_attr(p, NET_DM_ATTR_ORIG_LEN));
	ev->in_ifindex = parse_in_port(packet_attr(p, NET_DM_ATTR_IN_PORT));
	ev->ifindex = hardware ? ev->in_ifindex : 0;
	parse_payload(ev, packet_attr(p, NET_DM_ATTR_PAYLOAD),
		      bytes_u16(packet_attr(p, NET_DM_ATTR_PROTO)));
}

static void parse_packet(struct out *out, struct bytes attrs)
{
	struct bytes point, reason;
	struct drop_event *ev;
	struct packet p;
	bool hardware;
	uint64_t pc;

	packet_attrs(&p, attrs);
	pc = bytes_u64(packet_attr(&p, NET_DM_ATTR_PC));
	hardware = is_hardware(&p, pc);
	point = packet_attr(&p, hardware ? NET_DM_ATTR_HW_TRAP_NAME : NET_DM_ATTR_SYMBOL);
	reason = packet_attr(&p, hardware ? NET_DM_ATTR_HW_TRAP_GROUP_NAME : NET_DM_ATTR_REASON);
	if ((hardware || !pc) && (!point.len || !point.at[0])) {
		out->tally->lost_parse++;
		return;
	}
	ev = event_add(out, hardware ? DROP_ORIGIN_HARDWARE : DROP_ORIGIN_SOFTWARE, 1);
	ev->pc = hardware ? 0 : pc;
	bytes_text(point, ev->point, sizeof(ev->point));
	bytes_text(reason, ev->reason, sizeof(ev->reason));
	packet_event(ev, &p, hardware);
}

/* nlmsg_len, except on kernels before 4.10: there, only the first attribute includes the points. */
static size_t message_end(const uint8_t *at, size_t len, size_t nlmsg_len, uint8_t cmd)
{
	const size_t empty_len = HEADERS_LEN + ATTR_HEADER_LEN + sizeof(struct net_dm_alert_msg);
	size_t end = nlmsg_len;

	if (cmd == NET_DM_CMD_ALERT && (nlmsg_len == HEADERS_LEN || nlmsg_len == empty_len) &&
	    len >= HEADERS_LEN + ATTR_HEADER_LEN &&
	    attr_u16(at + HEADERS_LEN + 2) == NET_DM_ATTR_UNSPEC &&
	    HEADERS_LEN + attr_u16(at + HEADERS_LEN) > end)
		end = HEADERS_LEN + attr_u16(at + HEADERS_LEN);
	return end < len ? end : len;
}

/* Of this family, and not a request, which nlmon records, too. */
static bool is_from_family(const uint8_t *at, uint16_t family)
{
	return attr_u16(at + offsetof(struct nlmsghdr, nlmsg_type)) == family &&
	       !(attr_u16(at + offsetof(struct nlmsghdr, nlmsg_flags)) & NLM_F_REQUEST);
}

size_t netdm_parse(const void *msg, size_t len, uint16_t family, uint64_t now_ns,
		   struct drop_event *ev, struct netdm_tally *tally)
{
	struct out out = { .ev = ev, .now_ns = now_ns, .tally = tally };
	const uint8_t *at = msg;
	struct bytes attrs;
	uint8_t cmd;

	if (len >= NLMSG_HDRLEN && !is_from_family(at, family))
		return 0;
	if (len < HEADERS_LEN || attr_u32(at) < HEADERS_LEN) {
		tally->lost_parse++;
		return 0;
	}
	cmd = at[NLMSG_HDRLEN];
	if (cmd != NET_DM_CMD_ALERT && cmd != NET_DM_CMD_PACKET_ALERT)
		return 0;
	attrs = (struct bytes){ at, message_end(at, len, attr_u32(at), cmd) };
	attrs = bytes_skip(attrs, HEADERS_LEN);
	if (cmd == NET_DM_CMD_ALERT)
		parse_summary(&out, attrs);
	else
		parse_packet(&out, attrs);
	return out.n;
}
