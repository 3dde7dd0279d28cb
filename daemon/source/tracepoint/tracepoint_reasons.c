/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "source/tracepoint/tracepoint_reasons.h"

#include <errno.h>
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "source/tracepoint/tracepoint_btf.h"

#define RELEARN_NS   (60 * NSEC_PER_SEC)
#define FORMAT_BYTES 65536
#define FORMAT_PATH  "events/skb/kfree_skb/format"

/* To read BTF takes more memory than all that follows: return it. */
static void trim_heap(void)
{
#ifdef __GLIBC__
	malloc_trim(0);
#endif
}

/* If BTF has no names and tracefs is not mounted either, reasons are numbers. */
static void learn_from_tracefs(struct reasons *names)
{
	static const char *const mounts[] = { "/sys/kernel/tracing", "/sys/kernel/debug/tracing" };
	char path[128], name[DROP_REASON_MAX];
	cleanup(freep) char *text = NULL;

	if (reasons_name(names, 2, name))
		return;
	text = malloc(FORMAT_BYTES);
	for (size_t i = 0; text && i < 2; i++) {
		cleanup(fclosep) FILE *f = NULL;

		snprintf(path, sizeof(path), "%s/%s", mounts[i], FORMAT_PATH);
		f = fopen(path, "re");
		if (f && reasons_parse_format(names, text, fread(text, 1, FORMAT_BYTES, f)) > 0)
			return;
	}
}

int tracepoint_reasons_open(struct tracepoint_reasons *t, struct tracepoint_kernel *kernel,
			    struct err *err)
{
	int r;

	t->names = reasons_new();
	if (!t->names)
		return err_set(err, -ENOMEM, "%m");
	r = tracepoint_btf_read(TRACEPOINT_BTF_DIR, kernel, t->names, err);
	if (r < 0)
		return r;
	learn_from_tracefs(t->names);
	trim_heap();
	return 0;
}

void tracepoint_reasons_name(struct tracepoint_reasons *t, uint32_t reason,
			     char name[DROP_REASON_MAX])
{
	const uint64_t now_ns = clock_monotonic_ns();

	if (reasons_name(t->names, reason, name) || reason >> REASON_SUBSYSTEM_SHIFT == 0)
		return;
	if (t->relearned_ns && now_ns - t->relearned_ns < RELEARN_NS)
		return;
	t->relearned_ns = now_ns;
	if (tracepoint_btf_read(TRACEPOINT_BTF_DIR, NULL, t->names, NULL) == 0)
		reasons_name(t->names, reason, name);
	trim_heap();
}

void tracepoint_reasons_close(struct tracepoint_reasons *t)
{
	t->names = reasons_free(t->names);
}
