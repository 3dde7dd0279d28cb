/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/* A copy of /proc/kallsyms for tests in which modules come and go. */
#include <stdio.h>

#include "base/cleanup.h"

/* The kernel now has one module, with this function; NULL: none. */
static inline void modules_write(const char *kallsyms, const char *function)
{
	cleanup(fclosep) FILE *f = fopen(kallsyms, "we");

	assert_non_null(f);
	fputs("ffffffff81000000 T udp_rcv\nffffffff81000100 T tcp_v4_rcv\n", f);
	if (function)
		fprintf(f, "ffffffffc0001000 t %s\t[module]\n", function);
}
