/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A file of one line in the service's runtime directory. systemd keeps that directory across
 * restarts, also after a crash, and removes it when the service is stopped
 * (RuntimeDirectoryPreserve=restart). It does not survive a boot, so CLOCK_MONOTONIC is the same
 * for writer and reader. The file is written only when the monitor is started, taken over, lost or
 * stopped: by main, and rarely by the source thread.
 */
#include "source/netdm/netdm_mark.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
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

/* "key=number" at *at, which is moved on. */
static bool read_number(const char **at, const char *key, uint64_t most, uint64_t *ret)
{
	const size_t len = strlen(key);
	char *end;

	if (strncmp(*at, key, len) != 0 || (*at)[len] < '0' || (*at)[len] > '9')
		return false;
	errno = 0;
	*ret = strtoull(*at + len, &end, 10);
	*at = end;
	return errno == 0 && *ret <= most;
}

struct netdm_mark netdm_mark_read(const char *dir, uint64_t now_ns)
{
	const struct netdm_mark none = { 0 };
	char path[PATH_MAX], line[LINE_MAX_BYTES] = "";
	uint64_t software, hardware, since_ns;
	const char *at = line;
	int fd;

	if (!mark_path(dir, path))
		return none;
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	if (fd < 0)
		return none;
	if (read(fd, line, sizeof(line) - 1) < 0)
		line[0] = '\0';
	close(fd);
	if (!read_number(&at, "software=", 1, &software) ||
	    !read_number(&at, " hardware=", 1, &hardware) ||
	    !read_number(&at, " blind_since_ns=", now_ns, &since_ns))
		return none;
	return (struct netdm_mark){ software, hardware, since_ns };
}
