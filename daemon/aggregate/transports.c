/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "aggregate/transports.h"

#include <stdio.h>

static const char *const names[256] = {
	[1] = "icmp",	     [2] = "igmp",	  [4] = "ipip",	      [6] = "tcp",
	[8] = "egp",	     [9] = "igp",	  [17] = "udp",	      [33] = "dccp",
	[41] = "ipv6",	     [43] = "ipv6-route", [44] = "ipv6-frag", [46] = "rsvp",
	[47] = "gre",	     [50] = "esp",	  [51] = "ah",	      [58] = "icmpv6",
	[59] = "ipv6-nonxt", [60] = "ipv6-opts",  [88] = "eigrp",     [89] = "ospf",
	[97] = "etherip",    [103] = "pim",	  [108] = "ipcomp",   [112] = "vrrp",
	[115] = "l2tp",	     [124] = "isis",	  [132] = "sctp",     [136] = "udplite",
	[137] = "mpls",	     [139] = "hip",	  [143] = "ethernet",
};

void transport_text(uint8_t ip_protocol, char text[TRANSPORT_TEXT_MAX])
{
	text[0] = '\0';
	if (!ip_protocol)
		return;
	if (names[ip_protocol])
		snprintf(text, TRANSPORT_TEXT_MAX, "%s", names[ip_protocol]);
	else
		snprintf(text, TRANSPORT_TEXT_MAX, "%u", ip_protocol);
}
