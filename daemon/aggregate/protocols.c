/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "aggregate/protocols.h"

#include <linux/if_ether.h>
#include <stdbool.h>
#include <stdio.h>

/* Tagged frames have their outer ethertype, by which the kernel handled them. */
static const struct {
	uint16_t ethertype;
	const char *text;
} ethertypes[] = {
	{ ETH_P_IP, "ipv4" },
	{ ETH_P_IPV6, "ipv6" },
	{ ETH_P_ARP, "arp" },
	{ ETH_P_RARP, "rarp" },
	{ ETH_P_8021Q, "vlan" },
	{ ETH_P_8021AD, "qinq" },
	{ ETH_P_MPLS_UC, "mpls" },
	{ ETH_P_MPLS_MC, "mpls-multicast" },
	{ ETH_P_PPP_DISC, "pppoe-discovery" },
	{ ETH_P_PPP_SES, "pppoe" },
	{ ETH_P_PAE, "eapol" },
	{ ETH_P_LLDP, "lldp" },
	{ ETH_P_SLOW, "slow" }, /* LACP, OAM */
	{ ETH_P_1588, "ptp" },
	{ ETH_P_MACSEC, "macsec" },
	{ ETH_P_BATMAN, "batman" },
	{ ETH_P_NSH, "nsh" },
	{ ETH_P_TIPC, "tipc" },
	{ ETH_P_FCOE, "fcoe" },
	{ ETH_P_802_2, "llc" },
	{ ETH_P_ALL, "all" },
};

/* Does it get a text of its own? */
static bool is_among_first(struct protocols *seen, uint16_t ethertype)
{
	for (size_t i = 0; i < seen->n; i++)
		if (seen->nameless[i] == ethertype)
			return true;
	if (seen->n == ETHERTYPES_MAX)
		return false;
	seen->nameless[seen->n++] = ethertype;
	return true;
}

void protocol_text(struct protocols *seen, uint16_t ethertype, char text[PROTOCOL_TEXT_MAX])
{
	text[0] = '\0';
	if (!ethertype)
		return;
	for (size_t i = 0; i < sizeof(ethertypes) / sizeof(ethertypes[0]); i++) {
		if (ethertypes[i].ethertype != ethertype)
			continue;
		snprintf(text, PROTOCOL_TEXT_MAX, "%s", ethertypes[i].text);
		return;
	}
	if (is_among_first(seen, ethertype))
		snprintf(text, PROTOCOL_TEXT_MAX, "0x%04x", ethertype);
	else
		snprintf(text, PROTOCOL_TEXT_MAX, "other");
}

static const char *const transports[256] = {
	[1] = "icmp",	     [2] = "igmp",	  [4] = "ipip",	      [6] = "tcp",
	[8] = "egp",	     [9] = "igp",	  [17] = "udp",	      [33] = "dccp",
	[41] = "ipv6",	     [43] = "ipv6-route", [44] = "ipv6-frag", [46] = "rsvp",
	[47] = "gre",	     [50] = "esp",	  [51] = "ah",	      [58] = "icmpv6",
	[59] = "ipv6-nonxt", [60] = "ipv6-opts",  [88] = "eigrp",     [89] = "ospf",
	[97] = "etherip",    [103] = "pim",	  [108] = "ipcomp",   [112] = "vrrp",
	[115] = "l2tp",	     [124] = "isis",	  [132] = "sctp",     [136] = "udplite",
	[137] = "mpls",	     [139] = "hip",	  [143] = "ethernet",
};

void transport_text(uint8_t ip_protocol, char text[PROTOCOL_TEXT_MAX])
{
	text[0] = '\0';
	if (!ip_protocol)
		return;
	if (transports[ip_protocol])
		snprintf(text, PROTOCOL_TEXT_MAX, "%s", transports[ip_protocol]);
	else
		snprintf(text, PROTOCOL_TEXT_MAX, "%u", ip_protocol);
}
