/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/counters.h"

static const struct counter counters[] = {
	{ "link.rx_missed", COUNTER_DEVICE, COUNTER_NO_EVENT,
	  .why = "The network card dropped these packets before the kernel received them." },
	{ "softnet.dropped", COUNTER_HOST, COUNTER_SAME, POINTS({ "enqueue_to_backlog" }),
	  .why = "The input queue of a CPU was full." },
};

const struct counter_table counters_devices = { counters, sizeof(counters) / sizeof(counters[0]) };
