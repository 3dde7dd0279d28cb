/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Opening the tracepoint source when any one step of it fails, on the running kernel: it says so,
 * leaves nothing open, and works again afterwards. If the kernel refuses, it names the cause.
 * The linker sends the calls here; see CMakeLists.txt.
 */
#include "../unit/test.h"

#include <bpf/bpf.h>
#include <bpf/btf.h>
#include <bpf/libbpf.h>
#include <dirent.h>
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include "source/source.h"
#include "source/tracepoint/tracepoint_btf.h"
#include "traffic.h"

#define STEPS_MAX 1000
#define ETHERTYPE 0x88b5

static const struct config_source config = {
	.kind = SOURCE_TRACEPOINT, .tracepoint = { .max_entries = 64, .interval_ms = 50 }
};
static uint32_t netns; /* the test's own */
static int step = -1;  /* this call fails; below 0: none does */
static int load_code;  /* of bpf_object__load(), which has written load_log before */
static const char *load_log, *lockdown;
static char *kernel_log;

static bool fails(void)
{
	if (step < 0 || step-- > 0)
		return false;
	errno = ENOMEM;
	return true;
}

/* A call that fails with what it returns then. */
#define WRAP(type, failure, name, parameters, arguments)                                           \
	type __real_##name parameters;                                                             \
	type __wrap_##name parameters;                                                             \
	type __wrap_##name parameters                                                              \
	{                                                                                          \
		return fails() ? (failure) : __real_##name arguments;                              \
	}

WRAP(void *, NULL, calloc, (size_t n, size_t size), (n, size))
WRAP(void *, NULL, malloc, (size_t size), (size))
WRAP(void *, NULL, realloc, (void *memory, size_t size), (memory, size))
WRAP(int, -1, epoll_create1, (int flags), (flags))
WRAP(int, -1, timerfd_create, (int clock, int flags), (clock, flags))
WRAP(int, -1, epoll_ctl, (int fd, int operation, int on, struct epoll_event *event),
     (fd, operation, on, event))
WRAP(void *, MAP_FAILED, mmap, (void *at, size_t size, int access, int flags, int fd, off_t offset),
     (at, size, access, flags, fd, offset))
WRAP(int, -ENOMEM, libbpf_num_possible_cpus, (void), ())
WRAP(struct btf *, NULL, btf__parse_raw, (const char *path), (path))
WRAP(int, -ENOMEM, bpf_map__set_initial_value,
     (struct bpf_map * map, const void *data, size_t size), (map, data, size))
WRAP(int, -ENOMEM, bpf_map__set_max_entries, (struct bpf_map * map, __u32 n), (map, n))
WRAP(struct bpf_map *, NULL, bpf_object__find_map_by_name,
     (const struct bpf_object *object, const char *name), (object, name))
WRAP(struct bpf_program *, NULL, bpf_object__find_program_by_name,
     (const struct bpf_object *object, const char *name), (object, name))
WRAP(int, -ENOENT, bpf_object__find_map_fd_by_name,
     (const struct bpf_object *object, const char *name), (object, name))
WRAP(struct bpf_link *, NULL, bpf_program__attach, (const struct bpf_program *program), (program))

struct bpf_object *__real_bpf_object__open_mem(const void *data, size_t size,
					       const struct bpf_object_open_opts *opts);
struct bpf_object *__wrap_bpf_object__open_mem(const void *data, size_t size,
					       const struct bpf_object_open_opts *opts);

struct bpf_object *__wrap_bpf_object__open_mem(const void *data, size_t size,
					       const struct bpf_object_open_opts *opts)
{
	kernel_log = opts->kernel_log_buf;
	return fails() ? NULL : __real_bpf_object__open_mem(data, size, opts);
}

int __real_bpf_object__load(struct bpf_object *object);
int __wrap_bpf_object__load(struct bpf_object *object);

int __wrap_bpf_object__load(struct bpf_object *object)
{
	if (!load_code)
		return fails() ? -EINVAL : __real_bpf_object__load(object);
	if (load_log)
		strcpy(kernel_log, load_log);
	return load_code;
}

FILE *__real_fopen(const char *path, const char *mode);
FILE *__wrap_fopen(const char *path, const char *mode);

FILE *__wrap_fopen(const char *path, const char *mode)
{
	if (lockdown && strcmp(path, "/sys/kernel/security/lockdown") == 0)
		return fmemopen((char *)lockdown, strlen(lockdown), "r");
	return fails() ? NULL : __real_fopen(path, mode);
}

static bool old_kernel, nameless;

int __real_tracepoint_btf_read(const char *dir, struct tracepoint_kernel *kernel,
			       struct reasons *reasons, struct err *err);
int __wrap_tracepoint_btf_read(const char *dir, struct tracepoint_kernel *kernel,
			       struct reasons *reasons, struct err *err);

