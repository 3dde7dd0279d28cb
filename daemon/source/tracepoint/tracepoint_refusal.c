/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "source/tracepoint/tracepoint_refusal.h"

#include <errno.h>
#include <linux/capability.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/cleanup.h"

#define HOST_USER_NAMESPACE 0xeffffffdu /* include/linux/proc_ns.h PROC_USER_INIT_INO */

static bool has_capability(int capability)
{
	struct __user_cap_header_struct header = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct data[2] = { 0 };

	return syscall(SYS_capget, &header, data) == 0 &&
	       data[capability / 32].effective >> (capability % 32) & 1;
}

/* The root user of a container has every capability there, but none in the host's namespace. */
static bool in_host_user_namespace(void)
{
	struct stat st;

	return stat("/proc/self/ns/user", &st) < 0 || st.st_ino == HOST_USER_NAMESPACE;
}

static bool locked_down(void)
{
	cleanup(fclosep) FILE *f = fopen("/sys/kernel/security/lockdown", "re");
	char line[128] = "";

	return f && fgets(line, sizeof(line), f) && strstr(line, "[confidentiality]");
}

/* The last line of the verifier, which says what it refused; log is changed. */
static const char *last_line(char *log)
{
	char *save, *line = strtok_r(log, "\n", &save), *last = NULL;

	for (; line; line = strtok_r(NULL, "\n", &save))
		if (strncmp(line, "processed ", 10) != 0)
			last = line;
	return last ? last : "the verifier gave no reason";
}

int tracepoint_refusal(int code, char *log, struct err *err)
{
	const bool holds = has_capability(CAP_SYS_ADMIN) ||
			   (has_capability(CAP_BPF) && has_capability(CAP_PERFMON));
	const bool privileged = holds && in_host_user_namespace();

	if (code == -EPERM && !privileged)
		return err_remedy(err,
				  err_set(err, code,
					  "loading a program into the kernel needs CAP_BPF and "
					  "CAP_PERFMON in the host's user namespace"),
				  "run as root, or in a unit with "
				  "AmbientCapabilities=CAP_BPF CAP_PERFMON CAP_SYSLOG");
	if (locked_down())
		return err_remedy(err,
				  err_set(err, code,
					  "the kernel is locked down to \"confidentiality\", which "
					  "forbids programs that read its memory"),
				  "boot with lockdown=integrity");
	if (code == -ENOSYS)
		return err_remedy(err, err_set(err, code, "this kernel has no bpf(2)"),
				  "boot one with CONFIG_BPF_SYSCALL=y");
	if (code == -EPERM)
		return err_set(err, code,
			       "the kernel refused the program although CAP_BPF and "
			       "CAP_PERFMON are present: look for a security module or a system "
			       "call filter that forbids bpf(2) (journalctl -k -g 'bpf|denied')");
	if (code == -ENOMEM || code == -E2BIG)
		return err_remedy(err, err_set(err, code, "no memory for the maps (%m)"),
				  "lower tracepoint.max_entries, or raise MemoryMax= of the unit");
	return err_set(err, code, "the kernel refused the program (%m): %.300s", last_line(log));
}
