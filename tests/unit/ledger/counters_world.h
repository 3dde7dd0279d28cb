/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/* A few counters in place of those of base/counter.c, which is therefore not linked. */
#include <string.h>

#include "base/counters.h"

static const struct counter world_counters[] = {
	{ "A.same", COUNTER_NETNS, COUNTER_SAME, POINTS({ "same_rcv", "SAME" }), .why = "" },
	{ "A.part", COUNTER_NETNS, COUNTER_PART,
	  POINTS({ .symbol = "part_*" }, { "same_rcv", "PART", .transport = "udp" }), .why = "" },
	{ "A.sum", COUNTER_NETNS, COUNTER_SAME, POINTS({ "sum_rcv" }),
	  ELSEWHERE("A.same", "A.silent", "B.unknown"), .why = "" },
	{ "A.silent", COUNTER_NETNS, COUNTER_NO_EVENT, .why = "" },
	{ "A.mixed", COUNTER_NETNS, COUNTER_NO_EVENT, POINTS({ "mixed_rcv" }), .why = "" },
	{ "host.same", COUNTER_HOST, COUNTER_SAME, POINTS({ "host_rcv" }), .why = "" },
	{ "host.part", COUNTER_HOST, COUNTER_PART, POINTS({ "host_rcv", "X" }), .why = "" },
	{ "host.hardware", COUNTER_HOST, COUNTER_SAME, POINTS({ .origin = "hardware" }),
	  .why = "" },
	{ "link.same", COUNTER_DEVICE, COUNTER_SAME, POINTS({ "link_rcv" }), .why = "" },
	{ "link.sum", COUNTER_DEVICE, COUNTER_PART, POINTS({ "link_sum" }), ELSEWHERE("link.same"),
	  .why = "" },
	{ "link.silent", COUNTER_DEVICE, COUNTER_NO_EVENT, .why = "" },
};

size_t counter_count(void)
{
	return sizeof(world_counters) / sizeof(world_counters[0]);
}

const struct counter *counter_at(size_t i)
{
	return &world_counters[i];
}

int counter_find_name(const char *name)
{
	for (size_t i = 0; i < counter_count(); i++)
		if (strcmp(counter_at(i)->name, name) == 0)
			return (int)i;
	return -1;
}

int counter_find(const char *group, const char *name)
{
	char whole[64];

	snprintf(whole, sizeof(whole), "%s.%s", group, name);
	return counter_find_name(whole);
}
