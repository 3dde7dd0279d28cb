/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Any bytes as the answers to QSTATS_GET and TRAP_GET. */
#include "fuzz.h"

#include <string.h>

#include "ledger/genl_stats.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	cleanup(reading_freep) struct reading *r = reading_new();
	const struct link link = { .ifindex = 4, .name = "eth0" };
	struct bytes rest = { data, size };
	const struct reading_value *v;
	struct links links = { 0 };
	struct message m;
	size_t n;

	links_add(&links, &link);
	while (message_next(&rest, &m)) {
		genl_stats_queues(&m, &links, r);
		genl_stats_trap(&m, r);
	}
	v = reading_values(r, &n);
	for (size_t i = 0; i < n; i++)
		expect(!v[i].device[0] || !strcmp(v[i].device, "eth0") || strchr(v[i].device, '/'));
	links_done(&links);
	return 0;
}
