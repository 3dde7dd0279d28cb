// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Loading the program of tracepoint.bpf.c, which the build put into this one as an array of bytes.
 * libbpf fits it to the running kernel by BTF; two maps and the one that says which of them is
 * counted in are made by the way. Main thread, while there are privileges.
 *
 * The kernel refuses with one and the same EPERM for several causes. Whoever reads the
 * message has to mend one of them, so each is looked for.
 */
#include "source/tracepoint/tracepoint_load.h"

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <linux/capability.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/cleanup.h"

#define LOG_BYTES	    65536	/* of the verifier */
#define HOST_USER_NAMESPACE 0xeffffffdu /* include/linux/proc_ns.h PROC_USER_INIT_INO */

extern const unsigned char tracepoint_object[]; /* tracepoint.bpf.o */
extern const size_t tracepoint_object_size;

/* What is missing, in words */

static bool has_capability(int capability)
{
	struct __user_cap_header_struct header = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct data[2] = { 0 };

	return syscall(SYS_capget, &header, data) == 0 &&
	       data[capability / 32].effective >> (capability % 32) & 1;
}

/* A container's own root holds every capability in there, and none that counts for the kernel. */
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

/* The last line that the verifier wrote, which says what it refused; log is changed. */
static const char *last_line(char *log)
{
	char *save, *line = strtok_r(log, "\n", &save), *last = NULL;

	for (; line; line = strtok_r(NULL, "\n", &save))
		if (strncmp(line, "processed ", 10) != 0)
			last = line;
	return last ? last : "no more is known";
}

static int explain(int code, char *log, struct err *err)
{
	const bool holds = has_capability(CAP_SYS_ADMIN) ||
			   (has_capability(CAP_BPF) && has_capability(CAP_PERFMON));
	const bool privileged = holds && in_host_user_namespace();

	if (code == -EPERM && !privileged)
		return err_set(err, code,
			       "loading a program into the kernel needs CAP_BPF and "
			       "CAP_PERFMON in the host's user namespace; run as root, or in a "
			       "unit with AmbientCapabilities=CAP_BPF CAP_PERFMON CAP_SYSLOG");
	if (locked_down())
		return err_set(err, code,
			       "the kernel is locked down to \"confidentiality\", which forbids "
			       "programs that read its memory; boot with lockdown=integrity");
	if (code == -ENOSYS)
		return err_set(err, code,
			       "this kernel has no bpf(2); boot one with CONFIG_BPF_SYSCALL=y");
	if (code == -EPERM)
		return err_set(err, code,
			       "the kernel refused the program although CAP_BPF and "
			       "CAP_PERFMON are there: look for a security module or a system call "
			       "filter that forbids bpf(2) (journalctl -k -g 'bpf|denied')");
	if (code == -ENOMEM || code == -E2BIG)
		return err_set(err, code,
			       "no memory for the maps (%m); lower tracepoint.max_entries, or "
			       "raise MemoryMax= of the unit");
	return err_set(err, code, "the kernel refused the program (%m): %.300s", last_line(log));
}

static int configure(struct bpf_object *object, const char *program, uint32_t max_entries,
		     const struct tracepoint_kernel *kernel)
{
	static const char *const programs[] = { TRACEPOINT_DIRECT, TRACEPOINT_BY_HELPERS };
	struct bpf_map *rodata = bpf_object__find_map_by_name(object, ".rodata");
	struct bpf_map *a = bpf_object__find_map_by_name(object, "counts_a");
	struct bpf_map *b = bpf_object__find_map_by_name(object, "counts_b");
	struct bpf_map *wake = bpf_object__find_map_by_name(object, "wake");
	struct bpf_program *p;
	int r;

	if (!rodata || !a || !b || !wake)
		return -EINVAL;
	for (size_t i = 0; i < sizeof(programs) / sizeof(programs[0]); i++) {
		p = bpf_object__find_program_by_name(object, programs[i]);
		if (!p)
			return -EINVAL;
		bpf_program__set_autoload(p, strcmp(programs[i], program) == 0);
	}
	r = bpf_map__set_initial_value(rodata, kernel, sizeof(*kernel));
	if (r == 0)
		r = bpf_map__set_max_entries(a, max_entries);
	if (r == 0)
		r = bpf_map__set_max_entries(b, max_entries);
	if (r == 0)
		r = bpf_map__set_max_entries(wake, (__u32)sysconf(_SC_PAGESIZE));
	return r;
}

