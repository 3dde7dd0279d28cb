/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "aggregate/kernel_symbols.h"

#include <fcntl.h>
#include <linux/magic.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "base/cleanup.h"

int kernel_symbols_open(void)
{
	struct statfs fs;
	struct stat st;

	if (fstatfs(STDIN_FILENO, &fs) == 0 && fs.f_type == PROC_SUPER_MAGIC &&
	    fstat(STDIN_FILENO, &st) == 0 && S_ISREG(st.st_mode) &&
	    lseek(STDIN_FILENO, 0, SEEK_SET) == 0)
		return fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 3);
	return open(KERNEL_SYMBOLS_KALLSYMS, O_RDONLY | O_CLOEXEC);
}

bool kernel_symbols_hidden(const char *kptr_restrict)
{
	cleanup(fclosep) FILE *f = fopen(kptr_restrict, "re");

	return f && fgetc(f) == '2';
}

bool kernel_symbols_fixed(void)
{
	cleanup(fclosep) FILE *f = fopen("/proc/cmdline", "re");
	char line[4096], *save = NULL;

	if (!f || !fgets(line, sizeof(line), f))
		return false;
	for (char *word = strtok_r(line, " \n", &save); word; word = strtok_r(NULL, " \n", &save))
		if (!strcmp(word, "nokaslr"))
			return true;
	return false;
}

void kernel_symbols_map(char path[PATH_MAX])
{
	struct utsname uts;

	path[0] = '\0';
	if (uname(&uts) == 0)
		snprintf(path, PATH_MAX, "/boot/System.map-%s", uts.release);
}

/* Without the use counts, which change all the time. */
struct hash128 kernel_symbols_modules(void)
{
	static const struct hash_key key;
	cleanup(fclosep) FILE *f = fopen("/proc/modules", "re");
	struct {
		struct hash128 so_far;
		char line[256];
	} h = { 0 };
	char line[4096], name[64], size[24], address[24];

	while (f && fgets(line, sizeof(line), f)) {
		if (sscanf(line, "%63s %23s %*s %*s %*s %23s", name, size, address) != 3)
			continue;
		memset(h.line, 0, sizeof(h.line));
		snprintf(h.line, sizeof(h.line), "%s %s %s", name, size, address);
		h.so_far = hash128(key, &h, sizeof(h));
	}
	return h.so_far;
}