int __wrap_tracepoint_btf_read(const char *dir, struct tracepoint_kernel *kernel,
			       struct reasons *reasons, struct err *err)
{
	struct reasons *elsewhere = reasons_new();
	int r;

	r = __real_tracepoint_btf_read(dir, kernel, nameless ? elsewhere : reasons, err);
	reasons_free(elsewhere);
	if (r == 0 && kernel && old_kernel)
		kernel->arguments = 2;
	return r;
}

static int open_source(struct err *err)
{
	struct source *s = NULL;
	const int r = tracepoint_ops.open(&config, &s, err);

	assert_true(r == 0 ? s != NULL : s == NULL);
	if (s)
		tracepoint_ops.close(s);
	return r;
}

static int open_descriptors(void)
{
	DIR *d = opendir("/proc/self/fd");
	int n = 0;

	assert_non_null(d);
	while (readdir(d))
		n++;
	closedir(d);
	return n;
}

/* Some steps are made good for: by helper calls, without names, without the size of the maps. */
static void any_one_step_fails(void **state)
{
	struct err err = { 0 };
	int failed = 0, descriptors;

	(void)state;
	assert_int_equal(open_source(&err), 0);
	descriptors = open_descriptors();
	for (int i = 0; i < STEPS_MAX; i++) {
		bool reached;
		int r;

		step = i;
		err = (struct err){ 0 };
		r = open_source(&err);
		reached = step < 0;
		step = -1;
		assert_int_equal(open_descriptors(), descriptors);
		if (!reached) {
			assert_int_equal(r, 0);
			print_message("%d of %d steps are needed\n", failed, i);
			assert_true(failed > 10);
			return;
		}
		if (r < 0) {
			failed++;
			assert_true(err.text[0]);
		}
	}
	fail_msg("more than %d steps", STEPS_MAX);
}

static void refused(int code, const char *log, const char *says)
{
	struct err err = { 0 };

	load_code = code;
	load_log = log;
	assert_int_equal(open_source(&err), code);
	load_code = 0;
	if (!strstr(err.text, says))
		fail_msg("%s", err.text);
}

static void each_cause_has_its_words(void **state)
{
	(void)state;
	refused(-ENOSYS, NULL, "CONFIG_BPF_SYSCALL=y");
	refused(-EPERM, NULL, "security module");
	refused(-E2BIG, NULL, "lower tracepoint.max_entries");
	refused(-EINVAL, "first\nR1 is bad\nprocessed 7 insns\n", "R1 is bad");
	refused(-EINVAL, "", "the verifier gave no reason");
	lockdown = "none integrity [confidentiality]\n";
	refused(-EPERM, NULL, "boot with lockdown=integrity");
	lockdown = "none [integrity] confidentiality\n";
	refused(-EPERM, NULL, "security module");
	lockdown = NULL;
}

/* The reason that the drops of traffic_unknown_ethertype() have. */
static const char *reason_of_drops(struct source *s)
{
	static struct drop_event ev;
	struct pollfd fd = { .fd = s->ops->fd(s), .events = POLLIN };

	for (;;) {
		while (s->ops->read(s, &ev, 1) == 1)
			if (ev.netns == netns && ev.ethertype == ETHERTYPE)
				return ev.reason;
		poll(&fd, 1, 1000);
	}
}

static void a_kernel_without_reasons(void **state)
{
	struct config_source cfg = config;
	struct source *s = NULL;
	struct err err = { 0 };

	(void)state;
	old_kernel = true;
	assert_int_equal(tracepoint_ops.open(&config, &s, &err), 0);
	traffic_unknown_ethertype(ETHERTYPE, 10);
	assert_string_equal(reason_of_drops(s), "");
	s = tracepoint_ops.close(s);
	cfg.tracepoint.need_reasons = true;
	assert_int_equal(tracepoint_ops.open(&cfg, &s, &err), -EOPNOTSUPP);
	assert_non_null(strstr(err.text, "Linux 5.17"));
	old_kernel = false;
	assert_int_equal(tracepoint_ops.open(&cfg, &s, &err), 0);
	assert_null(tracepoint_ops.close(s));
	assert_null(tracepoint_ops.close(NULL));
}

/* BTF has no names; tracefs may have them, if it is mounted. */
static void a_kernel_without_names(void **state)
{
	struct err err = { 0 };

	(void)state;
	nameless = true;
	assert_int_equal(open_source(&err), 0);
	nameless = false;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(any_one_step_fails),
		cmocka_unit_test(each_cause_has_its_words),
		cmocka_unit_test(a_kernel_without_reasons),
		cmocka_unit_test(a_kernel_without_names),
	};

	if (geteuid() != 0 || access("/sys/kernel/btf/vmlinux", R_OK) < 0) {
		puts("skipped: needs root and a kernel with BTF");
		return 77;
	}
	netns = traffic_namespace();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
