/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "aggregate/protocols.h"

#include <linux/if_ether.h>
#include <stdbool.h>
#include <stdio.h>

/* Tagged frames have their outer ethertype, by which the kernel handled them. */
static const struct {
	uint16_t ethertype;
	const char *text;
} named[] = {
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
	for (size_t i = 0; i < sizeof(named) / sizeof(named[0]); i++) {
		if (named[i].ethertype != ethertype)
			continue;
		snprintf(text, PROTOCOL_TEXT_MAX, "%s", named[i].text);
		return;
	}
	if (is_among_first(seen, ethertype))
		snprintf(text, PROTOCOL_TEXT_MAX, "0x%04x", ethertype);
	else
		snprintf(text, PROTOCOL_TEXT_MAX, "other");
}
