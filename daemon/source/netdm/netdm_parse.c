/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Foreign bytes become drop events here, and nowhere else: netdm.c brings them
 * from the socket, replay.c from a file, both on the source thread, up to a
 * million messages a second. So this is bounded reads in one pass, without an
 * allocation, and each event is written once.
 *
 * What is not as it should be costs as little as possible. An attribute that is
 * too short or cut off is as good as absent, so it takes nothing else with it.
 * A packet message is one packet whatever it looks like: it becomes an event
 * when it says at least where the packet died, else it is one packet lost. For
 * a summary message, `entries` is the truth and the bytes are the proof:
 *
 *   - a point within both becomes an event;
 *   - a readable one beyond NETDM_POINTS_MAX is lost with the count it carries;
 *   - a claimed one that the bytes do not hold is lost with one packet, and no
 *     more than NETDM_POINTS_MAX of those in a message, since a kernel cannot
 *     have meant more;
 *   - one that counts zero packets is nothing.
 *
 * A hardware summary claims no number: where it is cut, the entry that the cut goes through is not
 * believed, and one packet is lost for it and all that may have followed.
 *
 * Kernels before 4.10 closed a summary message before they wrote its points, so
 * that nlmsg_len is 20 or 28 whatever follows ("drop_monitor: consider inserted
 * data in genlmsg_end"). There the datagram's own length is believed.
 *
 * 32-bit kernels fill in half of a summary point's address and leave the other
 * half undefined; that is not undone here.
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

#include "source/attr.h"

#define HEADERS_LEN (NLMSG_HDRLEN + GENL_HDRLEN)

/* Where a parse writes to, so that no function needs five arguments. */
struct out {
	struct drop_event *ev;
	size_t n;
	uint64_t now_ns;
	struct netdm_tally *tally;
};

/* What a packet message said; zero or empty where it said nothing. */
struct packet {
	uint64_t pc;
	uint64_t time_ns;
	uint32_t ifindex;
	uint32_t length;
	uint16_t ethertype;
	uint16_t origin;
	bool has_origin;
	bool has_length;
	struct bytes symbol;
	struct bytes reason;
	struct bytes trap;
	struct bytes group;
	struct bytes payload;
};

/* The unterminated, the overlong and the empty are all text: up to the first NUL, else all that
 * fits. */
static void copy_text(char *dst, size_t size, struct bytes text)
{
	if (text.len)
		memcpy(dst, text.at,
		       strnlen((const char *)text.at, text.len < size ? text.len : size - 1));
}

/* A new event of this many packets, all else zero. */
static struct drop_event *event_add(struct out *out, enum drop_origin origin, uint32_t packets)
{
	struct drop_event *ev = &out->ev[out->n++];

	out->tally->packets += packets;
	*ev = (struct drop_event){
		.time_ns = out->now_ns,
		.packets = packets,
		.origin = origin,
	};
	return ev;
}

/* False, and counted as lost, where the event room is used up. */
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
	uint32_t count = 1; /* unknown, yet one at least */
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
		copy_text(event_add(out, DROP_ORIGIN_HARDWARE, count)->point, DROP_POINT_MAX, trap);
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

/*
 * Behind at most seven IPv6 extension headers; 0 behind more, and where the payload ends before the
 * protocol shows.
 */
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
 * The payload starts at the MAC header, which is Ethernet if it shows the same ethertype, and which
 * can be empty (tun). Anything else is not guessed at.
 */
static bool is_ethernet(struct bytes payload, uint16_t ethertype)
{
	return payload.len > ETH_HLEN && payload.at[12] == ethertype >> 8 &&
	       payload.at[13] == (ethertype & 0xff);
}

static uint8_t ip_protocol(struct bytes payload, uint16_t ethertype)
{
	struct bytes ip = payload;
	uint8_t version;

	if (ethertype != ETH_P_IP && ethertype != ETH_P_IPV6)
		return 0;
	version = ethertype == ETH_P_IP ? 4 : 6;
	if (is_ethernet(payload, ethertype))
		ip = bytes_skip(payload, ETH_HLEN);
	if (ip.len < 10 || ip.at[0] >> 4 != version)
		return 0;
	return version == 4 ? ip.at[9] : ipv6_protocol(ip);
}

/* By the destination's address, which comes first. */
static enum drop_cast cast_of(struct bytes payload, uint16_t ethertype)
{
	static const uint8_t broadcast[ETH_ALEN] = { 0xff, 0xff, 0xff, 0xff, 0xff, 0xff };

	if (!is_ethernet(payload, ethertype) || !(payload.at[0] & 1))
		return DROP_CAST_UNKNOWN;
	return memcmp(payload.at, broadcast, ETH_ALEN) == 0 ? DROP_CAST_BROADCAST
							    : DROP_CAST_MULTICAST;
}

/* One attribute that a packet message may hold as a number. */
static void packet_number(struct packet *p, const struct attr *a)
{
	const uint8_t *at = a->data.at;
	const size_t len = a->data.len;

	if (a->type == NET_DM_ATTR_PC && len >= sizeof(uint64_t)) {
		p->pc = attr_u64(at);
	} else if (a->type == NET_DM_ATTR_TIMESTAMP && len >= sizeof(uint64_t)) {
		p->time_ns = attr_u64(at);
	} else if (a->type == NET_DM_ATTR_ORIG_LEN && len >= sizeof(uint32_t)) {
		p->length = attr_u32(at);
		p->has_length = true;
	} else if (a->type == NET_DM_ATTR_PROTO && len >= sizeof(uint16_t)) {
		p->ethertype = attr_u16(at);
	} else if (a->type == NET_DM_ATTR_ORIGIN && len >= sizeof(uint16_t)) {
		p->origin = attr_u16(at);
		p->has_origin = true;
	}
}

static void packet_attrs(struct packet *p, struct bytes attrs)
{
	struct attr a;

	while (attr_next(&attrs, &a)) {
		switch (a.type) {
		case NET_DM_ATTR_SYMBOL:
			p->symbol = a.data;
			break;
		case NET_DM_ATTR_REASON:
			p->reason = a.data;
			break;
		case NET_DM_ATTR_HW_TRAP_NAME:
			p->trap = a.data;
			break;
		case NET_DM_ATTR_HW_TRAP_GROUP_NAME:
			p->group = a.data;
			break;
		case NET_DM_ATTR_PAYLOAD:
			p->payload = a.data;
			break;
		case NET_DM_ATTR_IN_PORT:
			p->ifindex = parse_in_port(a.data);
			break;
		default:
			packet_number(p, &a);
		}
	}
}

/* An origin that is missing or unheard of shows in what else the message says. */
static bool is_hardware(const struct packet *p)
{
	if (p->has_origin && p->origin <= NET_DM_ORIGIN_HW)
		return p->origin == NET_DM_ORIGIN_HW;
	return p->trap.len && !p->pc;
}

static void parse_packet(struct out *out, struct bytes attrs)
{
	struct packet p = { 0 };
	struct drop_event *ev;
	struct bytes point;
	bool hardware;

	packet_attrs(&p, attrs);
	hardware = is_hardware(&p);
	point = hardware ? p.trap : p.symbol;
	if ((hardware || !p.pc) && (!point.len || !point.at[0])) {
		out->tally->lost_parse++;
		return;
	}
	ev = event_add(out, hardware ? DROP_ORIGIN_HARDWARE : DROP_ORIGIN_SOFTWARE, 1);
	copy_text(ev->point, sizeof(ev->point), point);
	copy_text(ev->reason, sizeof(ev->reason), hardware ? p.group : p.reason);
	if (p.time_ns)
		ev->time_ns = p.time_ns;
	if (!hardware)
		ev->pc = p.pc;
	ev->bytes = p.length;
	/* IN_PORT is where a packet came in. A trap is reported by the device that dropped it. */
	ev->in_ifindex = p.ifindex;
	ev->ifindex = hardware ? p.ifindex : 0;
	ev->has_bytes = p.has_length;
	ev->ethertype = p.ethertype;
	ev->ip_protocol = ip_protocol(p.payload, p.ethertype);
	ev->cast = (uint8_t)cast_of(p.payload, p.ethertype);
}

/*
 * Where a message ends: with nlmsg_len, except on kernels before 4.10, whose points show in the
 * first attribute only.
 */
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

/* Of this family, and not a request, which nlmon records as well. */
static bool is_ours(const uint8_t *at, uint16_t family)
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

	if (len >= NLMSG_HDRLEN && !is_ours(at, family))
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
