/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "expose/process.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/clock.h"

static FILE *open_proc(const char *proc, const char *name)
{
	char path[PATH_MAX];

	snprintf(path, sizeof(path), "%s/%s", proc, name);
	return fopen(path, "re");
}

int process_boot_time(const char *proc, uint64_t *ret_ns)
{
	cleanup(fclosep) FILE *f = open_proc(proc, "stat");
	cleanup(freep) char *line = NULL;
	size_t size = 0;

	if (!f)
		return -errno;
	while (getline(&line, &size, f) > 0) {
		if (strncmp(line, "btime ", 6) == 0) {
			*ret_ns = strtoull(line + 6, NULL, 10) * NSEC_PER_SEC;
			return 0;
		}
	}
	return -EBADMSG;
}

static uint64_t ticks_ns(uint64_t ticks)
{
	return ticks * (NSEC_PER_SEC / (uint64_t)sysconf(_SC_CLK_TCK));
}

/* Fields of /proc/pid/stat, as proc(5) counts them. */
enum {
	STAT_PPID = 4,
	STAT_UTIME = 14,
	STAT_STIME = 15,
	STAT_THREADS = 20,
	STAT_START = 22,
	STAT_VSIZE = 23,
	STAT_RSS = 24,
	STAT_FIELDS
};

/*
 * The name in field 2 may contain blanks and brackets, so the other fields start after the last
 * ')'. All fields from the fourth are numbers.
 */
static int split_stat(const char *text, uint64_t *field)
{
	const char *p = strrchr(text, ')');
	char *end;

	if (!p || strlen(p) < 4)
		return -EBADMSG;
	p += 3; /* ") S" */
	for (size_t i = STAT_PPID; i < STAT_FIELDS; i++, p = end) {
		field[i] = strtoull(p, &end, 10);
		if (end == p)
			return -EBADMSG;
	}
	return 0;
}

static int parse_stat(const char *text, uint64_t boot_time_ns, struct process_stats *ret)
{
	uint64_t field[STAT_FIELDS] = { 0 };
	int r = split_stat(text, field);

	if (r < 0)
		return r;
	ret->cpu_ns = ticks_ns(field[STAT_UTIME]) + ticks_ns(field[STAT_STIME]);
	ret->threads = field[STAT_THREADS];
	ret->start_time_ns = boot_time_ns + ticks_ns(field[STAT_START]);
	ret->virtual_bytes = field[STAT_VSIZE];
	ret->resident_bytes = field[STAT_RSS] * (uint64_t)sysconf(_SC_PAGESIZE);
	return 0;
}

static int read_stat(const char *proc, uint64_t boot_time_ns, struct process_stats *ret)
{
	cleanup(fclosep) FILE *f = open_proc(proc, "self/stat");
	char text[1024];
	size_t n;

	if (!f)
		return -errno;
	n = fread(text, 1, sizeof(text) - 1, f);
	text[n] = '\0';
	return parse_stat(text, boot_time_ns, ret);
}

static int count_fds(const char *proc, uint64_t *ret)
{
	char path[PATH_MAX];
	cleanup(closedirp) DIR *dir = NULL;
	const struct dirent *entry;
	uint64_t n = 0;

	snprintf(path, sizeof(path), "%s/self/fd", proc);
	dir = opendir(path);
	if (!dir)
		return -errno;
	while ((entry = readdir(dir)))
		n += entry->d_name[0] != '.';
	*ret = n ? n - 1 : 0; /* without the one of this directory */
	return 0;
}

int process_read(const char *proc, uint64_t boot_time_ns, struct process_stats *ret)
{
	struct process_stats stats = { 0 };
	struct rlimit limit;
	int r;

	r = read_stat(proc, boot_time_ns, &stats);
	if (r < 0)
		return r;
	r = count_fds(proc, &stats.open_fds);
	if (r < 0)
		return r;
	if (getrlimit(RLIMIT_NOFILE, &limit) < 0)
		return -errno;
	stats.max_fds = limit.rlim_cur;
	*ret = stats;
	return 0;
}
