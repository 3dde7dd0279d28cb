/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Each cause for which the kernel refuses the program has its own sentence. The linker replaces the
 * calls that look for the causes; see CMakeLists.txt.
 */
#include "../unit/test.h"

#include <errno.h>
#include <linux/capability.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>

#include "source/tracepoint/tracepoint_refusal.h"

#define HOST 0xeffffffdu

/* What the process may do, and what the kernel says about itself. */
struct situation {
	uint64_t capabilities;
	bool capget_fails, stat_fails;
	ino_t user_namespace;
	const char *lockdown;
};

#define BIT(capability) (1ull << (capability))

static const struct situation root = { .capabilities = UINT64_MAX, .user_namespace = HOST };
static struct situation now;

long __wrap_syscall(long number, ...);
int __wrap_stat(const char *path, struct stat *st);
FILE *__wrap_fopen(const char *path, const char *mode);

long __wrap_syscall(long number, ...)
{
	struct __user_cap_data_struct *data;
	va_list arguments;

	assert_int_equal(number, SYS_capget);
	va_start(arguments, number);
	va_arg(arguments, void *);
	data = va_arg(arguments, struct __user_cap_data_struct *);
	va_end(arguments);
	data[0].effective = (uint32_t)now.capabilities;
	data[1].effective = (uint32_t)(now.capabilities >> 32);
	return now.capget_fails ? -1 : 0;
}

int __wrap_stat(const char *path, struct stat *st)
{
	assert_string_equal(path, "/proc/self/ns/user");
	*st = (struct stat){ .st_ino = now.user_namespace };
	return now.stat_fails ? -1 : 0;
}

FILE *__wrap_fopen(const char *path, const char *mode)
{
	assert_string_equal(path, "/sys/kernel/security/lockdown");
	if (!now.lockdown)
		return NULL;
	return *now.lockdown ? fmemopen((char *)now.lockdown, strlen(now.lockdown), mode)
			     : tmpfile();
}

static void expect(const struct situation *situation, int code, const char *log, const char *words)
{
	struct err err = { 0 };
	char copy[256];

	now = *situation;
	snprintf(copy, sizeof(copy), "%s", log);
	assert_int_equal(tracepoint_refusal(code, copy, &err), code);
	if (!strstr(err.text, words))
		fail_msg("%s", err.text);
}

static void no_privilege(void **state)
{
	const char *words = "needs CAP_BPF and CAP_PERFMON in the host's user namespace";
	struct situation s = root;

	(void)state;
	s.capabilities = 0;
	expect(&s, -EPERM, "", words);
	s.capabilities = BIT(CAP_BPF);
	expect(&s, -EPERM, "", words);
	s.capabilities = BIT(CAP_PERFMON);
	expect(&s, -EPERM, "", words);
	s = root;
	s.capget_fails = true;
	expect(&s, -EPERM, "", words);
	s = root;
	s.user_namespace = 4026532000;
	expect(&s, -EPERM, "", words);
}

static void privileged_and_refused(void **state)
{
	const char *words = "look for a security module";
	struct situation s = root;

	(void)state;
	expect(&s, -EPERM, "", words);
	s.capabilities = BIT(CAP_SYS_ADMIN);
	expect(&s, -EPERM, "", words);
	s.capabilities = BIT(CAP_BPF) | BIT(CAP_PERFMON);
	expect(&s, -EPERM, "", words);
	s.user_namespace = 0;
	s.stat_fails = true; /* no user namespaces: the host's is the only one */
	expect(&s, -EPERM, "", words);
}

static void lockdown(void **state)
{
	struct situation s = root;

	(void)state;
	s.lockdown = "none integrity [confidentiality]\n";
	expect(&s, -EPERM, "", "boot with lockdown=integrity");
	expect(&s, -EINVAL, "", "boot with lockdown=integrity");
	s.lockdown = "none [integrity] confidentiality\n";
	expect(&s, -EPERM, "", "security module");
	s.lockdown = "";
	expect(&s, -EPERM, "", "security module");
}

static void other_causes(void **state)
{
	(void)state;
	expect(&root, -ENOSYS, "", "CONFIG_BPF_SYSCALL=y");
	expect(&root, -ENOMEM, "", "lower tracepoint.max_entries");
	expect(&root, -E2BIG, "", "lower tracepoint.max_entries");
	expect(&root, -EINVAL, "first\nR1 is bad\nprocessed 7 insns\n", ": R1 is bad");
	expect(&root, -EINVAL, "processed 7 insns\n", "the verifier gave no reason");
	expect(&root, -EINVAL, "", "the verifier gave no reason");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(no_privilege),
		cmocka_unit_test(privileged_and_refused),
		cmocka_unit_test(lockdown),
		cmocka_unit_test(other_causes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
