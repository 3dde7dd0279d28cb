/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "../test.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "service/budget.h"

/* A hierarchy "/a.slice/b.service" of our own. */
struct tree {
	char root[64], self[128];
};

static void write_file(const char *path, const char *text)
{
	FILE *f = fopen(path, "w");

	assert_non_null(f);
	fputs(text, f);
	fclose(f);
}

static void set_max(const struct tree *t, const char *group, const char *max)
{
	char path[256];

	snprintf(path, sizeof(path), "%s%s/memory.max", t->root, group);
	write_file(path, max);
}

static void plant(struct tree *t, const char *self)
{
	char path[256];

	strcpy(t->root, "/tmp/test_budget.XXXXXX");
	assert_non_null(mkdtemp(t->root));
	snprintf(path, sizeof(path), "%s/a.slice", t->root);
	assert_int_equal(mkdir(path, 0700), 0);
	snprintf(path, sizeof(path), "%s/a.slice/b.service", t->root);
	assert_int_equal(mkdir(path, 0700), 0);
	snprintf(t->self, sizeof(t->self), "%s/self", t->root);
	write_file(t->self, self);
}

static void fell(const struct tree *t)
{
	static const char *const names[] = { "/a.slice/b.service/memory.max",
					     "/a.slice/memory.max",
					     "/memory.max",
					     "/self",
					     "/a.slice/b.service",
					     "/a.slice",
					     "" };
	char path[256];

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		snprintf(path, sizeof(path), "%s%s", t->root, names[i]);
		remove(path);
	}
}

static void the_lowest_limit_counts(void **state)
{
	struct budget_limit l;
	struct tree t;

	(void)state;
	plant(&t, "4:memory:/c\n0::/a.slice/b.service\n");
	budget_limit(t.self, t.root, &l);
	assert_int_equal(l.bytes, UINT64_MAX); /* none of the files is there */
	set_max(&t, "/a.slice/b.service", "max\n");
	set_max(&t, "/a.slice", "max\n");
	budget_limit(t.self, t.root, &l);
	assert_int_equal(l.bytes, UINT64_MAX);
	set_max(&t, "/a.slice/b.service", "268435456\n");
	budget_limit(t.self, t.root, &l);
	assert_int_equal(l.bytes, 268435456);
	assert_string_equal(l.group, "/a.slice/b.service");
	set_max(&t, "/a.slice", "1048576\n");
	budget_limit(t.self, t.root, &l);
	assert_int_equal(l.bytes, 1048576);
	assert_string_equal(l.group, "/a.slice");
	fell(&t);
}

/* A container sees its own group as the root. */
static void the_root_may_have_one(void **state)
{
	struct budget_limit l;
	struct tree t;

	(void)state;
	plant(&t, "0::/\n");
	set_max(&t, "", "1000\n");
	budget_limit(t.self, t.root, &l);
	assert_int_equal(l.bytes, 1000);
	assert_string_equal(l.group, "/");
	fell(&t);
}

static void unknown_is_unlimited(void **state)
{
	struct budget_limit l;

	(void)state;
	budget_limit("/nonexistent", "/nonexistent", &l);
	assert_int_equal(l.bytes, UINT64_MAX);
}

static int check(const struct config *c, uint64_t bytes, struct err *err)
{
	struct budget_limit l = { .bytes = bytes, .group = "/a.slice" };

	return budget_check(c, &l, err);
}

static void what_does_not_fit_is_refused(void **state)
{
	const uint64_t shipped = UINT64_C(256) << 20; /* MemoryMax= of our unit */
	struct config *c = config_new();
	struct err err = { 0 };

	(void)state;
	assert_non_null(c);
	assert_int_equal(check(c, UINT64_C(64) << 20, &err), 0);
	c->series.limit = 100000; /* so dropwatchd.yaml(5) says */
	assert_int_equal(check(c, shipped, &err), 0);
	c->series.limit = 200000;
	assert_int_equal(check(c, shipped, &err), -ENOMEM);
	assert_string_equal(err.text,
			    "series.limit 200000 may need 391 MiB of memory; with ring.capacity "
			    "65536 (8 MiB), web.max_connections 64 (18 MiB), "
			    "tracepoint.max_entries 8192 (2 MiB) and the program (14 MiB) that is "
			    "433 MiB, but the control group /a.slice allows 256 MiB; "
			    "lower these settings or raise MemoryMax= of the unit (systemctl edit "
			    "dropwatchd)");
	assert_int_equal(check(c, UINT64_C(512) << 20, &err), 0);
	assert_int_equal(check(c, UINT64_MAX, &err), 0);
	c->series.limit = 10000;
	c->source.tracepoint.max_entries = 1048576; /* 224 MiB, as the kernel charges them */
	assert_int_equal(check(c, shipped, &err), -ENOMEM);
	c->source.kind = SOURCE_NETDM;
	assert_int_equal(check(c, shipped, &err), 0);
	c->series.limit = 1;
	c->ring_capacity = 1048576;
	c->web.max_connections = 1024;
	assert_int_equal(check(c, shipped, &err), -ENOMEM);
	config_unref(c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_lowest_limit_counts),
		cmocka_unit_test(the_root_may_have_one),
		cmocka_unit_test(unknown_is_unlimited),
		cmocka_unit_test(what_does_not_fit_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
