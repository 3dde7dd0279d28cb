/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "aggregate/canary_match.h"

#include <linux/if_ether.h>
#include <netinet/in.h>
#include <string.h>

#define LOOPBACK_IFINDEX 1 /* in every network namespace: net/flow.h of the kernel */

static bool may_be_loopback(uint32_t ifindex)
{
	return !ifindex || ifindex == LOOPBACK_IFINDEX;
}

/* Linux 5.17 and newer; older kernels report no reason, or NOT_SPECIFIED. */
static bool is_no_socket(const char *reason)
{
	return strcmp(reason, "NO_SOCKET") == 0;
}

static bool is_unknown(const char *reason)
{
	return !*reason || strcmp(reason, "NOT_SPECIFIED") == 0;
}

bool canary_fits(const struct drop_event *ev)
{
	return ev->origin == DROP_ORIGIN_SOFTWARE && ev->packets &&
	       (is_no_socket(ev->reason) || is_unknown(ev->reason)) &&
	       (!ev->ip_protocol || ev->ip_protocol == IPPROTO_UDP) &&
	       (!ev->ethertype || ev->ethertype == ETH_P_IP) && may_be_loopback(ev->ifindex) &&
	       may_be_loopback(ev->in_ifindex);
}

bool canary_fits_symbol(const struct drop_event *ev, const char *symbol)
{
	if (strcmp(symbol, "unknown") == 0)
		return is_no_socket(ev->reason) && ev->ip_protocol == IPPROTO_UDP;
	return strcmp(symbol, "__udp4_lib_rcv") == 0 || strcmp(symbol, "udp_rcv") == 0;
}

void canary_split(const struct drop_event *ev, struct drop_event *one, struct drop_event *rest)
{
	*one = *ev;
	*rest = *ev;
	one->packets = 1;
	one->bytes = ev->bytes / ev->packets;
	rest->packets -= one->packets;
	rest->bytes -= one->bytes;
}
