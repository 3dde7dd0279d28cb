/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The tracepoint source when system calls fail, on the running kernel: every packet comes out of
 * read() all the same, or is counted as lost. The linker sends the calls of libbpf here; see
 * CMakeLists.txt.
 */
#include "../unit/test.h"

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <linux/if_ether.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "source/source.h"
#include "source/tracepoint/tracepoint_map.h"
#include "source/tracepoint/tracepoint_wake.h"
#include "traffic.h"

#define KINDS	200
#define PACKETS 3 /* of each kind */

static const struct config_source config = {
	.kind = SOURCE_TRACEPOINT, .tracepoint = { .max_entries = 1024, .interval_ms = 50 }
};
static uint32_t netns; /* the test's own */

/* The next calls of one kind fail so, after the first ones that do not. */
struct fault {
	int after, times;
	int code; /* negative errno */
};

static struct fault batch_fault, update_fault, realloc_fault, info_fault;
static __u32 batch_most;  /* entries in one batch, 0: as asked for */
static bool after_taking; /* the batch is taken, and then there is no memory for the next bucket */
static __u32 misses;
static uint64_t many; /* packets to add to the first entry of the next batch */

static bool fails(struct fault *f)
{
	if (f->after > 0) {
		f->after--;
		return false;
	}
	return f->times > 0 && f->times--;
}

int __real_bpf_map_lookup_and_delete_batch(int fd, void *in, void *out, void *keys, void *values,
					   __u32 *count, const struct bpf_map_batch_opts *opts);
int __wrap_bpf_map_lookup_and_delete_batch(int fd, void *in, void *out, void *keys, void *values,
					   __u32 *count, const struct bpf_map_batch_opts *opts);

int __wrap_bpf_map_lookup_and_delete_batch(int fd, void *in, void *out, void *keys, void *values,
					   __u32 *count, const struct bpf_map_batch_opts *opts)
{
	int r;

	if (batch_most && *count > batch_most)
		*count = batch_most;
	if (many && !batch_fault.times) {
		r = __real_bpf_map_lookup_and_delete_batch(fd, in, out, keys, values, count, opts);
		if (*count) {
			((struct tracepoint_count *)values)->packets += many;
			many = 0;
		}
		return r;
	}
	if (!fails(&batch_fault))
		return __real_bpf_map_lookup_and_delete_batch(fd, in, out, keys, values, count,
							      opts);
	if (!after_taking) {
		if (batch_fault.code == -ENOMEM)
			*count = 0; /* as the kernel does */
		return batch_fault.code;
	}
	r = __real_bpf_map_lookup_and_delete_batch(fd, in, out, keys, values, count, opts);
	return r ? r : batch_fault.code;
}

int __real_bpf_map_update_elem(int fd, const void *key, const void *value, __u64 flags);
int __wrap_bpf_map_update_elem(int fd, const void *key, const void *value, __u64 flags);

int __wrap_bpf_map_update_elem(int fd, const void *key, const void *value, __u64 flags)
{
	if (!fails(&update_fault))
		return __real_bpf_map_update_elem(fd, key, value, flags);
	errno = -update_fault.code;
	return update_fault.code;
}

int __real_bpf_obj_get_info_by_fd(int fd, void *info, __u32 *len);
int __wrap_bpf_obj_get_info_by_fd(int fd, void *info, __u32 *len);

int __wrap_bpf_obj_get_info_by_fd(int fd, void *info, __u32 *len)
{
	const int r = __real_bpf_obj_get_info_by_fd(fd, info, len);

	if (fails(&info_fault))
		return info_fault.code;
	if (r == 0 && misses)
		((struct bpf_prog_info *)info)->recursion_misses = misses;
	return r;
}

void *__real_realloc(void *memory, size_t size);
void *__wrap_realloc(void *memory, size_t size);

void *__wrap_realloc(void *memory, size_t size)
{
	return fails(&realloc_fault) ? NULL : __real_realloc(memory, size);
}

static struct source *open_source(void)
{
	struct err err = { 0 };
	struct source *s = NULL;

	if (tracepoint_ops.open(&config, &s, &err) < 0)
		fail_msg("open: %s", err.text);
	return s;
}

static int possible_cpus;

int __real_libbpf_num_possible_cpus(void);
int __wrap_libbpf_num_possible_cpus(void);

