/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "source/netdm_peers.h"

#include <linux/netlink.h>
#include <stdio.h>

#include "base/cleanup.h"

#define GROUPS_SHOWN 32
#define LINE_BYTES   256

bool netdm_peers(const char *path, uint32_t group, uint32_t own_port)
{
	cleanup(fclosep) FILE *f = fopen(path, "re");
	unsigned int protocol, port, groups;
	char line[LINE_BYTES];

	if (!f || group < 1 || group > GROUPS_SHOWN)
		return false;
	while (fgets(line, sizeof(line), f)) {
		if (sscanf(line, "%*s %u %u %x", &protocol, &port, &groups) == 3 &&
		    protocol == NETLINK_GENERIC && port != own_port && groups >> (group - 1) & 1)
			return true;
	}
	return false;
}
