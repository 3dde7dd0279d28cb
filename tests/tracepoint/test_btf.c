/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * tracepoint_btf_read() on kernels that were made up: BTF is written to files as the kernel shows
 * it below /sys/kernel/btf. No root.
 */
#include "../unit/test.h"

#include <bpf/btf.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "source/tracepoint/tracepoint_btf.h"

static char dir[] = "/tmp/test_btf.XXXXXX";

static void write_file(const char *name, const void *data, size_t len)
{
	char path[128];
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	f = fopen(path, "we");
	assert_non_null(f);
	assert_int_equal(fwrite(data, 1, len, f), len);
	assert_int_equal(fclose(f), 0);
}

static void write_btf(const struct btf *btf, const char *name)
{
	__u32 len;
	const void *data = btf__raw_data(btf, &len);

	assert_non_null(data);
	write_file(name, data, len);
}

static void add_tracepoint(struct btf *btf, int arguments)
{
	const int proto = btf__add_func_proto(btf, 0);

	for (int i = 0; i < arguments + 1; i++) /* the first is the probe's own */
		assert_int_equal(btf__add_func_param(btf, "x", 0), 0);
	assert_true(btf__add_typedef(btf, "btf_trace_kfree_skb", btf__add_ptr(btf, proto)) > 0);
}

static void add_enum(struct btf *btf, const char *name, const char *value_name, int value)
{
	assert_true(btf__add_enum(btf, name, 4) > 0);
	assert_int_equal(btf__add_enum_value(btf, value_name, value), 0);
}

static struct btf *new_kernel(int arguments)
{
	struct btf *btf = btf__new_empty();

	assert_non_null(btf);
	add_tracepoint(btf, arguments);
	add_enum(btf, "skb_drop_reason", "SKB_DROP_REASON_NO_SOCKET", 5);
	add_enum(btf, "skb_drop_reason_subsys", "SKB_DROP_REASON_SUBSYS_OPENVSWITCH", 2);
	add_enum(btf, "another", "ELSE", 9);
	return btf;
}

static const char *name_of(const struct reasons *r, uint32_t value)
{
	static char name[DROP_REASON_MAX];

	reasons_name(r, value, name);
	return name;
}

static void old_kernel(void **state)
{
	cleanup(reasons_freep) struct reasons *r = reasons_new();
	struct tracepoint_kernel kernel;
	struct btf *btf = new_kernel(3);
	struct err err = { 0 };

	(void)state;
	write_btf(btf, "vmlinux");
	btf__free(btf);
	assert_int_equal(tracepoint_btf_read(dir, &kernel, r, &err), 0);
	assert_int_equal(kernel.arguments, 3);
	assert_int_equal(kernel.can_cast, 0);
	assert_int_equal(kernel.interrupted, 1);
	assert_string_equal(name_of(r, 5), "NO_SOCKET");
	assert_string_equal(name_of(r, 9), "UNKNOWN_9");
	assert_string_equal(name_of(r, 0x20001), "OPENVSWITCH_1");
}

/* A module that is loaded later has names for what had none. */
static void module(void **state)
{
	cleanup(reasons_freep) struct reasons *r = reasons_new();
	struct btf *btf = new_kernel(4), *split;

	(void)state;
	write_btf(btf, "vmlinux");
	assert_int_equal(tracepoint_btf_read(dir, NULL, r, NULL), 0);
	assert_string_equal(name_of(r, 0x20001), "OPENVSWITCH_1");
	split = btf__new_empty_split(btf);
	add_enum(split, "ovs_drop_reason", "OVS_DROP_LAST_ACTION", 0x20001);
	write_btf(split, "openvswitch");
	write_file("broken", "\x9f\xeb\x01", 3);
	btf__free(split);
	btf__free(btf);
	assert_int_equal(tracepoint_btf_read(dir, NULL, r, NULL), 0);
	assert_string_equal(name_of(r, 0x20001), "OVS_DROP_LAST_ACTION");
	assert_string_equal(name_of(r, 0x20002), "OPENVSWITCH_2");
}

static void no_kernel(void **state)
{
	cleanup(reasons_freep) struct reasons *r = reasons_new();
	struct tracepoint_kernel kernel = { .arguments = 7 };
	struct btf *btf = btf__new_empty();
	struct err err = { 0 };

	(void)state;
	assert_int_equal(tracepoint_btf_read("/nowhere", &kernel, r, &err), -ENOENT);
	assert_non_null(strstr(err.text, "CONFIG_DEBUG_INFO_BTF"));
	write_btf(btf, "vmlinux");
	btf__free(btf);
	assert_int_equal(tracepoint_btf_read(dir, &kernel, r, &err), -EOPNOTSUPP);
	write_file("vmlinux", "not BTF", 7);
	assert_true(tracepoint_btf_read(dir, &kernel, r, &err) < 0);
	assert_int_equal(kernel.arguments, 7);
}

static int remove_files(void **state)
{
	static const char *const names[] = { "vmlinux", "openvswitch", "broken", "" };
	char path[128];

	(void)state;
	for (size_t i = 0; i < 4; i++) {
		snprintf(path, sizeof(path), "%s/%s", dir, names[i]);
		remove(path);
	}
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(old_kernel),
		cmocka_unit_test(module),
		cmocka_unit_test(no_kernel),
	};

	if (!mkdtemp(dir))
		return 1;
	return cmocka_run_group_tests(tests, NULL, remove_files);
}
