/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Where the names of reasons come from: BTF, else tracefs; and BTF again for a subsystem that was
 * not there before. The linker replaces BTF, the files and the clock; see CMakeLists.txt.
 */
#include "../unit/test.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "source/tracepoint/tracepoint_btf.h"
#include "source/tracepoint/tracepoint_reasons.h"

#define OPENVSWITCH 3u /* number of its subsystem */

static const char format[] = "REC->location, __print_symbolic(REC->reason, "
			     "{ 2, \"NOT_SPECIFIED\" }, { 3, \"NO_SOCKET\" })\n";
static bool btf_has_names, module_loaded, no_memory;
static int btf_code, btf_reads;
static const char *tracefs; /* where it is mounted */
static const char *tracefs_text;
static uint64_t now_ns;

int __wrap_tracepoint_btf_read(const char *dir, struct tracepoint_kernel *kernel,
			       struct reasons *reasons, struct err *err);
FILE *__wrap_fopen(const char *path, const char *mode);
void *__real_malloc(size_t size);
void *__wrap_malloc(size_t size);
void *__real_calloc(size_t n, size_t size);
void *__wrap_calloc(size_t n, size_t size);
uint64_t __wrap_clock_monotonic_ns(void);

int __wrap_tracepoint_btf_read(const char *dir, struct tracepoint_kernel *kernel,
			       struct reasons *reasons, struct err *err)
{
	assert_string_equal(dir, TRACEPOINT_BTF_DIR);
	btf_reads++;
	if (btf_code)
		return err_set(err, btf_code, "no BTF");
	if (btf_has_names)
		assert_int_equal(reasons_add(reasons, 2, "NOT_SPECIFIED"), 0);
	if (module_loaded)
		assert_int_equal(reasons_add(reasons, OPENVSWITCH << REASON_SUBSYSTEM_SHIFT | 1,
					     "OVS_DROP_LAST_ACTION"),
				 0);
	if (kernel)
		kernel->arguments = 3;
	return 0;
}

FILE *__wrap_fopen(const char *path, const char *mode)
{
	if (!tracefs || strncmp(path, tracefs, strlen(tracefs)) != 0)
		return NULL;
	return fmemopen((char *)tracefs_text, strlen(tracefs_text), mode);
}

void *__wrap_malloc(size_t size)
{
	return no_memory ? NULL : __real_malloc(size);
}

void *__wrap_calloc(size_t n, size_t size)
{
	return no_memory && btf_code ? NULL : __real_calloc(n, size);
}

uint64_t __wrap_clock_monotonic_ns(void)
{
	return now_ns;
}

static int set_up(void **state)
{
	(void)state;
	btf_has_names = module_loaded = no_memory = false;
	btf_code = btf_reads = 0;
	tracefs = NULL;
	tracefs_text = format;
	now_ns = NSEC_PER_SEC;
	return 0;
}

static void open_reasons(struct tracepoint_reasons *t)
{
	struct tracepoint_kernel kernel = { 0 };
	struct err err = { 0 };

	*t = (struct tracepoint_reasons){ 0 };
	assert_int_equal(tracepoint_reasons_open(t, &kernel, &err), 0);
	assert_int_equal(kernel.arguments, 3);
}

static void expect_name(struct tracepoint_reasons *t, uint32_t reason, const char *wanted)
{
	char name[DROP_REASON_MAX];

	tracepoint_reasons_name(t, reason, name);
	assert_string_equal(name, wanted);
}

static void opened(const char *wanted)
{
	struct tracepoint_reasons t;

	open_reasons(&t);
	expect_name(&t, 2, wanted);
	tracepoint_reasons_close(&t);
}

static void from_btf(void **state)
{
	(void)state;
	btf_has_names = true;
	tracefs = "/sys/kernel";
	tracefs_text = "__print_symbolic(REC->reason, { 2, \"OTHER\" })";
	opened("NOT_SPECIFIED");
}

static void from_tracefs(void **state)
{
	(void)state;
	tracefs = "/sys/kernel/tracing/";
	opened("NOT_SPECIFIED");
	tracefs = "/sys/kernel/debug/tracing/";
	opened("NOT_SPECIFIED");
}

static void from_nowhere(void **state)
{
	(void)state;
	opened("UNKNOWN_2");
	tracefs = "/sys/kernel/";
	tracefs_text = "no reasons in here";
	opened("UNKNOWN_2");
	tracefs_text = format;
	no_memory = true;
	opened("UNKNOWN_2");
}

static void not_opened(void **state)
{
	struct tracepoint_reasons t = { 0 };
	struct tracepoint_kernel kernel;
	struct err err = { 0 };

	(void)state;
	btf_code = -ENOENT;
	assert_int_equal(tracepoint_reasons_open(&t, &kernel, &err), -ENOENT);
	assert_string_equal(err.text, "no BTF");
	tracepoint_reasons_close(&t);
	no_memory = true;
	assert_int_equal(tracepoint_reasons_open(&t, &kernel, &err), -ENOMEM);
	tracepoint_reasons_close(&t);
}

/* A module is loaded later. BTF is read again for it, but at most once a minute. */
static void a_subsystem_appears(void **state)
{
	const uint32_t reason = OPENVSWITCH << REASON_SUBSYSTEM_SHIFT | 1;
	struct tracepoint_reasons t;

	(void)state;
	btf_has_names = true;
	open_reasons(&t);
	expect_name(&t, 99, "UNKNOWN_99"); /* of the core, which does not change */
	assert_int_equal(btf_reads, 1);
	expect_name(&t, reason, "UNKNOWN_3_1");
	assert_int_equal(btf_reads, 2);
	module_loaded = true;
	now_ns += 60 * NSEC_PER_SEC - 1;
	expect_name(&t, reason, "UNKNOWN_3_1");
	assert_int_equal(btf_reads, 2);
	now_ns++;
	btf_code = -ENOMEM;
	expect_name(&t, reason, "UNKNOWN_3_1");
	assert_int_equal(btf_reads, 3);
	now_ns += 60 * NSEC_PER_SEC;
	btf_code = 0;
	expect_name(&t, reason, "OVS_DROP_LAST_ACTION");
	assert_int_equal(btf_reads, 4);
	expect_name(&t, reason, "OVS_DROP_LAST_ACTION");
	assert_int_equal(btf_reads, 4);
	tracepoint_reasons_close(&t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(from_btf, set_up),
		cmocka_unit_test_setup(from_tracefs, set_up),
		cmocka_unit_test_setup(from_nowhere, set_up),
		cmocka_unit_test_setup(not_opened, set_up),
		cmocka_unit_test_setup(a_subsystem_appears, set_up),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
