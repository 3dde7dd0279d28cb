/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Any bytes as /proc/net/softnet_stat, and as files of /proc/net/stat. */
#include "fuzz_proc.h"

#include "ledger/proc_percpu.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	check_proc_parser(proc_softnet_parse, (const char *)data, size);
	check_proc_parser(proc_conntrack_parse, (const char *)data, size);
	check_proc_parser(proc_arp_parse, (const char *)data, size);
	return 0;
}