int __wrap_libbpf_num_possible_cpus(void)
{
	return possible_cpus ?: __real_libbpf_num_possible_cpus();
}

static struct fault load_fault;
static __u32 entries; /* of the map that was made last */

int __real_bpf_map__set_max_entries(struct bpf_map *map, __u32 max_entries);
int __wrap_bpf_map__set_max_entries(struct bpf_map *map, __u32 max_entries);

int __wrap_bpf_map__set_max_entries(struct bpf_map *map, __u32 max_entries)
{
	if (strcmp(bpf_map__name(map), "counts_a") == 0)
		entries = max_entries;
	return __real_bpf_map__set_max_entries(map, max_entries);
}

int __real_bpf_object__load(struct bpf_object *object);
int __wrap_bpf_object__load(struct bpf_object *object);

int __wrap_bpf_object__load(struct bpf_object *object)
{
	return fails(&load_fault) ? load_fault.code : __real_bpf_object__load(object);
}

static int end_faults(void **state)
{
	(void)state;
	batch_fault = update_fault = realloc_fault = info_fault = load_fault = (struct fault){ 0 };
	possible_cpus = 0;
	batch_most = misses = 0;
	after_taking = false;
	return 0;
}

static int open_with(uint32_t max_entries, struct source_stats *stats, struct err *err)
{
	struct config_source cfg = config;
	struct source *s = NULL;
	int r;

	cfg.tracepoint.max_entries = max_entries;
	r = tracepoint_ops.open(&cfg, &s, err);
	if (r == 0)
		s->ops->stats(s, stats);
	if (s)
		tracepoint_ops.close(s);
	return r;
}

/* A CPU adds its slots, and nothing to the hashes. */
static void many_cpus_take_little_memory(void **state)
{
	struct source_stats few, many_cpus;
	struct err err;

	(void)state;
	possible_cpus = 16;
	assert_int_equal(open_with(MAX_ENTRIES_AUTO, &few, &err), 0);
	assert_int_equal(entries, 8192);
	possible_cpus = 256;
	assert_int_equal(open_with(MAX_ENTRIES_AUTO, &many_cpus, &err), 0);
	assert_int_equal(entries, 8192);
	print_message("256 CPUs: %llu bytes\n", (unsigned long long)many_cpus.kernel_memory_bytes);
	assert_in_range(many_cpus.kernel_memory_bytes - few.kernel_memory_bytes,
			240 * sizeof(struct tracepoint_slots) - 65536, /* whole pages */
			240 * sizeof(struct tracepoint_slots) + 65536);
	assert_int_equal(open_with(5000, &few, &err), 0);
	assert_int_equal(entries, 5000);
}

/* What the kernel has no memory for is tried with half of it, and half of that. */
static void less_memory(void **state)
{
	struct source_stats stats;
	struct err err = { 0 };

	(void)state;
	load_fault = (struct fault){ .times = 3, .code = -ENOMEM };
	assert_int_equal(open_with(MAX_ENTRIES_AUTO, &stats, &err), 0);
	assert_int_equal(entries, 1024);
	load_fault = (struct fault){ .times = 1 << 30, .code = -ENOMEM };
	assert_int_equal(open_with(MAX_ENTRIES_AUTO, &stats, &err), -ENOMEM);
	assert_int_equal(entries, 64);
	assert_non_null(strstr(err.text, "no memory for the maps"));
	load_fault = (struct fault){ .times = 1, .code = -ENOMEM };
	assert_int_equal(open_with(5000, &stats, &err), -ENOMEM);
	assert_int_equal(entries, 5000);
}

/* As the kernel reports it: more entries take more, by at least their keys and counts. */
static void memory_is_known(void **state)
{
	const uint64_t entry = sizeof(struct tracepoint_key) + sizeof(struct tracepoint_count);
	struct source_stats small, large;
	struct err err;

	(void)state;
	assert_int_equal(open_with(64, &small, &err), 0);
	assert_int_equal(open_with(8192, &large, &err), 0);
	assert_true(small.kernel_memory_bytes > 0);
	assert_true(large.kernel_memory_bytes - small.kernel_memory_bytes >=
		    2 * (8192 - 64) * entry);
	print_message("8192 entries: %llu bytes\n", (unsigned long long)large.kernel_memory_bytes);
}

