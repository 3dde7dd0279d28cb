/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "expose/process.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
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
		uint64_t btime_s;

		if (sscanf(line, "btime %" SCNu64, &btime_s) == 1) {
			*ret_ns = btime_s * NSEC_PER_SEC;
			return 0;
		}
	}
	return -EBADMSG;
}

static uint64_t ticks_ns(uint64_t ticks)
{
	return ticks * (NSEC_PER_SEC / (uint64_t)sysconf(_SC_CLK_TCK));
}

/* The name in field 2 can hold anything, blanks and brackets too: the fields begin after the last ')'. */
static int parse_stat(const char *text, uint64_t boot_time_ns, struct process_stats *ret)
{
	const char *fields = strrchr(text, ')');
	uint64_t utime, stime, threads, start, virtual_bytes, resident_pages;

	if (!fields ||
	    sscanf(fields,
		   ") %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %" SCNu64 " %" SCNu64
		   " %*d %*d %*d %*d %" SCNu64 " %*d %" SCNu64 " %" SCNu64 " %" SCNu64,
		   &utime, &stime, &threads, &start, &virtual_bytes, &resident_pages) != 6)
		return -EBADMSG;
	ret->cpu_ns = ticks_ns(utime) + ticks_ns(stime);
	ret->threads = threads;
	ret->start_time_ns = boot_time_ns + ticks_ns(start);
	ret->virtual_bytes = virtual_bytes;
	ret->resident_bytes = resident_pages * (uint64_t)sysconf(_SC_PAGESIZE);
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
	*ret = n ? n - 1 : 0; /* without the one that we look through */
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
