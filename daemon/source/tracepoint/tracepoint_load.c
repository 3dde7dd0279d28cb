/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The build embeds tracepoint.bpf.o as an array of bytes. libbpf adapts it to the running kernel by
 * means of BTF and creates its maps.
 */
#include "source/tracepoint/tracepoint_load.h"

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "config/config.h"
#include "source/tracepoint/tracepoint_refusal.h"

#define LOG_BYTES 65536 /* of the verifier */
#define ENTRIES	  8192	/* of each hash, if there is memory: 2 x 0.75 MiB */

extern const unsigned char tracepoint_object[]; /* tracepoint.bpf.o */
extern const size_t tracepoint_object_size;

/* Only this form is loaded. Return: the program, or NULL if there is none. */
static struct bpf_program *select_program(struct bpf_object *object, const char *name)
{
	static const char *const names[] = { TRACEPOINT_DIRECT, TRACEPOINT_BY_HELPERS };
	struct bpf_program *selected = NULL;

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		struct bpf_program *p = bpf_object__find_program_by_name(object, names[i]);

		if (!p)
			return NULL;
		if (strcmp(names[i], name) == 0)
			selected = p;
		bpf_program__set_autoload(p, p == selected);
	}
	return selected;
}

static int set_entries(struct bpf_object *object, const char *name, __u32 max_entries)
{
	struct bpf_map *map = bpf_object__find_map_by_name(object, name);

	return map ? bpf_map__set_max_entries(map, max_entries) : -EINVAL;
}

static int configure_maps(struct bpf_object *object, size_t cpus, __u32 max_entries,
			  const struct tracepoint_kernel *kernel)
{
	struct bpf_map *rodata = bpf_object__find_map_by_name(object, ".rodata");
	int r;

	r = rodata ? bpf_map__set_initial_value(rodata, kernel, sizeof(*kernel)) : -EINVAL;
	if (r == 0)
		r = set_entries(object, "counts_a", max_entries);
	if (r == 0)
		r = set_entries(object, "counts_b", max_entries);
	if (r == 0)
		r = set_entries(object, "slots", (__u32)cpus);
	if (r == 0)
		r = set_entries(object, "wake", (__u32)sysconf(_SC_PAGESIZE));
	return r;
}

static int map_shared(int fd, size_t bytes, void **ret)
{
	void *memory = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);

	if (memory == MAP_FAILED)
		return -errno;
	*ret = memory;
	return 0;
}

static int find_maps(struct tracepoint_program *p)
{
	const int state_fd = bpf_object__find_map_fd_by_name(p->object, ".bss");
	const int slots_fd = bpf_object__find_map_fd_by_name(p->object, "slots");
	int r;

	p->active_fd = bpf_object__find_map_fd_by_name(p->object, "active");
	p->counts_fd[0] = bpf_object__find_map_fd_by_name(p->object, "counts_a");
	p->counts_fd[1] = bpf_object__find_map_fd_by_name(p->object, "counts_b");
	p->wake_fd = bpf_object__find_map_fd_by_name(p->object, "wake");
	if (p->active_fd < 0 || p->counts_fd[0] < 0 || p->counts_fd[1] < 0 || p->wake_fd < 0)
		return -EINVAL;
	r = map_shared(state_fd, sizeof(*p->state), (void **)&p->state);
	if (r == 0)
		r = map_shared(slots_fd, p->cpus * sizeof(*p->slots), (void **)&p->slots);
	return r;
}

static int load_and_attach(struct tracepoint_program *p, const char *name, __u32 max_entries,
			   const struct tracepoint_kernel *kernel, char *log)
{
	const int cpus = libbpf_num_possible_cpus();
	struct bpf_object_open_opts opts;
	struct bpf_program *program;
	int r;

	if (cpus < 0)
		return cpus;
	p->cpus = (size_t)cpus;
	/* libbpf requires zero in the padding as well, which an initializer does not guarantee. */
	memset(&opts, 0, sizeof(opts));
	opts.sz = sizeof(opts);
	opts.object_name = "dropwatchd";
	opts.kernel_log_buf = log;
	opts.kernel_log_size = LOG_BYTES;
	p->object = bpf_object__open_mem(tracepoint_object, tracepoint_object_size, &opts);
	if (!p->object)
		return -errno;
	program = select_program(p->object, name);
	if (!program)
		return -EINVAL;
	r = configure_maps(p->object, p->cpus, max_entries, kernel);
	if (r == 0)
		r = bpf_object__load(p->object);
	if (r == 0)
		r = find_maps(p);
	if (r < 0)
		return r;
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
	log[0] = '\0';
	libbpf_set_print(NULL); /* tracepoint_refusal() says what libbpf would print */
	r = load_and_attach(&p, name, max_entries, kernel, log);
	if (r < 0)
		return tracepoint_refusal(r, log, err);
	*ret = p;
	p = (struct tracepoint_program){ 0 };
	return 0;
}

/* *err is of the first form: the second is slower, and works on more kernels. */
static int load_either(const struct tracepoint_kernel *kernel, __u32 max_entries,
		       struct tracepoint_program *ret, struct err *err)
{
	const int r = tracepoint_load(TRACEPOINT_DIRECT, kernel, max_entries, ret, err);

	if (r == 0 || r == -EPERM || r == -ENOMEM)
		return r;
	if (tracepoint_load(TRACEPOINT_BY_HELPERS, kernel, max_entries, ret, NULL) == 0)
		return 0;
	return r;
}

int tracepoint_load_best(const struct tracepoint_kernel *kernel, __u32 max_entries,
			 struct tracepoint_program *ret, struct err *err)
{
	__u32 entries = max_entries ?: MAX_ENTRIES_DEFAULT;
	int r = load_either(kernel, entries, ret, err);

	while ((r == -ENOMEM || r == -E2BIG) && !max_entries && entries / 2 >= MAX_ENTRIES_MIN) {
		entries /= 2;
		r = load_either(kernel, entries, ret, err);
	}
	return r;
}

__u64 tracepoint_misses(const struct tracepoint_program *program)
{
	struct bpf_prog_info info = { 0 };
	__u32 len = sizeof(info);

	return bpf_obj_get_info_by_fd(program->fd, &info, &len) == 0 ? info.recursion_misses : 0;
}

static __u64 memory_of(const struct tracepoint_program *program, const char *map)
{
	static const char key[] = "memlock:";
	cleanup(fclosep) FILE *f = NULL;
	char text[64];

	snprintf(text, sizeof(text), "/proc/self/fdinfo/%d",
		 bpf_object__find_map_fd_by_name(program->object, map));
	f = fopen(text, "re");
	while (f && fgets(text, sizeof(text), f))
		if (strncmp(text, key, strlen(key)) == 0)
			return strtoull(text + strlen(key), NULL, 10);
	return 0;
}

__u64 tracepoint_memory(const struct tracepoint_program *program)
{
	return memory_of(program, "counts_a") + memory_of(program, "counts_b") +
	       memory_of(program, "active") + memory_of(program, "slots") +
	       memory_of(program, "wake");
}

void tracepoint_unload(struct tracepoint_program *program)
{
	bpf_link__destroy(program->link);
	if (program->slots)
		munmap(program->slots, program->cpus * sizeof(*program->slots));
	if (program->state)
		munmap(program->state, sizeof(*program->state));
	bpf_object__close(program->object);
	*program = (struct tracepoint_program){ 0 };
}