static void make_drops(void)
{
	for (uint16_t i = 0; i < KINDS; i++)
		traffic_unknown_ethertype((uint16_t)(0x8900 + i), PACKETS);
}

static struct source_stats stats_of(struct source *s)
{
	struct source_stats stats;

	s->ops->stats(s, &stats);
	return stats;
}

/* Packets of ours in one read(), which never fails. */
static uint64_t read_once(struct source *s, int *ret)
{
	struct drop_event ev[SOURCE_READ_MIN];
	uint64_t packets = 0;

	*ret = s->ops->read(s, ev, SOURCE_READ_MIN);
	assert_true(*ret >= 0);
	for (int i = 0; i < *ret; i++)
		if (ev[i].netns == netns && ev[i].ethertype >= 0x8900 &&
		    ev[i].ethertype < 0x8900 + KINDS)
			packets += ev[i].packets;
	return packets;
}

/*
 * Reads until all packets arrived, of which some were read before. Return: whether the source was
 * ever down.
 */
static bool read_rest(struct source *s, uint64_t packets)
{
	struct pollfd fd = { .fd = s->ops->fd(s), .events = POLLIN };
	bool was_down = false;
	int n;

	for (int i = 0; i < 1000 && packets < KINDS * PACKETS; i++) {
		packets += read_once(s, &n);
		if (!stats_of(s).up) {
			was_down = true;
			assert_non_null(strstr(stats_of(s).trouble, "trying again"));
		}
		if (n == 0)
			poll(&fd, 1, 1000);
	}
	assert_int_equal(packets, KINDS * PACKETS);
	for (int i = 0; i < 1000 && !stats_of(s).up; i++) {
		poll(&fd, 1, 1000);
		packets += read_once(s, &n);
	}
	assert_int_equal(packets, KINDS * PACKETS);
	assert_true(stats_of(s).up);
	assert_string_equal(stats_of(s).trouble, "");
	assert_int_equal(stats_of(s).lost[LOST_KERNEL_QUEUE], 0);
	return was_down;
}

static bool read_all(struct source *s)
{
	return read_rest(s, 0);
}

static void a_batch_fails(void **state)
{
	static const int codes[] = { -EINTR, -EAGAIN, -ENOMEM, -E2BIG, -EPERM };
	struct source *s = open_source();

	(void)state;
	for (size_t i = 0; i < sizeof(codes) / sizeof(codes[0]); i++) {
		make_drops();
		batch_most = 16;
		batch_fault = (struct fault){ .after = 2, .times = 3, .code = codes[i] };
		assert_true(read_all(s));
		end_faults(NULL);
	}
	tracepoint_ops.close(s);
}

/* The kernel tells with -ENOMEM what it has taken out of the map before that. */
static void a_batch_fails_after_it_was_taken(void **state)
{
	struct source *s = open_source();

	(void)state;
	make_drops();
	after_taking = true;
	batch_most = 16;
	batch_fault = (struct fault){ .times = 5, .code = -ENOMEM };
	read_all(s);
	tracepoint_ops.close(s);
}

static void no_room_for_a_bucket(void **state)
{
	struct source *s = open_source();

	(void)state;
	make_drops();
	batch_fault = (struct fault){ .after = 1, .times = 4, .code = -ENOSPC };
	batch_most = 16;
	realloc_fault = (struct fault){ .after = 1, .times = 2 };
	assert_true(read_all(s));
	tracepoint_ops.close(s);
}

static void an_exchange_fails(void **state)
{
	struct source *s = open_source();

	(void)state;
	make_drops();
	update_fault = (struct fault){ .times = 3, .code = -ENOMEM };
	assert_true(read_all(s));
	tracepoint_ops.close(s);
}

/*
 * A lasting failure is reported and does not end the source, which recovers when the cause is
 * removed. Reading the counts in slots needs no system call.
 */
static void a_failure_lasts(void **state)
{
	struct source *s = open_source();
	struct pollfd fd = { .fd = s->ops->fd(s), .events = POLLIN };
	uint64_t packets = 0;
	int n = 0;

	(void)state;
	make_drops();
	batch_fault = (struct fault){ .times = 1 << 30, .code = -EPERM };
	for (int i = 0; i < 20; i++) {
		poll(&fd, 1, 100);
		packets += read_once(s, &n);
	}
	assert_int_equal(n, 0);
	assert_true(packets < KINDS * PACKETS);
	assert_false(stats_of(s).up);
	assert_non_null(strstr(stats_of(s).trouble, "Operation not permitted"));
	end_faults(NULL);
	read_rest(s, packets);
	tracepoint_ops.close(s);
}

