/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Privileges are dropped early, after the sources are opened and before the first byte of HTTP is
 * read. From then on, a process taken over by a hostile client can neither load a program into the
 * kernel nor administer the system.
 */
#include "service/caps.h"

#include <errno.h>
#include <linux/capability.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <unistd.h>

/*
 * Before 5.19 (c8644cd0efe7), kernel.unprivileged_bpf_disabled, on by default, forbids every use of
 * bpf(2) without CAP_BPF, including reading one's own maps. With CAP_BPF but without CAP_PERFMON,
 * no program can be loaded that reads kernel memory.
 */
static bool reading_maps_is_privileged(void)
{
	unsigned long major, minor;
	struct utsname uts;
	char *end;

	if (uname(&uts) < 0)
		return true;
	major = strtoul(uts.release, &end, 10);
	minor = *end == '.' ? strtoul(end + 1, NULL, 10) : 0;
	return major < 5 || (major == 5 && minor < 19);
}

static uint64_t caps_needed(const char *source)
{
	if (strcmp(source, SOURCE_NAME_NETDM) == 0)
		return 1ull << CAP_NET_ADMIN | 1ull << CAP_SYSLOG;
	if (strcmp(source, SOURCE_NAME_TRACEPOINT) == 0)
		return 1ull << CAP_SYSLOG | (reading_maps_is_privileged() ? 1ull << CAP_BPF : 0);
	return 0;
}

static int caps_get(struct __user_cap_data_struct data[2])
{
	struct __user_cap_header_struct header = { .version = _LINUX_CAPABILITY_VERSION_3 };

	return syscall(SYS_capget, &header, data) < 0 ? -errno : 0;
}

static int caps_set(const struct __user_cap_data_struct data[2])
{
	struct __user_cap_header_struct header = { .version = _LINUX_CAPABILITY_VERSION_3 };

	return syscall(SYS_capset, &header, data) < 0 ? -errno : 0;
}

/* This fails without CAP_SETPCAP. no_new_privs is sufficient then. */
static void bound(uint64_t keep)
{
	for (unsigned long cap = 0; prctl(PR_CAPBSET_READ, cap, 0, 0, 0) >= 0; cap++)
		if (!(keep >> cap & 1))
			prctl(PR_CAPBSET_DROP, cap, 0, 0, 0);
}

int caps_drop(const char *const *sources, size_t n, struct err *err)
{
	struct __user_cap_data_struct data[2];
	uint64_t keep = 0;
	int r;

	for (size_t i = 0; i < n; i++)
		keep |= caps_needed(sources[i]);
	r = caps_get(data);
	if (r < 0)
		return err_set(err, r, "cannot read the capabilities: %m");
	bound(keep);
	prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0);
	for (int i = 0; i < 2; i++) {
		data[i].permitted &= (uint32_t)(keep >> (32 * i));
		data[i].effective = data[i].permitted;
		data[i].inheritable = 0;
	}
	r = caps_set(data);
	if (r < 0)
		return err_set(err, r, "cannot drop the capabilities: %m");
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
		return err_set(err, -errno, "cannot set no_new_privs: %m");
	return 0;
}

void caps_text(char *buf, size_t size)
{
	static const char *const names[] = {
		[CAP_NET_ADMIN] = "CAP_NET_ADMIN",
		[CAP_SYS_ADMIN] = "CAP_SYS_ADMIN",
		[CAP_SYSLOG] = "CAP_SYSLOG",
		[CAP_PERFMON] = "CAP_PERFMON",
		[CAP_BPF] = "CAP_BPF",
	};
	struct __user_cap_data_struct data[2] = { 0 };
	size_t len = 0;

	snprintf(buf, size, "none");
	if (caps_get(data) < 0)
		snprintf(buf, size, "unknown");
	for (int cap = 0; cap < 64 && len < size; cap++) {
		const char *comma = len ? ", " : "";

		if (!(data[cap / 32].permitted >> cap % 32 & 1))
			continue;
		if (cap < (int)(sizeof(names) / sizeof(names[0])) && names[cap])
			len += (size_t)snprintf(buf + len, size - len, "%s%s", comma, names[cap]);
		else
			len += (size_t)snprintf(buf + len, size - len, "%s%d", comma, cap);
	}
}