static int find_maps(struct tracepoint_program *p)
{
	const int state_fd = bpf_object__find_map_fd_by_name(p->object, ".bss");

	p->active_fd = bpf_object__find_map_fd_by_name(p->object, "active");
	p->counts_fd[0] = bpf_object__find_map_fd_by_name(p->object, "counts_a");
	p->counts_fd[1] = bpf_object__find_map_fd_by_name(p->object, "counts_b");
	p->wake_fd = bpf_object__find_map_fd_by_name(p->object, "wake");
	if (p->active_fd < 0 || p->counts_fd[0] < 0 || p->counts_fd[1] < 0 || p->wake_fd < 0 ||
	    state_fd < 0)
		return -EINVAL;
	p->state = mmap(NULL, sizeof(*p->state), PROT_READ | PROT_WRITE, MAP_SHARED, state_fd, 0);
	if (p->state == MAP_FAILED) {
		p->state = NULL;
		return -errno;
	}
	return 0;
}

static int load(struct tracepoint_program *p, const char *name, __u32 max_entries,
		const struct tracepoint_kernel *kernel, char *log)
{
	struct bpf_object_open_opts opts;
	struct bpf_program *program;
	int r;

	log[0] = '\0';
	/* libbpf wants the padding to be zero, too, which an initializer need not do. */
	memset(&opts, 0, sizeof(opts));
	opts.sz = sizeof(opts);
	opts.object_name = "dropwatchd";
	opts.kernel_log_buf = log;
	opts.kernel_log_size = LOG_BYTES;
	p->object = bpf_object__open_mem(tracepoint_object, tracepoint_object_size, &opts);
	if (!p->object)
		return -errno;
	r = configure(p->object, name, max_entries, kernel);
	if (r == 0)
		r = bpf_object__load(p->object);
	if (r == 0)
		r = find_maps(p);
	if (r < 0)
		return r;
	program = bpf_object__find_program_by_name(p->object, name);
	p->fd = bpf_program__fd(program);
	p->link = bpf_program__attach(program);
	return p->link ? 0 : -errno;
}

int tracepoint_load(const char *name, const struct tracepoint_kernel *kernel, __u32 max_entries,
		    struct tracepoint_program *ret, struct err *err)
{
	cleanup(tracepoint_unload) struct tracepoint_program p = { 0 };
	cleanup(freep) char *log = malloc(LOG_BYTES);
	int r;

	if (!log)
		return err_set(err, -ENOMEM, "%m");
	libbpf_set_print(NULL); /* what it would print, *err says */
	r = load(&p, name, max_entries, kernel, log);
	if (r < 0)
		return explain(r, log, err);
	*ret = p;
	p = (struct tracepoint_program){ 0 };
	return 0;
}

static __u64 memory_of(int fd)
{
	static const char key[] = "memlock:";
	cleanup(fclosep) FILE *f = NULL;
	char text[64];

	snprintf(text, sizeof(text), "/proc/self/fdinfo/%d", fd);
	f = fopen(text, "re");
	while (f && fgets(text, sizeof(text), f))
		if (strncmp(text, key, strlen(key)) == 0)
			return strtoull(text + strlen(key), NULL, 10);
	return 0;
}

__u64 tracepoint_memory(const struct tracepoint_program *program)
{
	return memory_of(program->counts_fd[0]) + memory_of(program->counts_fd[1]) +
	       memory_of(program->active_fd) + memory_of(program->wake_fd);
}

void tracepoint_unload(struct tracepoint_program *program)
{
	bpf_link__destroy(program->link);
	if (program->state)
		munmap(program->state, sizeof(*program->state));
	bpf_object__close(program->object);
	*program = (struct tracepoint_program){ 0 };
}