/* One event holds more packets than 32 bits can. */
static void more_than_32_bits(void **state)
{
	const uint64_t extra = 10000000000;
	struct drop_event ev;
	struct source *s = open_source();
	struct source_stats stats;
	uint64_t packets = 0, most = 0;

	(void)state;
	many = extra;
	make_drops();
	while (packets < extra) {
		if (s->ops->read(s, &ev, 1) != 1)
			continue;
		packets += ev.packets;
		most = ev.packets > most ? ev.packets : most;
	}
	s->ops->stats(s, &stats);
	assert_int_equal(stats.packets, packets);
	assert_true(most > extra);
	tracepoint_ops.close(s);
}

/* The first 0 may end what was begun before; only the next call looks anew. */
static void look_anew(struct source *s)
{
	int n;

	for (int empty = 0; empty < 2; empty = n ? 0 : empty + 1)
		read_once(s, &n);
}

/* What the kernel did not run is lost at a stage of its own, and never less than before. */
static void misses_have_a_stage(void **state)
{
	struct source *s = open_source();
	uint64_t real;

	(void)state;
	look_anew(s);
	real = stats_of(s).lost[LOST_RECURSION];
	misses = (__u32)real + 77;
	look_anew(s);
	assert_int_equal(stats_of(s).lost[LOST_RECURSION], real + 77);
	assert_int_equal(stats_of(s).lost[LOST_KERNEL_QUEUE], 0);
	info_fault = (struct fault){ .times = 3, .code = -EINTR };
	look_anew(s);
	assert_int_equal(stats_of(s).lost[LOST_RECURSION], real + 77);
	misses = 1;
	look_anew(s);
	assert_true(stats_of(s).lost[LOST_RECURSION] >= real + 77);
	tracepoint_ops.close(s);
}

static int drops_before_sleep;

void __real_tracepoint_wake_sleep(struct tracepoint_wake *w);
void __wrap_tracepoint_wake_sleep(struct tracepoint_wake *w);

void __wrap_tracepoint_wake_sleep(struct tracepoint_wake *w)
{
	if (drops_before_sleep > 0) {
		traffic_unknown_ethertype(0x8900, PACKETS);
		drops_before_sleep--;
	}
	__real_tracepoint_wake_sleep(w);
}

/* A packet that is dropped after the last look at the counts and before the sleep is not missed. */
static void a_drop_before_the_sleep(void **state)
{
	struct source *s = open_source();
	struct pollfd fd = { .fd = s->ops->fd(s), .events = POLLIN };
	uint64_t packets = 0;
	int n;

	(void)state;
	drops_before_sleep = 5;
	/* While other programs drop packets, it rarely sleeps. */
	for (int i = 0; i < 10000 && packets < (uint64_t)5 * PACKETS; i++) {
		packets += read_once(s, &n);
		if (n == 0)
			assert_int_equal(poll(&fd, 1, 10000), 1);
	}
	assert_int_equal(packets, 5 * PACKETS);
	tracepoint_ops.close(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(a_batch_fails, end_faults),
		cmocka_unit_test_teardown(a_batch_fails_after_it_was_taken, end_faults),
		cmocka_unit_test_teardown(no_room_for_a_bucket, end_faults),
		cmocka_unit_test_teardown(an_exchange_fails, end_faults),
		cmocka_unit_test_teardown(a_failure_lasts, end_faults),
		cmocka_unit_test_teardown(many_cpus_take_little_memory, end_faults),
		cmocka_unit_test_teardown(less_memory, end_faults),
		cmocka_unit_test_teardown(memory_is_known, end_faults),
		cmocka_unit_test_teardown(more_than_32_bits, end_faults),
		cmocka_unit_test_teardown(misses_have_a_stage, end_faults),
		cmocka_unit_test(a_drop_before_the_sleep),
	};

	if (geteuid() != 0 || access("/sys/kernel/btf/vmlinux", R_OK) < 0) {
		puts("skipped: needs root and a kernel with BTF");
		return 77;
	}
	netns = traffic_namespace();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
