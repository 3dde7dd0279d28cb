/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Any bytes as /proc/net/snmp, and as /proc/net/snmp6. */
#include "fuzz_proc.h"

#include "ledger/proc_snmp.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	check_proc_parser(proc_snmp_parse, (const char *)data, size);
	check_proc_parser(proc_snmp6_parse, (const char *)data, size);
	return 0;
}
