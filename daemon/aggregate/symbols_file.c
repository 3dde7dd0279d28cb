/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "aggregate/symbols_file.h"

#include <errno.h>

#include "base/cleanup.h"
#include "base/file.h"

#define FILE_MIB_MAX 64 /* more than a million symbols; kallsyms of Debian has 10 MiB */

int symbols_file_open(const char *path, struct err *err)
{
	const int fd = file_open(path, err);

	if (fd < 0)
		err_prefix(err, "%s", path);
	return fd;
}

int symbols_file_step(int fd, struct symbols_parser *p, size_t bytes)
{
	char buf[4096]; /* /proc/kallsyms gives no more at a time */
	ssize_t n;
	int r = 0;

	for (size_t done = 0; r == 0 && done < bytes; done += (size_t)n) {
		n = read(fd, buf, sizeof(buf));
		if (n <= 0)
			return n < 0 ? -errno : 0;
		r = symbols_parser_feed(p, buf, (size_t)n);
	}
	return r < 0 ? r : 1;
}

int symbols_file_read(int fd, const char *name, struct symbols **ret, struct err *err)
{
	cleanup(symbols_parser_freep) struct symbols_parser *p = symbols_parser_new();
	int r = p ? symbols_file_step(fd, p, (size_t)FILE_MIB_MAX << 20) : -ENOMEM;

	if (r > 0)
		r = -EFBIG;
	if (r == 0)
		r = symbols_parser_finish(p, ret);
	if (r == -EFBIG)
		return err_set(err, r, "%s: larger than a table of symbols can be (%d MiB)", name,
			       FILE_MIB_MAX);
	if (r == -EPERM)
		return err_set(err, r, "%s: all addresses are hidden (CAP_SYSLOG is missing)",
			       name);
	if (r == -ENODATA)
		return err_set(err, r, "%s: no function in it", name);
	return r < 0 ? err_set(err, r, "read %s: %m", name) : 0;
}
