/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The program, whose ledger thread hangs in the kernel. Linked with --wrap. */
#include <unistd.h>

#include "ledger/reader.h"

int __wrap_reader_read(struct reader *r, uint64_t deadline_ns, struct reading **ret);

int __wrap_reader_read(struct reader *r, uint64_t deadline_ns, struct reading **ret)
{
	(void)r;
	(void)deadline_ns;
	(void)ret;
	for (;;)
		pause();
}
