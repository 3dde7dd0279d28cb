/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Source: net/core/drop_monitor.c net_dm_packet_report_fill(), trace_drop_common(),
 * net_dm_hw_summary_report_fill(), Linux 6.1, and bytes recorded from it.
 */
#include "message.h"

#include <arpa/inet.h>
#include <linux/genetlink.h>
#include <linux/if_ether.h>
#include <linux/net_dropmon.h>
#include <linux/netlink.h>
#include <stdio.h>
#include <string.h>

#define TEXT_START 0xffffffff81000000ull

static void close_message(struct message *m)
{
	const uint32_t len = (uint32_t)m->len;

	memcpy(m->bytes + offsetof(struct nlmsghdr, nlmsg_len), &len, sizeof(len));
}

static void append(struct message *m, const void *data, size_t len)
{
	const size_t padded = NLMSG_ALIGN(len);

	if (m->len + padded > sizeof(m->bytes))
		return;
	memset(m->bytes + m->len, 0, padded);
	if (data && len)
		memcpy(m->bytes + m->len, data, len);
	m->len += padded;
	close_message(m);
}

void message_begin(struct message *m, uint16_t type, uint16_t flags, uint32_t seq, uint32_t port,
		   uint8_t cmd)
{
	const struct nlmsghdr hdr = {
		.nlmsg_type = type, .nlmsg_flags = flags, .nlmsg_seq = seq, .nlmsg_pid = port
	};
	const struct genlmsghdr genl = { .cmd = cmd, .version = 2 };

	m->len = 0;
	append(m, &hdr, sizeof(hdr));
	append(m, &genl, sizeof(genl));
}

void message_error(struct message *m, const void *request, int error, uint32_t port)
{
	struct nlmsghdr hdr = { .nlmsg_type = NLMSG_ERROR, .nlmsg_pid = port };
	struct nlmsgerr e = { .error = error };

	memcpy(&e.msg, request, sizeof(e.msg));
	hdr.nlmsg_seq = e.msg.nlmsg_seq;
	m->len = 0;
	append(m, &hdr, sizeof(hdr));
	append(m, &e, sizeof(e));
}

size_t message_put(struct message *m, uint16_t type, const void *data, size_t len)
{
	const struct nlattr nla = { .nla_type = type, .nla_len = (uint16_t)(NLA_HDRLEN + len) };
	size_t at;

	append(m, &nla, sizeof(nla));
	at = m->len;
	append(m, data, len);
	return at;
}

size_t message_put_number(struct message *m, uint16_t type, uint64_t value, size_t len)
{
	const uint8_t u8 = (uint8_t)value;
	const uint16_t u16 = (uint16_t)value;
	const uint32_t u32 = (uint32_t)value;
	const void *data = len == 1   ? &u8
			   : len == 2 ? (const void *)&u16
			   : len == 4 ? (const void *)&u32
				      : (const void *)&value;

	return message_put(m, type, data, len);
}

size_t message_nest(struct message *m, uint16_t type)
{
	const size_t at = m->len;

	message_put(m, type | NLA_F_NESTED, NULL, 0);
	return at;
}

void message_nest_end(struct message *m, size_t nest)
{
	const uint16_t len = (uint16_t)(m->len - nest);

	memcpy(m->bytes + nest + offsetof(struct nlattr, nla_len), &len, sizeof(len));
}

static void put_text(struct message *m, uint16_t type, const char *text)
{
	message_put(m, type, text, strlen(text) + 1);
}

/* An Ethernet frame with the beginning of an IPv4 header, UDP. */
static void put_payload(struct message *m, size_t len)
{
	char frame[65536] = { 0 };
	const uint16_t proto = htons(ETH_P_IP);

	memcpy(frame + 12, &proto, sizeof(proto));
	frame[14] = 0x45;
	frame[23] = 17;
	message_put(m, NET_DM_ATTR_PAYLOAD, frame, len < sizeof(frame) ? len : sizeof(frame) - 1);
}

