/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A file of one line in the service's runtime directory, which systemd keeps over a restart, also
 * one after a crash, and removes when the service is stopped (RuntimeDirectoryPreserve=restart).
 * That directory does not survive a boot, so CLOCK_MONOTONIC means the same to writer and reader.
 * Touched only when the monitor is started, handed over, lost or stopped: by main, and rarely by
 * the source thread.
 */
#include "source/netdm_mark.h"

#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <unistd.h>

#define MARK	       "drop-monitor-is-ours"
#define LINE_MAX_BYTES 128

static bool mark_path(const char *dir, char path[PATH_MAX])
{
	return dir && snprintf(path, PATH_MAX, "%s/" MARK, dir) < PATH_MAX;
}

void netdm_mark_write(const char *dir, const struct netdm_mark *mark)
{
	char path[PATH_MAX];
	int fd;

	if (!mark_path(dir, path))
		return;
	if (!mark->software && !mark->hardware && !mark->blind_since_ns) {
		unlink(path);
		return;
	}
	fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0600);
	if (fd < 0)
		return;
	dprintf(fd, "software=%d hardware=%d blind_since_ns=%" PRIu64 "\n", mark->software,
		mark->hardware, mark->blind_since_ns);
	close(fd);
}

struct netdm_mark netdm_mark_read(const char *dir, uint64_t now_ns)
{
	const struct netdm_mark none = { 0 };
	char path[PATH_MAX], line[LINE_MAX_BYTES] = "";
	unsigned int software, hardware;
	uint64_t since_ns;
	int fd, fields;

	if (!mark_path(dir, path))
		return none;
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	if (fd < 0)
		return none;
	if (read(fd, line, sizeof(line) - 1) < 0)
		line[0] = '\0';
	close(fd);
	fields = sscanf(line, "software=%1u hardware=%1u blind_since_ns=%19" SCNu64, &software,
			&hardware, &since_ns);
	if (fields != 3 || software > 1 || hardware > 1 || since_ns > now_ns)
		return none;
	return (struct netdm_mark){ software, hardware, since_ns };
}
