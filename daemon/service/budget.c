/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "service/budget.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"

#define MIB (UINT64_C(1) << 20)

/*
 * The program, its libraries and buffers need 5 MiB. The rest is for the symbols while they are
 * read, and for the kernel memory of the source.
 */
#define REST_BYTES (14 * MIB)

/*
 * An entry of both hashes of the tracepoint source, measured. The kernel charges maps to the
 * control group of the process that creates them, since Linux 5.11.
 */
#define ENTRY_BYTES 224

/*
 * Measured with 10,000 and 100,000 series, packets and bytes, and labels of typical lengths: 390
 * bytes in the tables, the snapshots and the ledger, 670 bytes while all series are retired and
 * replaced, and 265 bytes in each of the five bodies of server/bodies.h. Another label adds up to
 * 60 bytes to a body.
 */
#define SERIES_BYTES 2048

/* The send buffer (server/listen.c; the kernel doubles it) and the buffer of the library (http.c).
 */
#define CONNECTION_BYTES ((256 + 32) * UINT64_C(1024))

#define EVENT_BYTES	 128 /* struct drop_event */

/* Leaves *@ret as it is if there is no such file or no limit in it. */
static void read_max(const char *path, uint64_t *ret)
{
	cleanup(fclosep) FILE *f = fopen(path, "re");
	char text[32], *end;
	unsigned long long max;

	if (!f || !fgets(text, sizeof(text), f))
		return;
	errno = 0;
	max = strtoull(text, &end, 10);
	if (end > text && !errno)
		*ret = max;
}

/* Our group in the unified hierarchy; "" if it is the root or unknown. */
static void read_group(const char *self, char *dst, size_t size)
{
	static const char unified[] = "0::";
	cleanup(fclosep) FILE *f = fopen(self, "re");
	cleanup(freep) char *line = NULL;
	size_t room = 0;
	ssize_t len;

	dst[0] = '\0';
	while (f && (len = getline(&line, &room, f)) > 0) {
		if (line[len - 1] == '\n')
			line[len - 1] = '\0';
		if (strncmp(line, unified, strlen(unified)) == 0)
			snprintf(dst, size, "%s", line + strlen(unified));
	}
	if (strcmp(dst, "/") == 0)
		dst[0] = '\0';
}

void budget_limit(const char *self, const char *root, struct budget_limit *ret)
{
	char group[PATH_MAX], path[2 * PATH_MAX];
	char *slash;

	*ret = (struct budget_limit){ .bytes = UINT64_MAX };
	read_group(self, group, sizeof(group));
	do {
		uint64_t max = UINT64_MAX;

		snprintf(path, sizeof(path), "%s%s/memory.max", root, group);
		read_max(path, &max);
		if (max < ret->bytes) {
			ret->bytes = max;
			snprintf(ret->group, sizeof(ret->group), "%s", *group ? group : "/");
		}
		slash = strrchr(group, '/');
		if (slash)
			*slash = '\0';
	} while (slash);
}

static uint64_t mib(uint64_t bytes)
{
	return (bytes + MIB - 1) / MIB;
}

int budget_check(const struct config *c, const struct budget_limit *limit, struct err *err)
{
	const uint64_t series = SERIES_BYTES * (uint64_t)c->series.limit;
	const uint64_t ring = EVENT_BYTES * (uint64_t)c->ring_capacity;
	const uint64_t connections = CONNECTION_BYTES * c->web.max_connections;
	const uint32_t max_entries = c->source.tracepoint.max_entries ?: MAX_ENTRIES_DEFAULT;
	const bool counts = c->source.kind == SOURCE_AUTO || c->source.kind == SOURCE_TRACEPOINT;
	const uint64_t entries = counts ? ENTRY_BYTES * (uint64_t)max_entries : 0;
	const uint64_t need = series + ring + connections + entries + REST_BYTES;

	if (need <= limit->bytes)
		return 0;
	return err_set(err, -ENOMEM,
		       "series.limit %" PRIu32 " may need %" PRIu64 " MiB of memory; with "
		       "ring.capacity %" PRIu32 " (%" PRIu64 " MiB), web.max_connections %" PRIu32
		       " (%" PRIu64 " MiB), tracepoint.max_entries %" PRIu32 " (%" PRIu64
		       " MiB) and the program (%" PRIu64 " MiB) that is %" PRIu64
		       " MiB, but the control group %s allows %" PRIu64
		       " MiB; lower these settings or raise MemoryMax= of the unit (systemctl edit "
		       "dropwatchd)",
		       c->series.limit, mib(series), c->ring_capacity, mib(ring),
		       c->web.max_connections, mib(connections), max_entries, mib(entries),
		       mib(REST_BYTES), mib(need), limit->group, limit->bytes / MIB);
}
