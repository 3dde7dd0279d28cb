/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Any bytes as the answers to RTM_GETLINK and RTM_GETQDISC. */
#include "fuzz.h"

#include <string.h>

#include "ledger/rtnl_stats.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	cleanup(reading_freep) struct reading *r = reading_new();
	struct bytes rest = { data, size };
	struct links links = { 0 };
	struct message m;
	size_t left = size, n;

	while (message_next(&rest, &m)) {
		rtnl_stats_link(&m, &links, r);
		rtnl_stats_qdisc(&m, &links, r);
		expect(rest.len < left); /* it ends */
		left = rest.len;
	}
	expect(links.n <= size / NLMSG_HDRLEN);
	for (size_t i = 0; i < links.n; i++)
		expect(strnlen(links_name(&links, links.all[i].ifindex), IFNAMSIZ) < IFNAMSIZ);
	reading_values(r, &n);
	expect(n <= READING_VALUES_MAX);
	links_done(&links);
	return 0;
}
