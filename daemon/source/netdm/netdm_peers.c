/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "source/netdm/netdm_peers.h"

#include <errno.h>
#include <linux/netlink.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"

#define GROUPS_SHOWN 32
#define LINE_BYTES   256

static bool next_number(const char **at, int base, unsigned long *ret)
{
	char *end;

	errno = 0;
	*ret = strtoul(*at, &end, base);
	if (end == *at || errno)
		return false;
	*at = end;
	return true;
}

/* A line is: address, protocol, port, mask of groups, and more. */
static bool is_member(const char *line, uint32_t group, uint32_t own_port)
{
	const char *at = line + strcspn(line, " ");
	unsigned long protocol, port, groups;

	return next_number(&at, 10, &protocol) && next_number(&at, 10, &port) &&
	       next_number(&at, 16, &groups) && protocol == NETLINK_GENERIC && port != own_port &&
	       groups >> (group - 1) & 1;
}

bool netdm_peers(const char *path, uint32_t group, uint32_t own_port)
{
	cleanup(fclosep) FILE *f = fopen(path, "re");
	char line[LINE_BYTES];

	if (!f || group < 1 || group > GROUPS_SHOWN)
		return false;
	while (fgets(line, sizeof(line), f))
		if (is_member(line, group, own_port))
			return true;
	return false;
}