size_t message_packet(struct message *m, uint16_t family, unsigned int point, size_t payload)
{
	char symbol[40];
	size_t nest, number;

	message_begin(m, family, 0, 0, 0, NET_DM_CMD_PACKET_ALERT);
	message_put_number(m, NET_DM_ATTR_ORIGIN, NET_DM_ORIGIN_SW, 2);
	message_put_number(m, NET_DM_ATTR_PC, TEXT_START + point * 64 + 16, 8);
	put_text(m, NET_DM_ATTR_REASON, point % 2 ? "NO_SOCKET" : "NETFILTER_DROP");
	snprintf(symbol, sizeof(symbol), "test_point_%u+0x10/0x40", point);
	put_text(m, NET_DM_ATTR_SYMBOL, symbol);
	nest = message_nest(m, NET_DM_ATTR_IN_PORT);
	message_put_number(m, NET_DM_ATTR_PORT_NETDEV_IFINDEX, 1, 4);
	message_nest_end(m, nest);
	number = message_put_number(m, NET_DM_ATTR_TIMESTAMP, 0, 8);
	message_put_number(m, NET_DM_ATTR_ORIG_LEN, payload, 4);
	if (payload) {
		message_put_number(m, NET_DM_ATTR_PROTO, ETH_P_IP, 2);
		put_payload(m, payload);
	}
	return number;
}

void message_summary(struct message *m, uint16_t family, unsigned int points, uint32_t count)
{
	struct net_dm_drop_point all[256] = { 0 };
	char data[sizeof(uint32_t) + sizeof(all)];
	const uint32_t entries = points < 256 ? points : 256;

	for (uint32_t i = 0; i < entries; i++) {
		const uint64_t pc = TEXT_START + i * 64 + 16;

		memcpy(all[i].pc, &pc, sizeof(pc));
		all[i].count = count;
	}
	memcpy(data, &entries, sizeof(entries));
	memcpy(data + sizeof(entries), all, sizeof(all));
	message_begin(m, family, 0, 0, 0, NET_DM_CMD_ALERT);
	message_put(m, NET_DM_ATTR_UNSPEC, data, sizeof(entries) + entries * sizeof(all[0]));
}

/* The name of a trap has at most 39 characters: NET_DM_MAX_HW_TRAP_NAME_LEN. */
void message_hardware_summary(struct message *m, uint16_t family, unsigned int traps,
			      uint32_t count)
{
	char name[40];
	size_t entries;

	message_summary(m, family, 0, 0);
	entries = message_nest(m, NET_DM_ATTR_HW_ENTRIES);
	for (unsigned int i = 0; i < traps; i++) {
		const size_t entry = message_nest(m, NET_DM_ATTR_HW_ENTRY);

		snprintf(name, sizeof(name), "a_trap_of_the_longest_name_there_is_%03u", i % 1000);
		put_text(m, NET_DM_ATTR_HW_TRAP_NAME, name);
		message_put_number(m, NET_DM_ATTR_HW_TRAP_COUNT, count, 4);
		message_nest_end(m, entry);
	}
	message_nest_end(m, entries);
}

void message_bad(struct message *m, uint16_t family, unsigned int kind)
{
	const uint32_t one = 1;
	const uint16_t three = 3;

	message_begin(m, family, 0, 0, 0,
		      NET_DM_CMD_PACKET_ALERT); /* kind 0: no attribute at all */
	switch (kind % MESSAGE_BAD_KINDS) {
	case 1: /* not even a header */
		m->len = 5;
		break;
	case 2: /* no genlmsghdr */
		m->len = NLMSG_HDRLEN;
		close_message(m);
		break;
	case 3: /* an attribute shorter than its own header */
		message_packet(m, family, 0, 64);
		memcpy(m->bytes + NLMSG_HDRLEN + GENL_HDRLEN, &three, sizeof(three));
		break;
	case 4: /* longer than any receive buffer: cut before the address of the drop */
		message_put(m, NET_DM_ATTR_PAYLOAD, NULL, 65000);
		message_put_number(m, NET_DM_ATTR_PC, TEXT_START, 8);
		break;
	case 5: /* a summary with fewer points than it claims */
		message_begin(m, family, 0, 0, 0, NET_DM_CMD_ALERT);
		message_put(m, NET_DM_ATTR_UNSPEC, &one, sizeof(one));
		break;
	case 6: /* no point, and an absurd length */
		memset(m->bytes, 0xff, sizeof(uint32_t));
		break;
	}
}
