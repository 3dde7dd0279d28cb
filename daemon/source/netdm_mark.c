/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * An empty file in the service's runtime directory, which systemd keeps over a
 * restart, also one after a crash, and removes when the service is stopped
 * (RuntimeDirectoryPreserve=restart). Touched only when the monitor is started,
 * handed over or stopped: by main, and rarely by the source thread.
 */
#include "source/netdm_mark.h"

#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <unistd.h>

#define MARK "drop-monitor-is-ours"

static bool mark_path(const char *dir, char path[PATH_MAX])
{
	return dir && snprintf(path, PATH_MAX, "%s/" MARK, dir) < PATH_MAX;
}

void netdm_mark_set(const char *dir, bool ours)
{
	char path[PATH_MAX];
	int fd;

	if (!mark_path(dir, path))
		return;
	if (!ours) {
		unlink(path);
		return;
	}
	fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0600);
	if (fd >= 0)
		close(fd);
}

bool netdm_mark_found(const char *dir)
{
	char path[PATH_MAX];

	return mark_path(dir, path) && access(path, F_OK) == 0;
}
